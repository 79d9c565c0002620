"""Windows, clipboard and keyboard of other programs under X11."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable

from app.transfer.focus import FocusWatch, tell_of_focus
from app.transfer.system import NO_WINDOW, Target
from app.x11 import XConnection

_LOOK_AGAIN_S = 0.25  # without a window manager nothing tells of a new focus
_ANSWER_LIMIT_S = 1.0
_SHIFT_CONTROL_ALT_SUPER = 0x01 | 0x04 | 0x08 | 0x40
_NO_PLACES = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")
_BY_USER = 2  # window managers follow a user's wish even where programs may not take the focus
_MOST_TITLE_WORDS = 256


class Display(XConnection):
    """Windows by their properties."""

    def numbers(self, window: int, name: str) -> tuple[int, ...]:
        """A property of 32-bit values; empty when there is none or no such window."""
        raw = self._property(window, name)
        return struct.unpack(f"={len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    def focused(self) -> Target:
        """The window with the focus, by the window manager's word or else by the server's."""
        if self.has_window_manager:
            window = next(iter(self.numbers(self.root, "_NET_ACTIVE_WINDOW")), 0)
        else:
            window = self._top_level(self.connection.core.GetInputFocus().reply().focus)
        return self.find(window) or NO_WINDOW

    @property
    def has_window_manager(self) -> bool:
        """One that says which window is active."""
        return self.atom("_NET_ACTIVE_WINDOW") in self.numbers(self.root, "_NET_SUPPORTED")

    def find(self, window: int) -> Target | None:
        if window <= 1:  # none, or whatever is below the pointer
            return None
        try:
            self.connection.core.GetWindowAttributes(window).reply()
        except self.library.Error:
            return None
        title = self._property(window, "_NET_WM_NAME").decode("utf-8", "replace")
        return Target(window, title or self._property(window, "WM_NAME").decode("latin-1"))

    def is_foreign(self, window: int) -> bool:
        """A window of another program that text can be put into."""
        types = self.numbers(window, "_NET_WM_WINDOW_TYPE")
        is_own = self.numbers(window, "_NET_WM_PID") == (os.getpid(),)
        return not is_own and not any(self.atom(name) in types for name in _NO_PLACES)

    def _property(self, window: int, name: str) -> bytes:
        core, any_type = self.connection.core, 0
        try:
            found = core.GetProperty(False, window, self.atom(name), any_type, 0, _MOST_TITLE_WORDS).reply()
        except self.library.Error:
            return b""
        return bytes(found.value.buf())

    def _top_level(self, window: int) -> int:
        while window > 1:
            try:
                tree = self.connection.core.QueryTree(window).reply()
            except self.library.Error:
                return 0
            if tree.parent in (0, self.root):
                return window if window != self.root else 0
            window = tree.parent
        return 0


class X11System:
    """As WindowSystem says. The connection of the watch is the watch's alone."""

    def __init__(self) -> None:
        from app.transfer.x11_keyboard import Keyboard

        self._display = Display()
        self._keyboard = Keyboard(self._display)
        self._watch = FocusWatch()

    def watch(self, listener: Callable[[Target], None]) -> None:
        self._watch.start(lambda: self._look(listener))

    def focused(self) -> Target:
        return self._display.focused()

    def find(self, window_id: int) -> Target | None:
        return self._display.find(window_id)

    def activate(self, target: Target) -> None:
        display = self._display
        if display.focused().id == target.id:
            return
        if display.has_window_manager:
            data = struct.pack(
                "=B B 2x I I 5I", 33, 32, target.id, display.atom("_NET_ACTIVE_WINDOW"), _BY_USER, 0, 0, 0, 0
            )
            mask = (1 << 19) | (1 << 20)  # SubstructureNotify and SubstructureRedirect: to the window manager
            display.connection.core.SendEvent(False, display.root, mask, data)
        else:
            display.connection.core.ConfigureWindow(target.id, 0x40, [0])  # above all others
            display.connection.core.SetInputFocus(1, target.id, 0)
        display.connection.flush()

    def are_keys_held(self) -> bool:
        pointer = self._display.connection.core.QueryPointer(self._display.root).reply()
        return bool(pointer.mask & _SHIFT_CONTROL_ALT_SUPER)

    def clipboard_mark(self, kind: str) -> bytes | None:
        return self._ask_clipboard(kind)

    def can_read_clipboard(self) -> bool:
        owner = self._display.connection.core.GetSelectionOwner(self._display.atom("CLIPBOARD")).reply().owner
        return owner == 0 or self._ask_clipboard("TARGETS") is not None

    def press_paste(self) -> None:
        self._keyboard.press_paste()

    def prepare_typing(self, text: str) -> None:
        self._keyboard.prepare(text)

    def press_character(self, character: str) -> None:
        self._keyboard.press(character)

    def close(self) -> None:
        self._watch.close()

    def _ask_clipboard(self, kind: str) -> bytes | None:
        """Asks whoever owns the clipboard, as a program does that pastes."""
        display, core = self._display, self._display.connection.core
        asking = display.connection.generate_id()
        core.CreateWindow(0, asking, display.root, 0, 0, 1, 1, 0, 1, 0, 0, [])
        try:
            answer = display.atom("OTOSCRIBE_ANSWER")
            core.ConvertSelection(asking, display.atom("CLIPBOARD"), display.atom(kind), answer, 0)
            if not self._is_answered():
                return None
            found = core.GetProperty(False, asking, answer, 0, 0, _MOST_TITLE_WORDS).reply()
            return bytes(found.value.buf()) if found.type else None
        finally:
            core.DestroyWindow(asking)
            display.connection.flush()

    def _is_answered(self) -> bool:
        deadline = time.monotonic() + _ANSWER_LIMIT_S
        while (left_s := deadline - time.monotonic()) > 0:
            while (event := self._display.next_event()) is not None:
                if isinstance(event, self._display.library.xproto.SelectionNotifyEvent):
                    return bool(event.property)
            self._display.wait(left_s)
        return False

    def _look(self, listener: Callable[[Target], None]) -> None:
        display = Display()
        try:
            display.connection.core.ChangeWindowAttributes(display.root, 0x800, [0x400000])  # tell of root's properties
            last = NO_WINDOW
            while not self._watch.is_closed:
                last = tell_of_focus(display, last, listener)
                display.wait(_LOOK_AGAIN_S)
                while display.next_event() is not None:
                    continue
            display.connection.disconnect()
        except display.library.ConnectionException:
            return  # the screen is gone, and with it every window
