"""What the window starts without, loaded behind it, so that nobody waits for it at the first use."""

from __future__ import annotations

from importlib import import_module

# A first dictation, its sound heard again, and a note that is opened.
_MODULES = ("app.capture.recorder", "app.capture.playback", "app.desk.live", "app.desk.recovery", "rapidfuzz.distance")


def load_ahead() -> None:
    """Imports it in the thread that asks; the window's is no good for that."""
    for name in _MODULES:
        import_module(name)
