"""A combo box that shows by an arrow that it is one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from app.ui.icons import icon


class Choice(QComboBox):
    """One of several; a name that is too long is elided."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt leaves too little room for our arrow."""
        hint = super().sizeHint()
        return QSize(hint.width() + self.fontMetrics().height(), hint.height())

    @property
    def text_width(self) -> int:
        """The room for the text, in pixels."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        field = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        return min(field.width(), self.width() - 3 * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As Qt draws it, with an arrow in the colour of the text: a style sheet can only take one from a file."""
        side = self.fontMetrics().height()
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, self.text_width
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        colour = self.palette().color(group, QPalette.ColorRole.Text)
        arrow = icon("down", colour.name()).pixmap(QSize(side, side))
        painter.drawPixmap(self.width() - side * 3 // 2, (self.height() - side) // 2, arrow)
        painter.end()
