"""What a system must be able to do for a transfer, and which one this computer has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from speech.errors import OtoscribeError


class TransferError(OtoscribeError):
    """The text cannot be put into the other window. Nothing was put anywhere else."""


@dataclass(frozen=True)
class Target:
    """A window of another program as it was when it last had the focus. The title may name a patient: it is shown,
    and never logged."""

    id: int
    title: str


NO_WINDOW = Target(0, "")


class WindowSystem(Protocol):
    """The windows of other programs and their keyboard. All methods may raise TransferError; none is called on the
    window's thread, since another program may let it wait."""

    def watch(self, listener: Callable[[Target], None]) -> None:
        """From now on tells, on a thread of its own, which window of another program has or last had the focus."""

    def focused(self) -> Target:
        """The window that has the focus now; NO_WINDOW where none has."""

    def find(self, window_id: int) -> Target | None:
        """The window as it is now; None when it is closed."""

    def activate(self, target: Target) -> None:
        """Asks for the focus for a window; whether it gets it, `focused` tells."""

    def are_keys_held(self) -> bool:
        """Shift, Ctrl, Alt or the system key is pressed: what is pressed for the user now would be another key."""

    def clipboard_mark(self, kind: str) -> bytes | None:
        """What a program that pastes now would get of a kind (a MIME type); None where there is none of it."""

    def can_read_clipboard(self) -> bool:
        """Whoever filled the clipboard answers at once."""

    def press_paste(self) -> None:
        """Presses the keys that paste."""

    def prepare_typing(self, text: str) -> None:
        """Makes sure that all characters of the text can be typed."""

    def press_character(self, character: str) -> None:
        """Types a character that `prepare_typing` was told of."""

    def close(self) -> None:
        """Ends the watch."""


def window_system() -> WindowSystem | None:
    """This computer's; None where programs may not touch each other's windows (Wayland) or nothing is made yet (macOS).

    Raises TransferError when the system does not let itself be used.
    """
    if sys.platform == "win32":
        from app.transfer.windows import WindowsSystem

        return WindowsSystem()
    if sys.platform == "linux" and os.environ.get("DISPLAY") and not _is_wayland():
        from app.transfer.x11 import X11System

        return X11System()
    return None


def _is_wayland() -> bool:
    return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"
