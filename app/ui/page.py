"""A page that stands in the place of the note."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.sides import SidesLayout
from app.ui.theme import Theme

_GAP = 10  # pixels between what lies below each other


class Page(QWidget):
    """`left`: the user goes back to the notes, by its button or by Escape."""

    left = Signal()

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAccessibleName(title)
        self._title = title
        self._theme = theme

    def open(self) -> None:
        """Called when the page comes on show: it shows what there is now."""

    def take_files(self, paths: list[Path]) -> bool:
        """Files were dropped while the page is on show; False where they are not for it."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def header(self, *buttons: QWidget) -> SidesLayout:
        """The title and on the right these buttons and the way back, which Tab reaches last of them."""
        name = translate("Page", "Back to the notes")
        self.back = ThemedButton(self._theme, translate("Page", "&Back"), "leave", name=name, parent=self)
        self.back.setToolTip(translate("Page", "Back to the notes (Esc)"))
        self.back.clicked.connect(self.left)
        heading = QLabel(self._title, self)
        heading.setProperty("kind", "heading")
        right = QWidget(self)
        right.setLayout(FlowLayout(*buttons, self.back))
        return SidesLayout(heading, right, (1, 0), is_whole=True)

    def column(self) -> QVBoxLayout:
        """The page's own layout."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        return layout

    def card(self, title: str, column: QVBoxLayout) -> QVBoxLayout:
        """A framed part at the end of a column, with a title, to be filled."""
        frame = QFrame(self)
        column.addWidget(frame)
        frame.setProperty("card", "true")
        layout = QVBoxLayout(frame)
        gap = self.fontMetrics().height()
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(_GAP)
        heading = QLabel(title, frame)
        heading.setProperty("kind", "section")
        layout.addWidget(heading)
        return layout
