"""Keys for the whole screen under Microsoft Windows. Not tried on a real one yet."""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.capture.hot_keys.keys import HotKeyError, Key
from app.capture.hot_keys.listening import KeyEvent, KeyMoment

_MASKS = {"Alt": 0x1, "Ctrl": 0x2, "Shift": 0x4, "Meta": 0x8}
_NO_REPEAT = 0x4000
_HOT_KEY, _QUIT = 0x0312, 0x0012
_ESCAPE = 0x1B
_ALREADY_REGISTERED = 1409
_LOOK_S = 0.02  # Windows tells that a hot key goes down, and not that it comes up


class _Message(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_void_p),
        ("kind", ctypes.c_uint),
        ("word", ctypes.c_size_t),
        ("long", ctypes.c_ssize_t),
        ("time", ctypes.c_uint32),
        ("point", ctypes.c_long * 2),
    )


class WindowsHotKeys:
    """As HotKeys says. Windows hands a hot key to the thread that asked for it."""

    def __init__(self, keys: Mapping[str, Key], listener: Callable[[KeyEvent], None]) -> None:
        self._user: Any = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined]
        self._user.GetAsyncKeyState.restype = ctypes.c_short
        self._kernel: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
        self._keys = tuple(keys.items())
        self._listener = listener
        self._thread_id = 0
        answer: queue.SimpleQueue[HotKeyError | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(answer,), name="hot keys", daemon=True)
        self._thread.start()
        problem = answer.get()
        if problem is not None:
            raise problem

    def close(self) -> None:
        self._user.PostThreadMessageW(self._thread_id, _QUIT, 0, 0)
        self._thread.join()

    def _run(self, answer: queue.SimpleQueue[HotKeyError | None]) -> None:
        self._thread_id = self._kernel.GetCurrentThreadId()
        problem = self._register()
        answer.put(problem)
        if problem is None:
            self._listen()
        for number in range(len(self._keys)):
            self._user.UnregisterHotKey(None, number)

    def _register(self) -> HotKeyError | None:
        for number, (_, key) in enumerate(self._keys):
            mask = sum(_MASKS[modifier] for modifier in key.modifiers) | _NO_REPEAT
            if self._user.RegisterHotKey(None, number, mask, key.virtual_key):
                continue
            if ctypes.get_last_error() == _ALREADY_REGISTERED:  # type: ignore[attr-defined]
                return HotKeyError(f"Another program holds the key {key}", "Choose another one, or free it there.")
            return HotKeyError(f"Windows does not give the key {key}", "Choose another one.")
        return None

    def _listen(self) -> None:
        message = _Message()
        while self._user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.kind == _HOT_KEY:
                self._follow(*self._keys[message.word])

    def _follow(self, name: str, key: Key) -> None:
        """From down to up."""
        was_escape = False
        self._listener(KeyEvent(name, KeyMoment.DOWN, time.monotonic()))
        while self._is_down(key.virtual_key):
            is_escape = self._is_down(_ESCAPE)
            if is_escape and not was_escape:
                self._listener(KeyEvent(name, KeyMoment.ESCAPE, time.monotonic()))
            was_escape = is_escape
            time.sleep(_LOOK_S)
        self._listener(KeyEvent(name, KeyMoment.UP, time.monotonic()))

    def _is_down(self, virtual_key: int) -> bool:
        return bool(self._user.GetAsyncKeyState(virtual_key) < 0)
