"""The window. `run_window` is the one door."""

from __future__ import annotations

from collections.abc import Sequence


def run_window(argv: Sequence[str]) -> int:
    """Opens the window and returns the exit status when the user has closed it."""
    from app.ui.application import run_window

    return run_window(argv)
