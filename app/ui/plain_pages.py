"""Pages that say what to do when there is nothing else to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.actions import Actions
from app.ui.buttons import ThemedButton
from app.ui.theme import Theme
from speech.errors import OtoscribeError


class EmptyPage(QWidget):
    """No note is open."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        heading = QLabel("Ready when you are", self)
        heading.setProperty("kind", "heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(heading)
        line = QLabel("Press Record and dictate: a new note opens by itself.\nOr choose a note at the left.", self)
        line.setProperty("kind", "muted")
        line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        line.setWordWrap(True)
        layout.addWidget(line)
        row = QHBoxLayout()
        row.addStretch(1)
        self.record = ThemedButton(theme, "Start &dictating", "record", "record", parent=self)
        self.record.follow(actions.toggle_recording)
        row.addWidget(self.record)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(3)


class TroublePage(QWidget):
    """The record can't be opened: what happened and what to do. Nothing is ever deleted from here."""

    try_again = Signal()
    show_folder = Signal()
    leave = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAccessibleName("The notes cannot be opened")
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        layout = QVBoxLayout()
        outer.addLayout(layout, 6)
        outer.addStretch(1)
        layout.addStretch(1)
        heading = QLabel("Your notes can't be opened", self)
        heading.setProperty("kind", "heading")
        layout.addWidget(heading)
        self.what = QLabel(self)
        self.next_step = QLabel(self)
        for label in (self.what, self.next_step):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            layout.addWidget(label)
        self.what.setAccessibleName("What happened")
        self.next_step.setAccessibleName("What to do")
        self.next_step.setProperty("kind", "section")
        calm = QLabel("Nothing was changed or deleted.", self)
        calm.setProperty("kind", "muted")
        layout.addWidget(calm)
        row = QHBoxLayout()
        for text, signal, kind in (
            ("&Try again", self.try_again, "primary"),
            ("Open the &folder", self.show_folder, ""),
            ("&Close Otoscribe", self.leave, ""),
        ):
            button = QPushButton(text, self)
            button.setProperty("kind", kind)
            button.setAccessibleName(text.replace("&", ""))
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)

    def show_problem(self, problem: OtoscribeError) -> None:
        self.what.setText(problem.what)
        self.next_step.setText(problem.next_step)
