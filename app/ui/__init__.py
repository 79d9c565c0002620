"""The window. `run_window` is the one door."""

from __future__ import annotations

import gc
from collections.abc import Sequence


def run_window(argv: Sequence[str]) -> int:
    """Opens the window and returns the exit status when the user has closed it."""
    gc.disable()  # what a start makes stays; looking through it again and again takes a tenth of the start
    from app.ui.application import run_window

    return run_window(argv)
