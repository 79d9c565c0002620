"""Pages that say what to do when there is nothing else to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.translation import describe_next_step, describe_what, translate, without_accelerator
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
        layout.setSpacing(round(self.fontMetrics().height() * 0.8))
        layout.addStretch(2)
        heading = QLabel(translate("EmptyPage", "Ready when you are"), self)
        heading.setProperty("kind", "heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(heading)
        line = QLabel(
            translate(
                "EmptyPage",
                "Press Record (F9) and dictate: a new note opens by itself.\n"
                "Or choose a note at the left, or drop audio files here.",
            ),
            self,
        )
        line.setProperty("kind", "muted")
        line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        line.setWordWrap(True)
        layout.addWidget(line)
        row = QHBoxLayout()
        row.addStretch(1)
        self.record = ThemedButton(theme, translate("EmptyPage", "Start dictating"), "record", "record", parent=self)
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
        self.setAccessibleName(translate("TroublePage", "The notes cannot be opened"))
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        layout = QVBoxLayout()
        layout.setSpacing(round(self.fontMetrics().height() * 0.8))
        outer.addLayout(layout, 8)
        outer.addStretch(1)
        layout.addStretch(1)
        heading = QLabel(translate("TroublePage", "Your notes can't be opened"), self)
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
        self.what.setAccessibleName(translate("TroublePage", "What happened"))
        self.next_step.setAccessibleName(translate("TroublePage", "What to do"))
        self.next_step.setProperty("kind", "section")
        calm = QLabel(translate("TroublePage", "Nothing was changed or deleted."), self)
        calm.setProperty("kind", "muted")
        layout.addWidget(calm)
        row = QHBoxLayout()
        for text, signal, kind in (
            (translate("TroublePage", "&Try again"), self.try_again, "primary"),
            (translate("TroublePage", "Open the &folder"), self.show_folder, ""),
            (translate("TroublePage", "&Close Otoscribe"), self.leave, ""),
        ):
            button = QPushButton(text, self)
            button.setProperty("kind", kind)
            button.setAccessibleName(without_accelerator(text))
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)

    def show_problem(self, problem: OtoscribeError) -> None:
        self.what.setText(describe_what(problem).rstrip("。.") + translate("TroublePage", "."))
        self.next_step.setText(describe_next_step(problem))
