"""The window's fixtures, for every test in this folder."""

from window_fixtures import display, home, model_home, open_desk, qapp

__all__ = ["display", "home", "model_home", "open_desk", "qapp"]
