"""The templates: which there are at the left, the chosen one as a form at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.desk.template_store import SUFFIX, Incoming, StoredTemplate
from app.dictation.templates import Template
from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.dialogs import Question
from app.ui.flow import FlowLayout
from app.ui.models.templates import TemplatesModel
from app.ui.page import Page
from app.ui.sides import SidesLayout
from app.ui.tables import dress_list
from app.ui.template_chooser import describe, whose
from app.ui.template_editor import TemplateEditor
from app.ui.template_import_dialog import TemplateImportDialog
from app.ui.theme import Theme


class TemplatesPage(Page):
    """Shows templates and passes on what is wanted of them."""

    def __init__(self, templates: TemplatesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("TemplatesPage", "Templates"), theme, parent)
        self._templates = templates
        self._found: list[StoredTemplate] = []
        self._name = ""  # of the one in the form; empty for one that was never kept
        self._is_own = False
        self._shown = 0  # how often another one came into the form
        self._is_filling = False
        layout = self.column()
        layout.addLayout(self._make_header(theme))
        self.editor = TemplateEditor(theme, templates.preview_of, self._shared_with, self)
        layout.addLayout(SidesLayout(self._make_list(), self.editor, (2, 5)), 1)
        layout.addLayout(self._make_footer(theme))
        self.editor.changed.connect(self._allow)
        templates.changed.connect(self._fill)
        theme.changed.connect(self._fit)
        self._fit()
        self._fill()

    def open(self) -> None:
        """Shows what there is now."""
        self._templates.refresh()
        self._fill()
        self.search.setFocus()

    def _make_header(self, theme: Theme) -> SidesLayout:
        self.imports = ThemedButton(
            theme, translate("TemplatesPage", "Im&port ▾"), "export", name=translate("TemplatesPage", "Import")
        )
        menu = QMenu(self)
        menu.setAccessibleName(translate("TemplatesPage", "Import"))
        menu.addAction(translate("TemplatesPage", "A &text file…"), self._ask_for_file)
        menu.addAction(translate("TemplatesPage", "All text files of a &folder…"), self._ask_for_folder)
        self.imports.setMenu(menu)
        self.exports = ThemedButton(
            theme, translate("TemplatesPage", "E&xport ▾"), "export", name=translate("TemplatesPage", "Export")
        )
        menu = QMenu(self)
        menu.setAccessibleName(translate("TemplatesPage", "Export"))
        self.export_one = menu.addAction(translate("TemplatesPage", "&This one as a text file…"), self._export_one)
        menu.addAction(translate("TemplatesPage", "All in the list to a &folder…"), self._export_all)
        self.exports.setMenu(menu)
        return self.header(self.imports, self.exports)

    def _make_list(self) -> QWidget:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("TemplatesPage", "Search templates"))
        self.search.setAccessibleName(translate("TemplatesPage", "Search templates"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.list = QListWidget(self)
        self.list.setAccessibleName(translate("TemplatesPage", "Templates"))
        dress_list(self.list)
        self.list.currentRowChanged.connect(self._choose)
        column.addWidget(self.list, 1)
        self.line = QLabel(self)
        self.line.setProperty("kind", "muted")
        column.addWidget(self.line)
        return part

    def _make_footer(self, theme: Theme) -> FlowLayout:
        self.new = ThemedButton(theme, translate("TemplatesPage", "Ne&w"), "new", parent=self)
        self.new.setToolTip(translate("TemplatesPage", "Write a template or a short form of your own"))
        self.new.clicked.connect(self._begin_new)
        self.duplicate = ThemedButton(theme, translate("TemplatesPage", "&Make it mine"), "new", parent=self)
        self.duplicate.setToolTip(translate("TemplatesPage", "Write a template of your own that begins as this one"))
        self.duplicate.clicked.connect(self._duplicate)
        self.delete = ThemedButton(theme, translate("TemplatesPage", "Dele&te"), "close", parent=self)
        self.delete.clicked.connect(self._delete)
        self.keep = ThemedButton(theme, translate("TemplatesPage", "&Keep"), "sign", "primary", parent=self)
        self.keep.clicked.connect(self._keep)
        return FlowLayout(self.new, self.duplicate, self.delete, self.keep, is_right_aligned=True)

    # --- showing

    def _fit(self) -> None:
        self.list.setMinimumWidth(self.list.fontMetrics().averageCharWidth() * 22)

    @property
    def chosen(self) -> StoredTemplate | None:
        """The one that is chosen in the list."""
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def _fill(self) -> None:
        self._found = self._templates.search(self.search.text())
        self._is_filling = True
        self.list.clear()
        for each in self._found:
            about = describe(each)
            if not each.is_usable:
                about = translate("TemplatesPage", "can't be used, {whose}", whose=whose(each.scope))
            item = QListWidgetItem(f"{each.template.title}\n{about}")
            item.setToolTip(item.text())
            self.list.addItem(item)
        self._mark()
        self._is_filling = False
        self.line.setText(translate("TemplatesPage", "%n template(s)", n=len(self._found)))
        if self.editor.is_changed:
            self.editor.show_anew()
        elif self.chosen is not None or not self._name:
            self._show(self.chosen)

    def _mark(self) -> None:
        """Chooses the one in the form, or the first."""
        row = next((row for row, each in enumerate(self._found) if each.name == self._name), -1)
        self.list.setCurrentRow(0 if row < 0 and not self.editor.is_changed and self._found else row)

    def _show(self, stored: StoredTemplate | None) -> None:
        self._shown += 1
        self._name = stored.name if stored is not None else ""
        self._is_own = stored is None or stored.scope.changeable
        template = stored.template if stored is not None else Template("", "")
        self.editor.show_template(template, is_read_only=not self._is_own)
        self._allow()

    def _allow(self) -> None:
        is_stored = bool(self._name)
        self.keep.setEnabled(self._is_own and self.editor.is_changed and self.editor.reading.is_usable)
        self.delete.setEnabled(is_stored and self._is_own)
        self.duplicate.setEnabled(is_stored and bool(self.editor.template.body))
        self.export_one.setEnabled(is_stored and not self.editor.is_changed)

    def _shared_with(self, template: Template) -> str:
        shared = self._templates.called_alike(template, self._name) if self._is_own else []
        if not shared:
            return ""
        called, other = shared[0]
        return translate(
            "TemplatesPage",
            "“{called}” also stands for {title}; yours comes first.",
            called=called,
            title=other.template.title,
        )

    # --- doing

    def _may_go_on(self) -> bool:
        """Whether what was typed may be given up."""
        return (
            not self.editor.is_changed
            or Question(
                translate("TemplatesPage", "The template is not kept"),
                translate("TemplatesPage", "What you typed in this template is not kept yet."),
                translate("TemplatesPage", "Going on gives it up. Stay, and press Keep, to have it."),
                translate("TemplatesPage", "&Give it up"),
                translate("TemplatesPage", "&Stay"),
                self.window(),
            ).ask()
        )

    def _choose(self, _row: int) -> None:
        if self._is_filling:
            return
        if self._may_go_on():
            self._show(self.chosen)
            return
        self._is_filling = True
        self._mark()
        self._is_filling = False

    def _begin_new(self) -> None:
        if self._may_go_on():
            self._is_filling = True
            self.list.setCurrentRow(-1)
            self._is_filling = False
            self._show(None)
            self.editor.title.setFocus()

    def _duplicate(self) -> None:
        template = self.editor.template
        if self._may_go_on():
            self._save(self._templates.free_name(template.title), template)
            self.editor.title.setFocus()

    def _keep(self) -> None:
        template = self.editor.template
        self._save(self._name or self._templates.free_name(template.title), template)

    def _save(self, name: str, template: Template) -> None:
        shown = self._shown

        def kept() -> None:
            if self._shown == shown:  # else another one came into the form meanwhile
                self._name, self._is_own = name, True
                self.editor.take_as_kept(template)

        self._templates.save(name, template, kept)

    def _delete(self) -> None:
        if self._may_go_on():
            self.editor.take_as_kept(self.editor.template)
            self._templates.remove(self._name)

    def _ask_for_file(self) -> None:
        kinds = translate("TemplatesPage", "Text files ({pattern});;All files (*)", pattern=f"*{SUFFIX}")
        title = translate("TemplatesPage", "Import a template")
        chosen, _ = QFileDialog.getOpenFileName(self.window(), title, "", kinds)
        if chosen:
            self.preview(Path(chosen))

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), translate("TemplatesPage", "Import templates"))
        if chosen:
            self.preview(Path(chosen))

    def take_files(self, paths: list[Path]) -> bool:
        """A template that is dropped here is to be imported."""
        if len(paths) != 1 or paths[0].suffix.lower() != SUFFIX:
            return False
        self.preview(paths[0])
        return True

    def preview(self, path: Path) -> None:
        """Shows what would be taken from a file or a folder, and takes it when the user agrees."""
        self._templates.read(path, self._ask_to_import)

    def _ask_to_import(self, incoming: tuple[Incoming, ...]) -> None:
        own = [each.name for each in self._templates.stored if each.scope.changeable]
        dialog = TemplateImportDialog(incoming, own, self.window())
        if dialog.exec() == TemplateImportDialog.DialogCode.Accepted:
            self._templates.save_all(dialog.planned)

    def _export_one(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        title = translate("TemplatesPage", "Export the template")
        path, _ = QFileDialog.getSaveFileName(self.window(), title, f"{chosen.name}{SUFFIX}", f"*{SUFFIX}")
        if path:
            self._templates.export([chosen], Path(path), is_folder=False)

    def _export_all(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), translate("TemplatesPage", "Export templates"))
        if chosen:
            self._templates.export(self._found, Path(chosen), is_folder=True)
