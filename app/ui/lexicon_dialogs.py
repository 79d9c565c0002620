"""The two dialogs about terms: one term, and a file of them before it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from adaptation.lexicon import Outcome, Reading, Row, Scope, Term
from app.desk.lexicons import describe, make_term, name_of_outcome
from app.translation import clauses, describe_phrase, describe_problem, translate, without_accelerator
from app.ui.choice import Choice
from app.ui.dialogs import fit, make_buttons
from app.ui.form import Form
from app.ui.tables import TextTable
from speech.errors import OtoscribeError

_ROWS_SHOWN = 2_000


class TermDialog(QDialog):
    """A term to add or to change; `term` is it, once the dialog was accepted."""

    def __init__(self, title: str, term: Term, lexicons: Mapping[str, str], chosen: str, parent: QWidget) -> None:
        """`lexicons` are the titles of those that can take it, by name; `chosen` is one of the names."""
        super().__init__(parent)
        self.term = term
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        form = Form()
        self.written = QLineEdit(term.written, self)
        self.spoken = QLineEdit("|".join(term.spoken), self)
        self.spoken.setPlaceholderText(
            translate("TermDialog", "where it is not said as written; a bar | between several")
        )
        self.category = QLineEdit(term.category, self)
        self.category.setPlaceholderText(translate("TermDialog", "such as drug, diagnosis, procedure"))
        self.lexicon = Choice(self)
        for name, called in lexicons.items():
            self.lexicon.addItem(called, name)
        self.lexicon.setCurrentIndex(self.lexicon.findData(chosen))
        for label, field in (
            (translate("TermDialog", "&Written"), self.written),
            (translate("TermDialog", "&Said"), self.spoken),
            (translate("TermDialog", "K&ind"), self.category),
            (translate("TermDialog", "&Lexicon"), self.lexicon),
        ):
            field.setAccessibleName(without_accelerator(label))
            form.add(label, field)
        layout.addLayout(form)
        self.problem = QLabel(self)
        self.problem.setProperty("kind", "warning")
        self.problem.setWordWrap(True)
        self.problem.hide()
        layout.addWidget(self.problem)
        for field in (self.written, self.spoken, self.category):
            field.textChanged.connect(self.problem.hide)
        self.buttons = make_buttons(self, translate("TermDialog", "&Keep"))
        layout.addWidget(self.buttons)
        fit(self, 84)

    @property
    def chosen_lexicon(self) -> str:
        """The name of the lexicon that it is for."""
        return str(self.lexicon.currentData())

    def accept(self) -> None:
        """Closes the dialog only with a term that can be one."""
        try:
            made = make_term(self.written.text(), self.spoken.text(), self.category.text())
        except OtoscribeError as problem:
            self.problem.setText(describe_problem(problem))
            self.problem.show()
            self.written.setFocus()
            return
        self.term = self.term._replace(
            written=made.written, spoken=made.spoken, category=made.category, origin=self.term.origin or made.origin
        )
        super().accept()


class ImportDialog(QDialog):
    """What would become of each row of a file, and under which name it is taken."""

    def __init__(self, reading: Reading, own: Sequence[str], taken: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._own, self._taken = frozenset(own), frozenset(taken)
        self.setWindowTitle(translate("ImportDialog", "Import a list of terms"))
        layout = QVBoxLayout(self)
        summary = QLabel(describe(reading.report), self)
        summary.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(summary)
        for note in reading.report.notes:
            line = QLabel(describe_phrase(note), self)
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setWordWrap(True)
            line.setProperty("kind", "muted")
            layout.addWidget(line)
        self.rows = self._make_rows(reading)
        layout.addWidget(self.rows, 1)
        form = Form()
        self.name = QLineEdit(reading.lexicon.name, self)
        self.name.setAccessibleName(translate("ImportDialog", "Name of the lexicon"))
        form.add(translate("ImportDialog", "&Name"), self.name)
        self.scope = Choice(self)
        self.scope.setAccessibleName(translate("ImportDialog", "Whose it is"))
        self.scope.addItem(translate("ImportDialog", "You"), Scope.USER)
        self.scope.addItem(translate("ImportDialog", "Your department"), Scope.DEPARTMENT)
        self.scope.addItem(translate("ImportDialog", "A patient"), Scope.PATIENT)
        form.add(translate("ImportDialog", "&For"), self.scope)
        layout.addLayout(form)
        self.replacing = QCheckBox(translate("ImportDialog", "&Replace the lexicon of that name"), self)
        self.replacing.setAccessibleName(translate("ImportDialog", "Replace the lexicon of that name"))
        layout.addWidget(self.replacing)
        self.problem = QLabel(self)
        self.problem.setProperty("kind", "warning")
        layout.addWidget(self.problem)
        self.buttons = make_buttons(self, translate("ImportDialog", "&Import %n term(s)", n=len(reading.lexicon.terms)))
        layout.addWidget(self.buttons)
        fit(self, 110, 32)
        self.name.textChanged.connect(self._allow)
        self.replacing.toggled.connect(self._allow)
        self._allow()

    @property
    def chosen_name(self) -> str:
        return self.name.text().strip()

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.scope.currentData())  # Qt hands a plain str back

    def _make_rows(self, reading: Reading) -> TextTable:
        """What was not simply taken comes first."""
        remarkable = reading.report.remarkable
        simple = [row for row in reading.report.rows if row.outcome is Outcome.TAKEN]
        rows = [*remarkable, *simple][:_ROWS_SHOWN]
        heads = [
            translate("ImportDialog", "Line"),
            translate("ImportDialog", "Result"),
            translate("ImportDialog", "Term"),
            translate("ImportDialog", "Why"),
            translate("ImportDialog", "What you can do"),
        ]
        table = TextTable(translate("ImportDialog", "Rows of the file"), heads, self)
        table.fill([_cells(row) for row in rows])
        table.selectRow(0)
        table.resizeColumnsToContents()
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        return table

    def _allow(self) -> None:
        name = self.chosen_name
        may_replace = name in self._own
        self.replacing.setVisible(may_replace)
        is_clash = name in self._taken and not (may_replace and self.replacing.isChecked())
        clash = translate("ImportDialog", "There is a lexicon {name} already.", name=name)
        self.problem.setText(clash if is_clash else "")
        self.problem.setVisible(is_clash)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(name) and not is_clash)


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    reason = clauses(map(describe_phrase, row.reason.split("; ")))
    outcome = name_of_outcome(row.outcome)
    return str(row.line), _begin_large(outcome), row.written, _begin_large(reason), describe_phrase(row.mend)


def _begin_large(text: str) -> str:
    return text[:1].upper() + text[1:]
