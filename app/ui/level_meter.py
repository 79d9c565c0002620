"""How loud the microphone is, as a bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.translation import number, translate
from app.ui.theme import Theme

_FLOOR_DBFS = -60.0
_LOUD_DBFS = -6.0
_FALL_DB = 2.0


class LevelMeter(QWidget):
    """Shows dBFS from -60 to 0; rises at once and falls slowly, so that the eye can follow. Red where it clips."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown_dbfs = _FLOOR_DBFS
        self.setAccessibleName(name)
        self.setToolTip(name)
        theme.changed.connect(self.update)

    @property
    def shown_dbfs(self) -> float:
        return self._shown_dbfs

    def show_level(self, level_dbfs: float) -> None:
        """Takes the newest level; anything below -60 is silence."""
        if level_dbfs <= _FLOOR_DBFS:
            level_dbfs = _FLOOR_DBFS
        self._shown_dbfs = max(level_dbfs, self._shown_dbfs - _FALL_DB, _FLOOR_DBFS)
        if level_dbfs == _FLOOR_DBFS:
            self._shown_dbfs = _FLOOR_DBFS
        self.setAccessibleDescription(translate("LevelMeter", "{level} decibels", level=number(self._shown_dbfs)))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.fontMetrics().averageCharWidth() * 22, self.fontMetrics().height() * 2 // 3)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self.fontMetrics().averageCharWidth() * 8, self.fontMetrics().height() * 2 // 3)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = min(self.height(), self.fontMetrics().height() * 2 // 3)
        field = QRectF(0, (self.height() - height) / 2, self.width(), height)
        fraction = (self._shown_dbfs - _FLOOR_DBFS) / -_FLOOR_DBFS
        loud = (_LOUD_DBFS - _FLOOR_DBFS) / -_FLOOR_DBFS
        count = max(8, int(field.width() // 7))
        step = field.width() / count
        for at in range(count):
            place = (at + 0.5) / count
            lit = colours.recording if place > loud else colours.accent
            painter.setBrush(QColor(lit if place <= fraction else colours.line))
            painter.drawRoundedRect(QRectF(field.left() + at * step, field.top(), step - 2, height), 1.5, 1.5)
        painter.end()
