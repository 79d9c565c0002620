"""Windows and keyboard of other programs under Microsoft Windows. Not tried on a real one yet."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

from app.transfer.focus import FocusWatch, tell_of_focus
from app.transfer.system import NO_WINDOW, Target, TransferError

_LOOK_AGAIN_S = 0.25
_KEYBOARD, _KEY_UP, _UNICODE = 1, 0x0002, 0x0004
_SHIFT, _CONTROL, _MENU, _LEFT_WINDOWS, _RIGHT_WINDOWS, _V, _RETURN = 0x10, 0x11, 0x12, 0x5B, 0x5C, 0x56, 0x0D
_RESTORE = 9


class _KeyboardInput(ctypes.Structure):
    _fields_ = (
        ("key", ctypes.c_ushort),
        ("scan", ctypes.c_ushort),
        ("flags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("extra", ctypes.c_size_t),
    )


class _Any(ctypes.Union):
    # A mouse's input is the largest of the union: it gives the structure its size.
    _fields_ = (("keyboard", _KeyboardInput), ("mouse", ctypes.c_byte * (16 + 2 * ctypes.sizeof(ctypes.c_size_t))))


class _Input(ctypes.Structure):
    _fields_ = (("kind", ctypes.c_uint32), ("value", _Any))


class WindowsSystem:
    """As WindowSystem says."""

    def __init__(self) -> None:
        self._user: Any = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined]
        self._user.GetForegroundWindow.restype = ctypes.c_void_p
        for name in ("IsWindow", "SetForegroundWindow", "IsIconic"):
            getattr(self._user, name).argtypes = [ctypes.c_void_p]
        self._user.ShowWindow.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._user.GetWindowTextW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_int]
        self._user.GetWindowThreadProcessId.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)]
        self._user.SendInput.argtypes = [ctypes.c_uint, ctypes.POINTER(_Input), ctypes.c_int]
        self._user.GetAsyncKeyState.restype = ctypes.c_short
        self._user.RegisterClipboardFormatW.argtypes = [ctypes.c_wchar_p]
        self._user.OpenClipboard.argtypes = [ctypes.c_void_p]
        self._user.GetClipboardData.restype = ctypes.c_void_p
        self._memory: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
        for name in ("GlobalLock", "GlobalUnlock", "GlobalSize"):
            getattr(self._memory, name).argtypes = [ctypes.c_void_p]
        self._memory.GlobalLock.restype = ctypes.c_void_p
        self._memory.GlobalSize.restype = ctypes.c_size_t
        self._watch = FocusWatch()

    def watch(self, listener: Callable[[Target], None]) -> None:
        self._watch.start(lambda: self._look(listener))

    def focused(self) -> Target:
        return self.find(self._user.GetForegroundWindow() or 0) or NO_WINDOW

    def find(self, window_id: int) -> Target | None:
        if not window_id or not self._user.IsWindow(window_id):
            return None
        title = ctypes.create_unicode_buffer(512)
        self._user.GetWindowTextW(window_id, title, len(title))
        return Target(window_id, title.value)

    def activate(self, target: Target) -> None:
        if self._user.IsIconic(target.id):
            self._user.ShowWindow(target.id, _RESTORE)
        self._user.SetForegroundWindow(target.id)

    def are_keys_held(self) -> bool:
        keys = (_SHIFT, _CONTROL, _MENU, _LEFT_WINDOWS, _RIGHT_WINDOWS)
        return any(self._user.GetAsyncKeyState(key) < 0 for key in keys)

    def clipboard_mark(self, kind: str) -> bytes | None:
        format = self._user.RegisterClipboardFormatW(kind)
        if not self._user.OpenClipboard(None):
            return None
        try:
            handle = self._user.GetClipboardData(format)
            place = self._memory.GlobalLock(handle) if handle else None
            if not place:
                return None
            content = ctypes.string_at(place, self._memory.GlobalSize(handle))
            self._memory.GlobalUnlock(handle)
            return content.rstrip(b"\0")  # the system may give more room than was asked for
        finally:
            self._user.CloseClipboard()

    def can_read_clipboard(self) -> bool:
        return True

    def press_paste(self) -> None:
        self._send((_CONTROL, 0, 0), (_V, 0, 0), (_V, 0, _KEY_UP), (_CONTROL, 0, _KEY_UP))

    def prepare_typing(self, text: str) -> None:
        """Nothing to do: every character can be typed as itself."""

    def press_character(self, character: str) -> None:
        if character == "\n":
            self._send((_RETURN, 0, 0), (_RETURN, 0, _KEY_UP))
            return
        units = character.encode("utf-16-le")
        for at in range(0, len(units), 2):
            unit = int.from_bytes(units[at : at + 2], "little")
            self._send((0, unit, _UNICODE), (0, unit, _UNICODE | _KEY_UP))

    def close(self) -> None:
        self._watch.close()

    def _send(self, *keys: tuple[int, int, int]) -> None:
        inputs = (_Input * len(keys))()
        for place, (key, scan, flags) in zip(inputs, keys, strict=True):
            place.kind = _KEYBOARD
            place.value.keyboard = _KeyboardInput(key, scan, flags, 0, 0)
        if self._user.SendInput(len(keys), inputs, ctypes.sizeof(_Input)) != len(keys):
            raise TransferError(
                "Windows lets no keys be pressed in that program",
                "It runs as administrator, or the screen is locked: paste by hand.",
            )

    def is_foreign(self, window_id: int) -> bool:
        process = ctypes.c_uint32()
        self._user.GetWindowThreadProcessId(window_id, ctypes.byref(process))
        return process.value != os.getpid()

    def _look(self, listener: Callable[[Target], None]) -> None:
        last = NO_WINDOW
        while not self._watch.wait(_LOOK_AGAIN_S):
            last = tell_of_focus(self, last, listener)
