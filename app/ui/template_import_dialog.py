"""What would become of each file of templates, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLabel, QVBoxLayout, QWidget

from app.desk.template_import import OnClash, clashing, plan_import
from app.desk.template_store import Incoming
from app.dictation.templates import Template
from app.translation import describe_problem, translate
from app.ui.choice import Choice
from app.ui.dialogs import fit, make_buttons
from app.ui.tables import TextTable
from app.ui.template_chooser import tell_problem


class TemplateImportDialog(QDialog):
    """`planned` is what is to be kept, once the dialog was accepted."""

    def __init__(self, incoming: Sequence[Incoming], own: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._incoming = incoming
        self._own = own
        clashes = clashing(incoming, own)
        self.setWindowTitle(translate("TemplateImportDialog", "Import templates"))
        layout = QVBoxLayout(self)
        self.rows = self._make_rows(clashes)
        layout.addWidget(self.rows, 1)
        self.clash = QLabel(self)
        self.clash.setWordWrap(True)
        self.clash.setText(
            translate("TemplateImportDialog", "You have %n template(s) of the same name already.", n=len(clashes))
        )
        self.clash.setProperty("kind", "warning")
        layout.addWidget(self.clash)
        self.on_clash = Choice(self)
        self.on_clash.setAccessibleName(translate("TemplateImportDialog", "What to do with those of the same name"))
        for text, value in (
            (translate("TemplateImportDialog", "Choose what to do…"), None),
            (translate("TemplateImportDialog", "Keep both; the new ones get a number"), OnClash.BOTH),
            (translate("TemplateImportDialog", "Put the new ones in place of mine"), OnClash.REPLACE),
            (translate("TemplateImportDialog", "Leave the new ones out"), OnClash.LEAVE),
        ):
            self.on_clash.addItem(text, value)
        layout.addWidget(self.on_clash)
        self.clash.setVisible(bool(clashes))
        self.on_clash.setVisible(bool(clashes))
        self._has_clash = bool(clashes)
        self.buttons = make_buttons(self, translate("TemplateImportDialog", "&Import"))
        layout.addWidget(self.buttons)
        fit(self, 120, 26)
        self.on_clash.currentIndexChanged.connect(self._allow)
        self._allow()

    @property
    def planned(self) -> dict[str, Template]:
        chosen = self.on_clash.currentData()
        if chosen is None and self._has_clash:
            return {}
        return plan_import(self._incoming, self._own, OnClash(chosen or OnClash.BOTH))

    def _make_rows(self, clashes: frozenset[str]) -> TextTable:
        heads = [
            translate("TemplateImportDialog", "File"),
            translate("TemplateImportDialog", "Title"),
            translate("TemplateImportDialog", "Result"),
            translate("TemplateImportDialog", "What to know"),
        ]
        table = TextTable(translate("TemplateImportDialog", "Files"), heads, self)
        worst_first = sorted(self._incoming, key=lambda each: each.is_usable)
        table.fill([_cells(each, each.name in clashes) for each in worst_first])
        table.selectRow(0)
        table.resizeColumnsToContents()
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        return table

    def _allow(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self.planned))


def _cells(each: Incoming, is_clash: bool) -> tuple[str, str, str, str]:
    title = each.reading.template.title if each.reading is not None else ""
    problems = [describe_problem(each.trouble)] if each.trouble is not None else []
    if each.reading is not None:
        problems = [tell_problem(problem, problem.line) for problem in each.reading.problems]
    if not each.is_usable:
        becomes = translate("TemplateImportDialog", "Can't be taken")
    elif is_clash:
        becomes = translate("TemplateImportDialog", "The name is taken")
    else:
        becomes = translate("TemplateImportDialog", "Will be yours")
    return each.path.name, title, becomes, "\n".join(problems)
