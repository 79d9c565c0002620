"""A phrase of the user's own, to add or to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dictation.commands import OwnPhrase
from app.translation import describe_problem, translate, without_accelerator
from app.ui.choice import Choice
from app.ui.dialogs import fit, make_buttons
from app.ui.form import Form
from speech.errors import OtoscribeError


class OwnPhraseDialog(QDialog):
    """`phrase` is what is to be kept, once the dialog was accepted."""

    def __init__(self, old: OwnPhrase | None, check: Callable[[OwnPhrase], None], parent: QWidget) -> None:
        """`check` raises OtoscribeError where a phrase can't be used."""
        super().__init__(parent)
        self.phrase = old or OwnPhrase(())
        self._check = check
        title = translate("OwnPhraseDialog", "Change a phrase") if old else translate("OwnPhraseDialog", "Add a phrase")
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        self._form = Form()
        self.say = QLineEdit(" | ".join(self.phrase.say), self)
        self.say.setPlaceholderText(translate("OwnPhraseDialog", "two words or more; a bar | between several ways"))
        self.kind = Choice(self)
        self.kind.addItem(translate("OwnPhraseDialog", "Write a text"))
        self.kind.addItem(translate("OwnPhraseDialog", "Carry out a command"))
        self.text = QPlainTextEdit(self.phrase.text, self)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(self.fontMetrics().lineSpacing() * 6)
        self.command = QLineEdit(self.phrase.command, self)
        self.command.setPlaceholderText(translate("OwnPhraseDialog", "as it is said, such as: go to plan"))
        self._what = QStackedWidget(self)
        command = QWidget(self)
        column = QVBoxLayout(command)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.command)
        column.addStretch(1)
        self._what.addWidget(self.text)
        self._what.addWidget(command)
        for label, field in (
            (translate("OwnPhraseDialog", "&Say"), self.say),
            (translate("OwnPhraseDialog", "&Do"), self.kind),
        ):
            field.setAccessibleName(without_accelerator(label))
            self._form.add(label, field)
        self.text.setAccessibleName(translate("OwnPhraseDialog", "Text to write"))
        self.command.setAccessibleName(translate("OwnPhraseDialog", "Command to carry out"))
        self._form.add(translate("OwnPhraseDialog", "&What"), self._what)
        layout.addLayout(self._form)
        self.problem = QLabel(self)
        self.problem.setProperty("kind", "warning")
        self.problem.setWordWrap(True)
        self.problem.hide()
        layout.addWidget(self.problem)
        for changed in (self.say.textChanged, self.command.textChanged, self.text.textChanged):
            changed.connect(self.problem.hide)
        self.buttons = make_buttons(self, translate("OwnPhraseDialog", "&Keep"))
        layout.addWidget(self.buttons)
        fit(self, 80)
        self.kind.currentIndexChanged.connect(self._show_what)
        self._show_what(0)
        self.kind.setCurrentIndex(1 if self.phrase.command else 0)

    def _show_what(self, kind: int) -> None:
        self._what.setCurrentIndex(kind)
        self._what.setFocusProxy((self.text, self.command)[kind])

    def accept(self) -> None:
        """Closes the dialog only with a phrase that can be used."""
        is_text = self.kind.currentIndex() == 0
        said = tuple(each.strip() for each in self.say.text().split("|") if each.strip())
        phrase = replace(
            self.phrase,
            say=said,
            text=self.text.toPlainText().strip("\n") if is_text else "",
            command="" if is_text else self.command.text().strip(),
        )
        try:
            self._check(phrase)
        except OtoscribeError as problem:
            self.problem.setText(describe_problem(problem))
            self.problem.show()
            return
        self.phrase = phrase
        super().accept()
