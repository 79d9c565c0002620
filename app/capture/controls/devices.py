"""Devices that are plugged in: found, read and missed when they are pulled out."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from app.capture.controls.layouts import Button, ButtonState, ControlError, Layout

_LOOK_S = 2.0
_READ_S = 0.25
_REPORT_BYTES = 64
_KEYBOARDS_AND_MICE = {(1, 2), (1, 6)}


@dataclass(frozen=True)
class ConnectedDevice:
    """One interface of a HID device. `path` is the system's name for it."""

    path: bytes
    vendor: int
    product: int
    usage_page: int
    name: str


@dataclass(frozen=True)
class Press:
    """A button that went down or came up, at a time of time.monotonic."""

    button: Button
    is_down: bool
    at_s: float


class ReportStream(Protocol):
    """An open device."""

    def read(self, limit_s: float) -> bytes:
        """The next report, or nothing within this time. Raises OSError when the device is gone."""

    def close(self) -> None: ...


class DeviceSource(Protocol):
    """Where devices come from."""

    def devices(self) -> Sequence[ConnectedDevice]: ...

    def open(self, device: ConnectedDevice) -> ReportStream:
        """Raises OSError when it cannot be opened."""


class HidSource:
    """The devices of this computer, through hidapi. Raises ControlError when that is missing."""

    def __init__(self) -> None:
        self._library = _hid_library()

    def devices(self) -> Sequence[ConnectedDevice]:
        """All but keyboards and mice, whose reports are the system's."""
        return tuple(
            ConnectedDevice(
                each["path"],
                each["vendor_id"],
                each["product_id"],
                each["usage_page"],
                " ".join(filter(None, (each["manufacturer_string"], each["product_string"]))) or "?",
            )
            for each in self._library.enumerate()
            if (each["usage_page"], each["usage"]) not in _KEYBOARDS_AND_MICE
        )

    def open(self, device: ConnectedDevice) -> ReportStream:
        opened = self._library.device()
        opened.open_path(device.path)
        return _HidStream(opened)


class _HidStream:
    def __init__(self, device: Any) -> None:
        self._device = device

    def read(self, limit_s: float) -> bytes:
        try:
            return bytes(self._device.read(_REPORT_BYTES, timeout_ms=round(limit_s * 1000)))
        except ValueError as error:  # what the library raises for a device that it has closed itself
            raise OSError("not open") from error

    def close(self) -> None:
        self._device.close()


class DeviceWatch:
    """Reads every device that a layout suits, as soon as it is plugged in, until `close`.

    `pressed` gets each press, `gone` the name of a device that was pulled out, `refused` one that can't be opened (once
    as long as it is there); all from threads of its own.
    """

    def __init__(
        self,
        source: DeviceSource,
        layouts: Sequence[Layout],
        *,
        pressed: Callable[[Press], None],
        gone: Callable[[str], None],
        refused: Callable[[ControlError], None],
    ) -> None:
        self._source = source
        self._layouts = layouts
        self._pressed = pressed
        self._gone = gone
        self._refused = refused
        self._is_closed = threading.Event()
        self._readers: dict[bytes, threading.Thread] = {}
        self._known: set[bytes] = set()
        self._looker = threading.Thread(target=self._look_for_devices, name="controls", daemon=True)
        self._looker.start()

    def close(self) -> None:
        self._is_closed.set()
        self._looker.join()
        for reader in self._readers.values():
            reader.join()

    def _look_for_devices(self) -> None:
        while not self._is_closed.is_set():
            there = self._source.devices()
            self._known &= {device.path for device in there}
            self._readers = {path: reader for path, reader in self._readers.items() if reader.is_alive()}
            for device in there:
                layout = self._layout_for(device)
                if layout is not None and device.path not in self._known and device.path not in self._readers:
                    self._known.add(device.path)
                    self._begin(device, layout)
            self._is_closed.wait(_LOOK_S)

    def _layout_for(self, device: ConnectedDevice) -> Layout | None:
        wanted = (device.vendor, device.product, device.usage_page)
        return next((layout for layout in self._layouts if layout.suits(*wanted)), None)

    def _begin(self, device: ConnectedDevice, layout: Layout) -> None:
        try:
            stream = self._source.open(device)
        except OSError:
            self._refused(
                ControlError(
                    f"{layout.name} cannot be opened",
                    "Close other programs that use it; under Linux, docs/control.md says how to be allowed to.",
                )
            )
            return
        reader = threading.Thread(target=self._read, args=(stream, layout), name="control", daemon=True)
        self._readers[device.path] = reader
        reader.start()

    def _read(self, stream: ReportStream, layout: Layout) -> None:
        state = ButtonState(layout)
        try:
            while not self._is_closed.is_set():
                report = stream.read(_READ_S)
                now_s = time.monotonic()
                for button, is_down in state.take(report) if report else ():
                    self._pressed(Press(button, is_down, now_s))
        except OSError:
            self._gone(layout.name)
        finally:
            stream.close()


def _hid_library() -> ModuleType:
    """hidapi; under Linux its hidraw form, which leaves the device to the kernel."""
    try:
        if sys.platform == "linux":
            import hidraw as library
        else:
            import hid as library
    except ImportError as error:
        raise ControlError(
            "The library for pedals is missing (hidapi)", "Install Otoscribe anew, or go on without pedals."
        ) from error
    module: Any = library
    return module  # type: ignore[no-any-return]
