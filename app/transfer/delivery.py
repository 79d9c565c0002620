"""A text into the window that it is meant for, and into no other."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.transfer.system import Target, TransferError, WindowSystem

_LOOK_S = 0.02
_FOCUS_LIMIT_S = 1.0
_TIMES_ASKED = 3  # where a window closes at the same moment, the system may give the focus to a third
_KEYS_LIMIT_S = 5.0
_BY_HAND = "Click into the field yourself, come back and transfer again."


def go_to(system: WindowSystem, target: Target) -> None:
    """Gives the focus back to the window that had it.

    Raises TransferError, with the focus where it was, when the window is closed or shows something else by its title
    than when it was left; and when the user keeps keys pressed or the system gives the focus to another window.
    """
    now = system.find(target.id)
    if now is None:
        raise TransferError(
            "The window that had the focus before is closed", "Click into the right one, come back and transfer again."
        )
    if system.focused().id != target.id and now.title != target.title:
        raise TransferError(
            "The other window shows something else than when you left it",
            "Look whether it is the right place; then transfer again.",
        )
    if not _wait_until(lambda: not system.are_keys_held(), _KEYS_LIMIT_S):
        raise TransferError("A key is held", "Let go of Shift, Ctrl and Alt and transfer again.")
    for _ in range(_TIMES_ASKED):
        system.activate(target)
        if _wait_until(lambda: system.focused().id == target.id, _FOCUS_LIMIT_S):
            return
    raise TransferError("The other window does not take the focus", _BY_HAND)


def require_ours(system: WindowSystem, target: Target, kind: str, mark: bytes) -> None:
    """Looks right before pasting: raises TransferError unless a program that pastes now would get what carries the
    mark of that kind, and the target is the one with the focus."""
    if system.clipboard_mark(kind) != mark:
        raise TransferError("Another program has filled the clipboard meanwhile", "Transfer again.")
    if system.focused().id != target.id:
        raise TransferError("The focus has gone to another window; nothing was pasted", _BY_HAND)


def type_out(system: WindowSystem, target: Target, text: str) -> None:
    """Types a text into the window, which has the focus; a tab as a space, since a tab would leave the field.

    Raises TransferError when a character can't be typed (nothing is typed then) or the focus goes elsewhere (no
    further character is typed then).
    """
    characters = text.replace("\r\n", "\n").replace("\t", " ")
    count = len(characters)
    system.prepare_typing(characters)
    for typed, character in enumerate(characters):
        if system.focused().id != target.id:
            raise TransferError(
                f"The focus has gone to another window; {typed} of {count} characters were typed", _BY_HAND
            )
        system.press_character(character)


def _wait_until(is_so: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_S)
    return True
