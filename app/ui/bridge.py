"""From any thread to the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Bridge(QObject):
    """`deliver` may be called from any thread; what it is given runs in the thread that made the bridge, in order."""

    _called = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._called.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, thunk: Callable[[], None]) -> None:
        self._called.emit(thunk)

    def _run(self, thunk: Callable[[], None]) -> None:
        thunk()
