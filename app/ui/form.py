"""Fields below each other, each with its label."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QSizePolicy, QStackedWidget, QWidget

_TALL = (QPlainTextEdit, QStackedWidget)


class _Label(QLabel):
    """Its letter is drawn apart from the others, which takes more room than Qt measures."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint = super().sizeHint()
        return QSize(hint.width() + self.fontMetrics().averageCharWidth() // 2, hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()


class Form(QFormLayout):
    """A label stands in the middle of its field's height; beside a tall field it stands at the top."""

    def __init__(self) -> None:
        super().__init__()
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def add(self, text: str, field: QWidget) -> None:
        """A field with its label, whose letter leads to it; or, without a text, the field alone."""
        if not text:
            self.setWidget(self.rowCount(), QFormLayout.ItemRole.FieldRole, field)
            return
        label = _Label(text)
        label.setBuddy(field)
        if not isinstance(field, _TALL):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self.addRow(label, field)
