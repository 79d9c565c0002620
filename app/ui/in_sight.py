"""Windows stay where they can be seen when a screen goes away."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_LEAST = 40  # pixels of a window, both ways, by which it can be taken and moved


class InSight(QObject):
    """Brings a window back that no screen shows any more; where a part of it is in sight it stays as it is."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._look)
        application.primaryScreenChanged.connect(self._look)

    def _look(self) -> None:
        frame = self._window.frameGeometry()
        if any(_can_be_taken(frame & screen.availableGeometry()) for screen in QGuiApplication.screens()):
            return
        room = QGuiApplication.primaryScreen().availableGeometry()
        self._window.resize(self._window.size().boundedTo(room.size()))
        frame = self._window.frameGeometry()
        frame.moveCenter(room.center())
        self._window.move(frame.topLeft())


def _can_be_taken(part: QRect) -> bool:
    return part.width() >= _LEAST and part.height() >= _LEAST
