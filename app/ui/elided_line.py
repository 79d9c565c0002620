"""A line of text that ends in dots where it can't be changed and has too little room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame


class ElidedLine(QLineEdit):
    """With the focus it can be looked through as any other."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt cuts a text that is too long in the middle of a letter."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        field = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self).adjusted(2, 0, -2, 0)
        if (
            not self.isReadOnly()
            or self.hasFocus()
            or self.fontMetrics().horizontalAdvance(self.text()) <= field.width()
        ):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, field.width())
        painter.drawText(field, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
