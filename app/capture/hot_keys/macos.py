"""Keys for the whole screen under macOS, by Carbon's hot keys: they need no permission, and no other key is seen. Not
tried on a real one yet.

Names and numbers are those of Carbon's HIToolbox (CarbonEvents.h, Events.h) and of libdispatch.
"""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.capture.hot_keys.keys import HotKeyError, Key
from app.capture.hot_keys.listening import KeyEvent, KeyMoment

# What Qt calls Ctrl and Meta on a Mac.
_MASKS = {"Ctrl": 0x0100, "Shift": 0x0200, "Alt": 0x0800, "Meta": 0x1000}
_PRESSED, _RELEASED = 5, 6
_ESCAPE = 0x35
_ALREADY_REGISTERED = -9878
_PATIENCE_S = 5.0
_LETTERS_AND_DIGITS = dict(
    zip(
        "ASDFHGZXCVBQWERYT1234659780OUIPLJKNM",
        (
            *(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11),
            *(0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x1A, 0x1C, 0x1D),
            *(0x1F, 0x20, 0x22, 0x23, 0x25, 0x26, 0x28, 0x2D, 0x2E),
        ),
        strict=True,
    )
)
_FUNCTION_KEYS = (
    *(0x7A, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6D),
    *(0x67, 0x6F, 0x69, 0x6B, 0x71, 0x6A, 0x40, 0x4F, 0x50, 0x5A),
)
_CODES = (
    _LETTERS_AND_DIGITS
    | {f"F{number}": code for number, code in enumerate(_FUNCTION_KEYS, start=1)}
    | {"Space": 0x31, "Ins": 0x72, "Del": 0x75, "Home": 0x73, "End": 0x77, "PgUp": 0x74, "PgDown": 0x79}
)


def _four(characters: bytes) -> int:
    return int.from_bytes(characters, "big")


def code_of(key: Key) -> int:
    """The virtual key code: of letters and digits, the place that they have on a US keyboard. HotKeyError where a Mac
    has no such key."""
    if key.name not in _CODES:
        raise HotKeyError(f"A Mac has no key {key.name}", "Choose another one.")
    return _CODES[key.name]


class _EventType(ctypes.Structure):
    _fields_ = (("group", ctypes.c_uint32), ("kind", ctypes.c_uint32))


class _HotKeyId(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


_Handler = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_Work = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class MacHotKeys:
    """As HotKeys says, but `listener` is called on the main thread, to which macOS hands hot keys."""

    def __init__(self, keys: Mapping[str, Key], listener: Callable[[KeyEvent], None]) -> None:
        self._system: Any = ctypes.CDLL("/usr/lib/libSystem.dylib")
        self._carbon: Any = ctypes.CDLL("/System/Library/Frameworks/Carbon.framework/Carbon")
        self._carbon.GetApplicationEventTarget.restype = ctypes.c_void_p
        self._carbon.RegisterEventHotKey.argtypes = (
            *(ctypes.c_uint32, ctypes.c_uint32, _HotKeyId),
            *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p),
        )
        self._carbon.UnregisterEventHotKey.argtypes = (ctypes.c_void_p,)
        self._carbon.RemoveEventHandler.argtypes = (ctypes.c_void_p,)
        self._carbon.GetEventKind.argtypes = (ctypes.c_void_p,)
        self._carbon.GetEventParameter.argtypes = (
            *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
            *(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p),
        )
        self._codes = {name: code_of(key) for name, key in keys.items()}
        self._keys = tuple(keys.items())
        self._listener = listener
        self._taken: dict[int, ctypes.c_void_p] = {}
        self._held: int | None = None
        self._handler_reference = ctypes.c_void_p()
        self._handler = _Handler(self._follow)  # C keeps its address only
        problem = self._on_main_thread(self._take)
        if problem is not None:
            raise problem

    def close(self) -> None:
        self._on_main_thread(self._give_back)

    def _on_main_thread(self, work: Callable[[], HotKeyError | None]) -> HotKeyError | None:
        if self._system.pthread_main_np():
            return work()
        answer: queue.SimpleQueue[HotKeyError | None] = queue.SimpleQueue()
        abandoned = threading.Event()
        self._work = _Work(lambda _context: None if abandoned.is_set() else answer.put(work()))
        main_queue = ctypes.addressof(ctypes.c_char.in_dll(self._system, "_dispatch_main_q"))
        self._system.dispatch_async_f(ctypes.c_void_p(main_queue), None, self._work)
        try:
            return answer.get(timeout=_PATIENCE_S)
        except queue.Empty:
            abandoned.set()
            return HotKeyError("The window is too busy to take keys", "Choose them again.")

    def _take(self) -> HotKeyError | None:
        types = (_EventType * 2)(*(_EventType(_four(b"keyb"), kind) for kind in (_PRESSED, _RELEASED)))
        target = ctypes.c_void_p(self._carbon.GetApplicationEventTarget())
        self._carbon.InstallEventHandler(
            target, self._handler, ctypes.c_ulong(2), types, None, ctypes.byref(self._handler_reference)
        )
        for number, (name, key) in enumerate(self._keys):
            status = self._register(number, self._codes[name], key)
            if status == 0:
                continue
            self._give_back()
            if status == _ALREADY_REGISTERED:
                return HotKeyError(f"Another program holds the key {key}", "Choose another one, or free it there.")
            return HotKeyError(f"macOS does not give the key {key}", "Choose another one.")
        return None

    def _register(self, number: int, code: int, key: Key) -> int:
        reference = ctypes.c_void_p()
        mask = sum(_MASKS[modifier] for modifier in key.modifiers)
        target = ctypes.c_void_p(self._carbon.GetApplicationEventTarget())
        of_ours = _HotKeyId(_four(b"Otos"), number)
        status = int(self._carbon.RegisterEventHotKey(code, mask, of_ours, target, 0, ctypes.byref(reference)))
        if status == 0:
            self._taken[number] = reference
        return status

    def _give_back(self) -> None:
        for reference in self._taken.values():
            self._carbon.UnregisterEventHotKey(reference)
        self._taken.clear()
        self._carbon.RemoveEventHandler(self._handler_reference)

    def _follow(self, _next: int, event: int, _data: int) -> int:
        """One event of one of our keys. Escape is a hot key while another one is held."""
        pressed = _HotKeyId()
        self._carbon.GetEventParameter(
            event, _four(b"----"), _four(b"hkid"), None, ctypes.sizeof(pressed), None, ctypes.byref(pressed)
        )
        number, is_down = int(pressed.number), self._carbon.GetEventKind(event) == _PRESSED
        if number == len(self._keys):
            if is_down and self._held is not None:
                self._tell(self._held, KeyMoment.ESCAPE)
        elif is_down and self._held is None:
            self._held = number
            self._register(len(self._keys), _ESCAPE, self._keys[number][1])
            self._tell(number, KeyMoment.DOWN)
        elif not is_down and number == self._held:
            self._held = None
            escape = self._taken.pop(len(self._keys), None)
            if escape is not None:
                self._carbon.UnregisterEventHotKey(escape)
            self._tell(number, KeyMoment.UP)
        return 0

    def _tell(self, number: int, moment: KeyMoment) -> None:
        self._listener(KeyEvent(self._keys[number][0], moment, time.monotonic()))
