"""Keys pressed for the user under X11, through the XTEST extension."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.transfer.system import TransferError

if TYPE_CHECKING:
    from app.transfer.x11 import Display

_PRESS, _RELEASE = 2, 3
_SHIFT, _CONTROL, _V, _RETURN = 0xFFE1, 0xFFE3, 0x76, 0xFF0D
_SETTLE_LIMIT_S = 0.5  # until programs have read the new map of keys


class Keyboard:
    """Presses keys where the focus is. Characters that no key of the layout has get a key that is not used otherwise;
    it keeps them, since a program reads the map of keys when it likes and might find another character there."""

    def __init__(self, display: Display) -> None:
        self._display = display
        if not display.connection.core.QueryExtension(len("XTEST"), "XTEST").reply().present:
            raise TransferError("This screen lets no program press keys (XTEST is missing)", "Paste by hand.")
        self._test = display.connection(display.library.xtest.key)
        self._keys: dict[str, tuple[int, bool]] = {}

    def press_paste(self) -> None:
        control, v = self._code_of(_CONTROL), self._code_of(_V)
        self._fake((control, _PRESS), (v, _PRESS), (v, _RELEASE), (control, _RELEASE))

    def prepare(self, text: str) -> None:
        """Finds a key for every character. Raises TransferError when there are more than free keys."""
        rows, first = self._display.keysyms()
        self._keys = {}
        for code, row in reversed(list(enumerate(rows, first))):
            for is_shifted, keysym in ((True, row[1]), (False, row[0])):
                character = _character_of(keysym)
                if character:
                    self._keys[character] = (code, is_shifted)
        missing = sorted(set(text) - set(self._keys))
        free = [code for code, row in enumerate(rows, first) if not any(row)]
        if len(missing) > len(free):
            raise TransferError("The keyboard has too few free keys for this text", "Transfer it by pasting.")
        for character, code in zip(missing, reversed(free), strict=False):
            self._assign(code, character, len(rows[0]))
            self._keys[character] = (code, False)
        if missing:
            self._display.connection.core.GetInputFocus().reply()  # the server has taken all of it
            self._display.wait(_SETTLE_LIMIT_S)

    def press(self, character: str) -> None:
        code, is_shifted = self._keys[character]
        shift = self._code_of(_SHIFT) if is_shifted else 0
        before = [(shift, _PRESS)] if is_shifted else []
        after = [(shift, _RELEASE)] if is_shifted else []
        self._fake(*before, (code, _PRESS), (code, _RELEASE), *after)

    def _fake(self, *keys: tuple[int, int]) -> None:
        for code, kind in keys:
            self._test.FakeInput(kind, code, 0, self._display.root, 0, 0, 0)
        self._display.connection.core.GetInputFocus().reply()

    def _assign(self, code: int, character: str, width: int) -> None:
        keysym = _keysym_of(character)
        self._display.connection.core.ChangeKeyboardMapping(1, code, width, [keysym] * width)

    def _code_of(self, keysym: int) -> int:
        rows, first = self._display.keysyms()
        found = next((code for code, row in enumerate(rows, first) if keysym in _basic(row)), 0)
        if not found and keysym == _V:
            return next((code for code, row in enumerate(rows, first) if keysym in row), _V_OF_PC_KEYBOARDS)
        return found


_V_OF_PC_KEYBOARDS = 55  # where a layout has no Latin letters


def _basic(row: Iterable[int]) -> tuple[int, ...]:
    return tuple(row)[:2]


def _character_of(keysym: int) -> str:
    """The character that a keysym stands for, by the X protocol: Latin-1 as it is, Unicode above 0x1000000."""
    if keysym == _RETURN:
        return "\n"
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    return chr(keysym - 0x1000000) if 0x1000100 <= keysym <= 0x110FFFF else ""


def _keysym_of(character: str) -> int:
    if character == "\n":
        return _RETURN
    number = ord(character)
    return number if 0x20 <= number <= 0x7E or 0xA0 <= number <= 0xFF else 0x1000000 + number
