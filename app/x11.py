"""A connection to the X server, without Qt: what other programs' windows and keys for the whole screen need."""

from __future__ import annotations

import select
from types import ModuleType
from typing import Any

from speech.errors import OtoscribeError


class ScreenError(OtoscribeError):
    """The X server or its library is not there."""


class XConnection:
    """For one thread. `library` is xcffib, `root` the screen's own window."""

    def __init__(self) -> None:
        self.library = _x_library()
        try:
            self.connection = self.library.connect()
        except self.library.ConnectionException as error:
            raise ScreenError(
                "The screen of this computer does not answer", "Start Otoscribe anew from your desktop."
            ) from error
        self.root: int = self.connection.get_setup().roots[self.connection.pref_screen].root
        self._atoms: dict[str, int] = {}

    def atom(self, name: str) -> int:
        if name not in self._atoms:
            self._atoms[name] = self.connection.core.InternAtom(False, len(name), name).reply().atom
        return self._atoms[name]

    def wait(self, limit_s: float) -> None:
        """Returns when the server says something, at the latest after this time."""
        self.connection.flush()
        select.select([self.connection.get_file_descriptor()], [], [], limit_s)

    def next_event(self) -> Any:
        """What the server said, oldest first; None when that was all. Without errors: a window that was closed between
        looking at it and asking for it."""
        while True:
            try:
                return self.connection.poll_for_event()
            except self.library.Error:
                continue

    def keysyms(self) -> tuple[list[tuple[int, ...]], int]:
        """What each key of the keyboard stands for, without and with Shift and so on, and the first key's code."""
        setup = self.connection.get_setup()
        first, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        reply = self.connection.core.GetKeyboardMapping(first, count).reply()
        keysyms, width = list(reply.keysyms), reply.keysyms_per_keycode
        return [tuple(keysyms[at : at + width]) for at in range(0, len(keysyms), width)], first


def _x_library() -> ModuleType:
    """The xcffib module with what is used of it. Raises ScreenError when the X library is missing."""
    try:
        import xcffib
        import xcffib.xproto
        import xcffib.xtest
    except (ImportError, OSError) as error:
        raise ScreenError("The library for X11 is missing", "Install libxcb1.") from error
    module: Any = xcffib
    return module  # type: ignore[no-any-return]
