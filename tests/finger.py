"""A finger on the keyboard of the X server that DISPLAY names."""

from __future__ import annotations

from app.x11 import XConnection

_PRESS, _RELEASE = 2, 3


class Finger:
    """Presses keys by their keysyms."""

    def __init__(self) -> None:
        self._screen = XConnection()
        self._test = self._screen.connection(self._screen.library.xtest.key)

    def down(self, *keysyms: int) -> None:
        self._fake(_PRESS, *keysyms)

    def up(self, *keysyms: int) -> None:
        self._fake(_RELEASE, *keysyms)

    def _fake(self, kind: int, *keysyms: int) -> None:
        rows, first = self._screen.keysyms()
        for keysym in keysyms:
            code = next(code for code, row in enumerate(rows, first) if keysym in row)
            self._test.FakeInput(kind, code, 0, self._screen.root, 0, 0, 0)
        self._screen.connection.core.GetInputFocus().reply()
