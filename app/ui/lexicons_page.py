"""The lexicons: which there are and which are on at the left, their terms at the right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from adaptation.lexicon import Listed, Reading, Scope, Term
from app.desk.lexicons import OWN_LEXICON, ShownTerm
from app.translation import describe_phrase, number, translate
from app.ui.buttons import ThemedButton
from app.ui.dialogs import Question
from app.ui.flow import FlowLayout
from app.ui.lexicon_dialogs import ImportDialog, TermDialog
from app.ui.models.lexicons import LexiconsModel
from app.ui.models.term_trial import TermTrialModel
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.tables import dress, dress_list
from app.ui.term_trial_dialog import TermTrialDialog
from app.ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_NAME = Qt.ItemDataRole.UserRole
_WIDTHS = (0, 0, 13, 0, 0, 0, 24, 21)  # in characters; else as wide as the heading
_WRITTEN, _SAID, _KIND = 0, 1, 2
_FEWEST = 24  # characters of what is written that are always in sight
_ENDINGS = (".csv", ".dic", ".tsv", ".txt")
_COUNTS = 3
_LEXICON = len(_WIDTHS) - 1


class _Terms(QAbstractTableModel):
    """The terms in sight as rows of a Qt table."""

    def __init__(self, lexicons: LexiconsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._lexicons = lexicons
        self.terms: tuple[ShownTerm, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()
        self.headings = (
            translate("LexiconsPage", "Written"),
            translate("LexiconsPage", "Said"),
            translate("LexiconsPage", "Kind"),
            translate("LexiconsPage", "Heard"),
            translate("LexiconsPage", "Corrected"),
            translate("LexiconsPage", "Rejected"),
            translate("LexiconsPage", "From"),
            translate("LexiconsPage", "Lexicon"),
        )
        self._help = (
            *("", "", ""),
            translate("LexiconsPage", "How often Otoscribe wrote it"),
            translate("LexiconsPage", "How often you put it where something else was written"),
            translate("LexiconsPage", "How often you took it out"),
            translate("LexiconsPage", "Where the term came from"),
            "",
        )
        lexicons.terms_changed.connect(self._take)

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self.terms)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(_WIDTHS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._help[section] or None
        return self.headings[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None

    def _take(self) -> None:
        self.beginResetModel()
        self.terms = self._lexicons.found.terms if self._lexicons.found is not None else ()
        self.rows = tuple(map(self._cells, self.terms))
        self.endResetModel()

    def _cells(self, shown: ShownTerm) -> tuple[str, ...]:
        counts = (str(count) if count else "" for count in shown.usage)
        term = shown.term
        said = translate("LexiconsPage", " or ").join(term.spoken)
        return term.written, said, term.category, *counts, shown.origin, self._lexicons.title_of(shown.lexicon)


def _about(lexicon: Listed) -> str:
    """How many terms, and whose they are."""
    whose = {
        Scope.PATIENT: translate("LexiconsPage", "a patient's"),
        Scope.USER: translate("LexiconsPage", "yours"),
        Scope.DEPARTMENT: translate("LexiconsPage", "your department's"),
        Scope.SITE: translate("LexiconsPage", "from your IT"),
        Scope.SHIPPED: translate("LexiconsPage", "shipped"),
    }[lexicon.scope]
    about = translate("LexiconsPage", "%n term(s), {whose}", n=lexicon.terms, whose=whose)
    if not lexicon.taken_back:
        return about
    return translate("LexiconsPage", "{about}, {count} removed", about=about, count=number(lexicon.taken_back))


class _TermsView(QTableView):
    """`removed` and `changed` tell that the user wants the chosen term so; `resized`: it is wider or narrower."""

    removed = Signal()
    changed = Signal()
    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.changed.emit()
        else:
            super().keyPressEvent(event)


class LexiconsPage(Page):
    """Shows the lexicons and passes on what is wanted of them."""

    def __init__(
        self, lexicons: LexiconsModel, trial: TermTrialModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(translate("LexiconsPage", "Lexicons"), theme, parent)
        self._lexicons = lexicons
        self._trial = trial
        self._is_filling = False
        layout = self.column()
        layout.addLayout(self._make_header(theme))
        row = QHBoxLayout()
        row.addWidget(self._make_list(), 4)
        column = QVBoxLayout()
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("LexiconsPage", "Search terms"))
        self.search.setAccessibleName(translate("LexiconsPage", "Search terms"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lexicons.search)
        column.addWidget(self.search)
        self.line = QLabel(self)
        self.line.setProperty("kind", "muted")
        self.line.setAccessibleName(translate("LexiconsPage", "Number of terms"))
        self.line.setWordWrap(True)
        column.addWidget(self.line)
        column.addWidget(self._make_table(), 1)
        row.addLayout(column, 7)
        layout.addLayout(row, 1)
        layout.addLayout(self._make_footer(theme))
        theme.changed.connect(self._fit)
        self._fit()
        lexicons.changed.connect(self._show_lexicons)
        lexicons.terms_changed.connect(self._show_terms)

    def open(self) -> None:
        """Shows what there is now."""
        self._lexicons.refresh()
        self.search.setFocus()

    def _make_header(self, theme: Theme) -> SidesLayout:
        self.try_out = ThemedButton(theme, translate("LexiconsPage", "Try by v&oice…"), "microphone", parent=self)
        self.try_out.clicked.connect(self._ask_to_try)
        self.add_list = ThemedButton(theme, translate("LexiconsPage", "&Import a list…"), "export", parent=self)
        self.add_list.clicked.connect(self._ask_for_file)
        return self.header(self.try_out, self.add_list)

    def _make_list(self) -> QListWidget:
        self.list = QListWidget(self)
        self.list.setAccessibleName(translate("LexiconsPage", "Lexicons, those that are on are checked"))
        self.list.setToolTip(translate("LexiconsPage", "Space switches a lexicon on or off"))
        dress_list(self.list)
        self.list.currentItemChanged.connect(self._choose)
        self.list.itemChanged.connect(self._switch)
        return self.list

    def _make_table(self) -> _TermsView:
        self.table = _TermsView(self)
        self.table.setAccessibleName(translate("LexiconsPage", "Terms"))
        self._rows = _Terms(self._lexicons, self)
        self.table.setModel(self._rows)
        dress(self.table)
        self.table.horizontalHeader().moveSection(_LEXICON, _COUNTS)  # whose it is matters more than how often
        self.table.setWordWrap(False)
        self.table.removed.connect(self._take_back)
        self.table.changed.connect(self._change)
        self.table.resized.connect(self._share_width)
        self.table.doubleClicked.connect(self._change)
        self.table.selectionModel().currentRowChanged.connect(self._allow)
        return self.table

    def _make_footer(self, theme: Theme) -> FlowLayout:
        self.add = ThemedButton(theme, translate("LexiconsPage", "Add a &term…"), "new", parent=self)
        self.add.clicked.connect(lambda: self.add_term("", ""))
        self.change = ThemedButton(
            theme,
            translate("LexiconsPage", "&Change…"),
            "sign",
            name=translate("LexiconsPage", "Change the term"),
            parent=self,
        )
        self.change.clicked.connect(self._change)
        self.take_back = ThemedButton(theme, translate("LexiconsPage", "Re&move term"), "close", parent=self)
        self.take_back.setToolTip(translate("LexiconsPage", "Take the term out for good, also over updates (Delete)"))
        self.take_back.clicked.connect(self._take_back)
        self.remove = ThemedButton(theme, translate("LexiconsPage", "Remove &list…"), "close", parent=self)
        self.remove.clicked.connect(self._remove)
        return FlowLayout(self.add, self.change, self.take_back, self.remove, is_right_aligned=True)

    # --- showing

    def _fit(self) -> None:
        """Widths that grow with the text."""
        metrics = self.table.fontMetrics()
        self.list.setMinimumWidth(metrics.averageCharWidth() * 30)
        for column, (heading, characters) in enumerate(zip(self._rows.headings, _WIDTHS, strict=True)):
            least = metrics.horizontalAdvance(heading + "MM")
            self.table.setColumnWidth(column, max(least, characters * metrics.averageCharWidth()))
        self.table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.7))
        self._share_width()

    def _share_width(self) -> None:
        """How a term is written and said have what kind and lexicon leave: what is said as much as it needs, but no
        more than half; the rest can be scrolled to."""
        metrics, gap = self.table.fontMetrics(), self.table.fontMetrics().horizontalAdvance("MM")
        others = sum(self.table.columnWidth(column) for column in (_KIND, _LEXICON))  # none for a hidden one
        room = self.table.viewport().width() - others
        said = [row[_SAID] for row in self._rows.rows]
        least = [metrics.horizontalAdvance(self._rows.headings[column]) + gap for column in (_WRITTEN, _SAID)]
        wanted = max((metrics.horizontalAdvance(each) for each in said), default=0) + gap
        for_said = max(least[1], min(wanted, room // 2))
        self.table.setColumnWidth(_SAID, for_said)
        self.table.setColumnWidth(_WRITTEN, max(least[0], metrics.averageCharWidth() * _FEWEST, room - for_said))

    @property
    def _chosen_lexicon(self) -> Listed | None:
        return next((each for each in self._lexicons.lexicons if each.name == self._lexicons.chosen), None)

    @property
    def _chosen_term(self) -> ShownTerm | None:
        index = self.table.currentIndex()
        return self._rows.terms[index.row()] if index.isValid() else None

    def _show_lexicons(self) -> None:
        self._is_filling = True
        self.list.clear()
        everything = QListWidgetItem(translate("LexiconsPage", "All lexicons"))
        self.list.addItem(everything)
        self.list.setCurrentItem(everything)
        for each in self._lexicons.lexicons:
            about = describe_phrase(each.problem) if each.problem else _about(each)
            item = QListWidgetItem(f"{self._lexicons.title_of(each.name)}\n{about}")
            item.setData(_NAME, each.name)
            item.setToolTip(f"{each.name}: {each.source or translate('LexiconsPage', 'source not stated')}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if each.on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
            if each.name == self._lexicons.chosen:
                self.list.setCurrentItem(item)
        self._is_filling = False
        self._allow()

    def _show_terms(self) -> None:
        self.line.setText(self._lexicons.line)
        self.table.setColumnHidden(_LEXICON, self._lexicons.chosen is not None)
        self._share_width()
        self._allow()

    def _allow(self) -> None:
        term, lexicon = self._chosen_term, self._chosen_lexicon
        self.take_back.setEnabled(term is not None)
        self.change.setEnabled(term is not None and term.is_own)
        self.remove.setEnabled(lexicon is not None and lexicon.scope.changeable)

    # --- doing

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._is_filling:
            self._lexicons.choose(item.data(_NAME))
            self._allow()

    def _switch(self, item: QListWidgetItem) -> None:
        name = item.data(_NAME)
        if name is not None and not self._is_filling:
            self._lexicons.switch(name, item.checkState() == Qt.CheckState.Checked)

    def add_term(self, written: str, heard: str) -> None:
        """Asks for a term, which is `written` so and was `heard` as something else, and adds it."""
        spoken = (heard,) if heard and heard.casefold() != written.casefold() else ()
        names = self._lexicons.own_names
        chosen = self._lexicons.chosen if self._lexicons.chosen in names else OWN_LEXICON
        dialog = self._ask(translate("LexiconsPage", "Add a term"), Term(written, spoken), chosen)
        if dialog is not None:
            self._lexicons.add(dialog.chosen_lexicon, dialog.term, corrected=bool(spoken))

    def _change(self) -> None:
        shown = self._chosen_term
        if shown is None or not shown.is_own:
            return
        dialog = self._ask(translate("LexiconsPage", "Change the term"), shown.term, shown.lexicon)
        if dialog is not None:
            self._lexicons.exchange(shown, dialog.chosen_lexicon, dialog.term)

    def _ask(self, title: str, term: Term, lexicon: str) -> TermDialog | None:
        """The dialog once it was accepted, else None."""
        titles = {name: self._lexicons.title_of(name) for name in self._lexicons.own_names}
        dialog = TermDialog(title, term, titles, lexicon, self.window())
        return dialog if dialog.exec() == TermDialog.DialogCode.Accepted else None

    def _take_back(self) -> None:
        shown = self._chosen_term
        if shown is not None:
            self._lexicons.take_back(shown)

    def _remove(self) -> None:
        lexicon = self._chosen_lexicon
        if lexicon is None:
            return
        question = Question(
            translate("LexiconsPage", "Remove the list"),
            translate(
                "LexiconsPage", "Remove the lexicon {name} with its %n term(s)?", n=lexicon.terms, name=lexicon.name
            ),
            translate("LexiconsPage", "It can only be brought back by importing it again."),
            translate("LexiconsPage", "&Remove"),
            translate("LexiconsPage", "&Keep"),
            self.window(),
        )
        if question.ask():
            self._lexicons.remove(lexicon.name)

    def _ask_to_try(self) -> None:
        TermTrialDialog(self._trial, self._theme, self.window()).exec()

    def _ask_for_file(self) -> None:
        kinds = translate("LexiconsPage", "Lists of terms (*.csv *.tsv *.txt *.dic);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(), translate("LexiconsPage", "Import a list of terms"), "", kinds
        )
        if chosen:
            self.preview(Path(chosen))

    def take_files(self, paths: list[Path]) -> bool:
        """A list that is dropped here is to be imported."""
        if len(paths) != 1 or paths[0].suffix.lower() not in _ENDINGS:
            return False
        self.preview(paths[0])
        return True

    def preview(self, path: Path) -> None:
        """Shows what would be taken from a file, and takes it when the user agrees."""
        self._lexicons.read(path, self._ask_to_import)

    def _ask_to_import(self, reading: Reading) -> None:
        own = [each.name for each in self._lexicons.lexicons if each.scope.changeable]
        taken = [each.name for each in self._lexicons.lexicons]
        dialog = ImportDialog(reading, own, taken, self.window())
        if dialog.exec() == ImportDialog.DialogCode.Accepted:
            is_replacing = dialog.replacing.isChecked() and dialog.chosen_name in own
            self._lexicons.take(reading, dialog.chosen_name, dialog.chosen_scope, is_replacing)
