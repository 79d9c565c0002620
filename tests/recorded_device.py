"""A device whose reports were recorded: it is plugged in, sends them when told to, and can be pulled out."""

from __future__ import annotations

import queue
from collections.abc import Sequence

from app.capture.controls import ConnectedDevice


class RecordedDevice:
    """A source of devices with this one; `send` hands over reports, `pull_out` takes it away."""

    def __init__(self, vendor: int, product: int, usage_page: int = 0, *, opens: bool = True) -> None:
        self.device = ConnectedDevice(b"/dev/hidraw7", vendor, product, usage_page, "Maker's Pedal")
        self._opens = opens
        self._is_there = True
        self._reports: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def send(self, *reports: bytes) -> None:
        for report in reports:
            self._reports.put(report)

    def pull_out(self) -> None:
        self._is_there = False
        self._reports.put(None)

    def devices(self) -> Sequence[ConnectedDevice]:
        return (self.device,) if self._is_there else ()

    def open(self, device: ConnectedDevice) -> RecordedDevice:
        if not self._opens:
            raise OSError("open failed")
        return self

    def read(self, limit_s: float) -> bytes:
        try:
            report = self._reports.get(timeout=limit_s)
        except queue.Empty:
            return b""
        if report is None:
            raise OSError("read error")
        return report

    def close(self) -> None:
        """Nothing is to be let go."""
