"""What can be said: the commands that ship, the user's own, and a line to try them in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dictation.commands import OwnPhrase
from app.translation import describe_problem, translate
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.models.own_commands import OwnCommandsModel
from app.ui.own_phrase_dialog import OwnPhraseDialog
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.theme import Theme


class _Rows(QTableWidget):
    """`opened`: the user wants the chosen row; `removed`: wants it gone."""

    opened = Signal()
    removed = Signal()

    def __init__(self, name: str, headings: list[str], parent: QWidget) -> None:
        super().__init__(0, len(headings), parent)
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(headings)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.cellDoubleClicked.connect(lambda *_: self.opened.emit())

    def fill(self, rows: list[tuple[str, ...]]) -> None:
        """Shows these cells."""
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(row, column, item)
        self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class CommandsPage(Page):
    """Shows what can be said and passes on what is wanted of the user's own phrases."""

    def __init__(self, commands: OwnCommandsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("CommandsPage", "What can I say?"), theme, parent)
        self._commands = commands
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
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

    def _make_table(self) -> _Rows:
        self.table = _Rows(
            translate("CommandsPage", "Commands"),
            [
                translate("CommandsPage", "Say"),
                translate("CommandsPage", "For example, or also"),
                translate("CommandsPage", "What happens"),
            ],
            self,
        )
        return self.table

    def _make_own(self, theme: Theme) -> QWidget:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        self.own = _Rows(
            translate("CommandsPage", "Your own phrases"),
            [translate("CommandsPage", "Your own phrases"), translate("CommandsPage", "What happens")],
            self,
        )
        self.own.itemSelectionChanged.connect(self._allow)
        self.own.opened.connect(self._ask_to_change)
        self.own.removed.connect(self._remove)
        column.addWidget(self.own, 1)
        self.hint = self._line(
            translate("CommandsPage", "Add a phrase for a text that you often write, or for a command in your words.")
        )
        column.addWidget(self.hint)
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
        self.hint.setVisible(not self._commands.phrases)
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
        self.outcome.setText(self._commands.try_out(self.trial.text()))

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
        self.table.setColumnWidth(1, character * 21)
        self.own.setColumnWidth(0, character * 22)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.own.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
