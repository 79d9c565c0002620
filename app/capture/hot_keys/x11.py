"""Keys for the whole screen under X11."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from app.capture.hot_keys.keys import HotKeyError, Key
from app.capture.hot_keys.listening import KeyEvent, KeyMoment
from app.x11 import XConnection

_MASKS = {"Shift": 0x01, "Ctrl": 0x04, "Alt": 0x08, "Meta": 0x40}
_LOCKS = (0x00, 0x02, 0x10, 0x12)  # neither, CapsLock, NumLock, both: a key is another one with each of them
_ALL_MASKS = 0x01 | 0x04 | 0x08 | 0x40
_ASYNCHRONOUS = 1
_ESCAPE = 0xFF1B
_END_LOOK_S = 0.2


class X11HotKeys:
    """As HotKeys says. While a grabbed key is held, the server tells all other keys here too, Escape among them."""

    def __init__(self, keys: Mapping[str, Key], listener: Callable[[KeyEvent], None]) -> None:
        self._screen = XConnection()
        self._listener = listener
        self._is_closed = threading.Event()
        self._names: dict[tuple[int, int], str] = {}
        self._held: tuple[int, str] | None = None
        self._released: tuple[int, int] | None = None
        self._escape = self._code(_ESCAPE)
        try:
            for name, key in keys.items():
                self._grab(name, key)
        except HotKeyError:
            self._screen.connection.disconnect()
            raise
        self._thread = threading.Thread(target=self._listen, name="hot keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._is_closed.set()
        self._thread.join()

    def _grab(self, name: str, key: Key) -> None:
        code, core = self._code(key.keysym), self._screen.connection.core
        mask = sum(_MASKS[modifier] for modifier in key.modifiers)
        if not code:
            raise HotKeyError(f"This keyboard has no key {key}", "Choose another one.")
        for lock in _LOCKS:
            grab = core.GrabKeyChecked(False, self._screen.root, mask | lock, code, _ASYNCHRONOUS, _ASYNCHRONOUS)
            try:
                grab.check()
            except self._screen.library.xproto.AccessError as error:
                raise HotKeyError(
                    f"Another program holds the key {key}", "Choose another one, or free it there."
                ) from error
        self._names[code, mask] = name

    def _code(self, keysym: int) -> int:
        rows, first = self._screen.keysyms()
        return next((code for code, row in enumerate(rows, first) if keysym in row[:2]), 0)

    def _listen(self) -> None:
        screen = self._screen
        try:
            while not self._is_closed.is_set():
                while (event := screen.next_event()) is not None:
                    self._tell(event)
                screen.wait(_END_LOOK_S)
            screen.connection.disconnect()
        except screen.library.ConnectionException:
            return  # the screen is gone

    def _tell(self, event: object) -> None:
        events = self._screen.library.xproto
        if isinstance(event, events.KeyReleaseEvent):
            self._released = (event.detail, event.time)
            if self._held is not None and self._held[0] == event.detail and not self._is_down(event.detail):
                name, self._held = self._held[1], None
                self._listener(KeyEvent(name, KeyMoment.UP, event.time / 1000))
        elif isinstance(event, events.KeyPressEvent):
            if self._held is not None:
                if event.detail == self._escape:
                    self._listener(KeyEvent(self._held[1], KeyMoment.ESCAPE, event.time / 1000))
                return
            is_repeat = self._released == (event.detail, event.time)  # a release and a press of one time
            name = self._names.get((event.detail, event.state & _ALL_MASKS), "")
            if name and not is_repeat:
                self._held = (event.detail, name)
                self._listener(KeyEvent(name, KeyMoment.DOWN, event.time / 1000))

    def _is_down(self, code: int) -> bool:
        """A key that is held comes up and goes down again and again for the programs, and stays down for the server."""
        keys = self._screen.connection.core.QueryKeymap().reply().keys
        return bool(keys[code // 8] >> (code % 8) & 1)
