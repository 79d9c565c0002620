"""The hot keys of this computer's system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.capture.hot_keys.keys import HotKeyError, Key


class KeyMoment(StrEnum):
    DOWN = "down"
    UP = "up"
    ESCAPE = "escape"  # pressed while the key is held


@dataclass(frozen=True)
class KeyEvent:
    """What happened to the key of a name, at a time of the system's own clock."""

    name: str
    moment: KeyMoment
    at_s: float


class HotKeys(Protocol):
    """Keys that are listened for until `close`."""

    def close(self) -> None:
        """Gives the keys back; no event is told afterwards."""


def listen_for_keys(keys: Mapping[str, Key], listener: Callable[[KeyEvent], None]) -> HotKeys:
    """Takes keys for the whole screen, each under a name. `listener` is called on a thread of their own,
    under macOS on the main one.

    Raises HotKeyError when a key is another program's, or the system gives none; then none is taken.
    """
    if sys.platform == "win32":
        from app.capture.hot_keys.windows import WindowsHotKeys

        return WindowsHotKeys(keys, listener)
    if sys.platform == "darwin":
        from app.capture.hot_keys.macos import MacHotKeys

        return MacHotKeys(keys, listener)
    if sys.platform == "linux" and os.environ.get("WAYLAND_DISPLAY"):
        from app.capture.hot_keys.portal import PortalHotKeys

        return PortalHotKeys(keys, listener)
    if sys.platform == "linux" and os.environ.get("DISPLAY"):
        from app.capture.hot_keys.x11 import X11HotKeys

        return X11HotKeys(keys, listener)
    raise HotKeyError(
        "Keys for the whole screen are not made for this system yet",
        "Use the keys of Otoscribe's window, or a pedal.",
    )
