"""Fields below each other, each with its label."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QPlainTextEdit, QSizePolicy, QStackedWidget, QWidget

_TALL = (QPlainTextEdit, QStackedWidget)


class Form(QFormLayout):
    """A label stands in the middle of its field's height; beside a tall field it stands at the top."""

    def __init__(self) -> None:
        super().__init__()
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def add(self, text: str, field: QWidget) -> None:
        """A field with its label, whose letter leads to it."""
        self.addRow(text, field)
        label = self.labelForField(field)
        if label is not None and not isinstance(field, _TALL):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
