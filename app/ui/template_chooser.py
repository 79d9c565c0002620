"""The dialog that finds a template for the note: a search, the list, and what would be put in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.desk.template_store import Scope, StoredTemplate
from app.dictation.templates import Problem
from app.translation import describe_phrase, translate
from app.ui.dialogs import fit, make_buttons
from app.ui.looks_highlighter import LooksHighlighter
from app.ui.models.templates import TemplatesModel
from app.ui.tables import dress_list
from app.ui.theme import Theme


class TemplateChooser(QDialog):
    """`chosen` is the template, once the dialog was accepted; `preview_of` gives its text for the note."""

    def __init__(
        self, templates: TemplatesModel, preview_of: Callable[[StoredTemplate], str], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._templates = templates
        self._preview_of = preview_of
        self._found: list[StoredTemplate] = []
        self.setWindowTitle(translate("TemplateChooser", "Insert a template"))
        layout = QVBoxLayout(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("TemplateChooser", "Search templates and short forms"))
        self.search.setAccessibleName(translate("TemplateChooser", "Search templates and short forms"))
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        layout.addWidget(self.search)
        row = QHBoxLayout()
        self.list = QListWidget(self)
        dress_list(self.list)
        self.list.setAccessibleName(translate("TemplateChooser", "Templates"))
        row.addWidget(self.list, 2)
        column = QVBoxLayout()
        self.preview = QPlainTextEdit(self)
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(translate("TemplateChooser", "What will be put into the note"))
        LooksHighlighter(self.preview.document(), theme)
        column.addWidget(self.preview, 1)
        self.problem = QLabel(self)
        self.problem.setProperty("kind", "warning")
        self.problem.setWordWrap(True)
        column.addWidget(self.problem)
        row.addLayout(column, 3)
        layout.addLayout(row, 1)
        self.buttons = make_buttons(self, translate("TemplateChooser", "&Insert"))
        layout.addWidget(self.buttons)
        fit(self, 120, 28)
        self.search.textChanged.connect(self._fill)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(lambda _item: self.accept())
        templates.changed.connect(self._fill)
        self._fill()
        self.search.setFocus()

    @property
    def chosen(self) -> StoredTemplate | None:
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def accept(self) -> None:
        """Closes only with a template that can be used."""
        if self.chosen is not None and self.chosen.is_usable:
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Up and down go through the list while the search has the focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        self._found = self._templates.search(self.search.text())
        self.list.clear()
        for each in self._found:
            item = QListWidgetItem(f"{each.template.title}\n{describe(each)}")
            item.setToolTip(each.name)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._found else -1)
        self._show()

    def _show(self) -> None:
        chosen = self.chosen
        self.preview.setPlainText(self._preview_of(chosen) if chosen is not None else "")
        first = chosen.problems[0] if chosen is not None and chosen.problems else None
        told = tell_problem(first, first.line) if first is not None else ""
        if chosen is None:
            told = translate("TemplateChooser", "No template holds these words.")
        self.problem.setText(told)
        self.problem.setVisible(bool(self.problem.text()))
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(chosen is not None and chosen.is_usable)


def describe(stored: StoredTemplate) -> str:
    """Whose a template is and how it is called, in a line."""
    template = stored.template
    parts = [template.specialty, f".{template.typed}" if template.typed else "", template.language, whose(stored.scope)]
    return " · ".join(part for part in parts if part)


def tell_problem(problem: Problem, line: int) -> str:
    """What is wrong, in a line; `line` is where, or 0 where that is no line of the text."""
    parts = [translate("TemplateChooser", "Line {number}", number=line)] if line > 0 else []
    parts += [f"“{problem.found}”"] if problem.found else []
    told = f"{describe_phrase(problem.reason)}. {describe_phrase(problem.mend)}"
    return ": ".join([*parts, told]) if parts else told[:1].upper() + told[1:]


def whose(scope: Scope) -> str:
    """A place in words."""
    if scope is Scope.USER:
        return translate("TemplateChooser", "yours")
    if scope is Scope.SITE:
        return translate("TemplateChooser", "from your IT")
    return translate("TemplateChooser", "shipped")
