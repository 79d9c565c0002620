"""What can be said: the commands that ship, the user's own, and a line to try them in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.dictation.commands import OwnPhrase
from app.translation import describe_problem, translate
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.models.own_commands import OwnCommandsModel
from app.ui.own_phrase_dialog import OwnPhraseDialog
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.tables import TextTable
from app.ui.theme import Theme


class CommandsPage(Page):
    """Shows what can be said and passes on what is wanted of the user's own phrases."""

    def __init__(self, commands: OwnCommandsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("CommandsPage", "What can I say?"), theme, parent)
        self._commands = commands
        layout = self.column()
        layout.addLayout(self.header())
        layout.addWidget(
            self._line(
                translate(
                    "CommandsPage",
                    "Say a command alone, with a short pause before and after it. Within a sentence it is text.",
                )
            )
        )
        layout.addLayout(SidesLayout(self._make_table(), self._make_own(theme), (5, 3)), 1)
        layout.addLayout(self._make_trial())
        commands.changed.connect(self._show)
        theme.changed.connect(self._fit)
        self._fit()
        self._show()

    def open(self) -> None:
        """Shows what there is now."""
        self._commands.refresh()
        self._show()
        self.trial.setFocus()

    def _line(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "muted")
        return label

    def _make_table(self) -> TextTable:
        self.table = TextTable(
            translate("CommandsPage", "Commands"),
            [
                translate("CommandsPage", "Say"),
                translate("CommandsPage", "For example"),
                translate("CommandsPage", "What happens"),
            ],
            self,
        )
        return self.table

    def _make_own(self, theme: Theme) -> QWidget:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        self.own = TextTable(
            translate("CommandsPage", "Your own phrases"),
            [translate("CommandsPage", "Your own phrases"), translate("CommandsPage", "What happens")],
            self,
            translate("CommandsPage", "Add a phrase for a text that you often write, or for a command in your words."),
        )
        self.own.itemSelectionChanged.connect(self._allow)
        self.own.opened.connect(self._ask_to_change)
        self.own.removed.connect(self._remove)
        column.addWidget(self.own, 1)
        self.problem = self._line("")
        self.problem.setProperty("kind", "warning")
        self.problem.setAccessibleName(translate("CommandsPage", "What is wrong with the files of phrases"))
        column.addWidget(self.problem)
        self.add = ThemedButton(theme, translate("CommandsPage", "Add a &phrase…"), "new", parent=self)
        self.add.clicked.connect(lambda: self._ask(None))
        self.change = ThemedButton(theme, translate("CommandsPage", "Chan&ge…"), "sign", parent=self)
        self.change.clicked.connect(self._ask_to_change)
        self.remove = ThemedButton(theme, translate("CommandsPage", "Re&move"), "close", parent=self)
        self.remove.clicked.connect(self._remove)
        column.addLayout(FlowLayout(self.add, self.change, self.remove))
        return part

    def _make_trial(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel(translate("CommandsPage", "&Try it:"), self)
        row.addWidget(label)
        self.trial = QLineEdit(self)
        self.trial.setPlaceholderText(translate("CommandsPage", "Type what you would say"))
        self.trial.setAccessibleName(translate("CommandsPage", "Type what you would say"))
        self.trial.setClearButtonEnabled(True)
        label.setBuddy(self.trial)
        row.addWidget(self.trial, 2)
        self.outcome = self._line("")
        self.outcome.setAccessibleName(translate("CommandsPage", "What would happen"))
        self.outcome.hide()
        row.addWidget(self.outcome, 3)
        self.trial.textChanged.connect(self._try_out)
        return row

    @property
    def _chosen(self) -> OwnPhrase | None:
        row = self.own.currentRow()
        phrases = self._commands.phrases
        return phrases[row] if self.own.selectedItems() and 0 <= row < len(phrases) else None

    def _show(self) -> None:
        self.table.fill(
            [(each.say, each.example or ", ".join(each.also), each.does) for each in self._commands.listed()]
        )
        self._fit()
        self.own.fill([(" | ".join(each.say), self._does(each)) for each in self._commands.phrases])
        problem = self._commands.problem
        self.problem.setText(describe_problem(problem) if problem is not None else "")
        self.problem.setVisible(problem is not None)
        self._allow()
        self._try_out()

    def _does(self, phrase: OwnPhrase) -> str:
        done = phrase.text.strip() or translate("CommandsPage", "Command: {command}", command=phrase.command)
        if not phrase.is_site:
            return done
        return translate("CommandsPage", "{what} (from your IT)", what=done)

    def _allow(self) -> None:
        chosen = self._chosen
        for button in (self.change, self.remove):
            button.setEnabled(chosen is not None and not chosen.is_site)

    def _try_out(self) -> None:
        outcome = self._commands.try_out(self.trial.text())
        self.outcome.setText(outcome)
        self.outcome.setVisible(bool(outcome))  # until then the field needs the room to say what it is for

    def _ask_to_change(self) -> None:
        if self.change.isEnabled():
            self._ask(self._chosen)

    def _ask(self, old: OwnPhrase | None) -> None:
        dialog = OwnPhraseDialog(old, lambda phrase: self._commands.check(phrase, old), self)
        if dialog.exec() == OwnPhraseDialog.DialogCode.Accepted:
            self._commands.keep(dialog.phrase, old)

    def _remove(self) -> None:
        chosen = self._chosen
        if chosen is not None and not chosen.is_site:
            self._commands.remove(chosen)

    def _fit(self) -> None:
        character = self.fontMetrics().averageCharWidth()
        self.table.setMinimumSize(character * 57, self.fontMetrics().height() * 10)
        self.own.setMinimumWidth(character * 38)
        self.table.resizeColumnToContents(0)
        self.table.setColumnWidth(0, min(self.table.columnWidth(0), character * 18))
        heading = self.table.horizontalHeaderItem(1)
        assert heading is not None, "it is made with three headings"
        least = self.fontMetrics().horizontalAdvance(heading.text() + "MM")
        self.table.setColumnWidth(1, max(least, character * 19))
        self.own.setColumnWidth(0, character * 22)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.own.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
