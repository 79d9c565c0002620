"""A template as a form: what it is called, its text with fields, what it will look like, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.dictation.templates import Template, read_template, write_template
from app.translation import translate, without_accelerator
from app.ui.elided_line import ElidedLine
from app.ui.looks_highlighter import LooksHighlighter
from app.ui.sides import SidesLayout
from app.ui.template_chooser import tell_problem
from app.ui.theme import Theme

_REPORTED = 4
_SHORTEST_TITLE = 22  # characters that are always in sight


class TemplateEditor(QWidget):
    """`changed`: what is typed is other than what was shown, or has become the same again."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        preview_of: Callable[[Template], str],
        shared_with: Callable[[Template], str],
        parent: QWidget,
    ) -> None:
        """`preview_of` gives the text as a note would get it, `shared_with` what other templates are called alike."""
        super().__init__(parent)
        self._preview_of = preview_of
        self._shared_with = shared_with
        self._shown = Template("", "")
        self.reading = read_template("")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._make_head())
        written, self.body = self._make_text(translate("TemplateEditor", "Text, with fields in brackets"), theme)
        self.body.setPlaceholderText(
            translate(
                "TemplateEditor",
                "Write the text here. Fields: [history], [dose = 5 mg], [side: left | right], [date], [patient name].",
            )
        )
        shown, self.preview = self._make_text(translate("TemplateEditor", "What a note gets"), theme)
        self.preview.setReadOnly(True)
        layout.addLayout(SidesLayout(written, shown, (1, 1)), 1)
        self.report = QLabel(self)
        self.report.setTextFormat(Qt.TextFormat.PlainText)
        self.report.setProperty("kind", "warning")
        self.report.setWordWrap(True)
        self.report.setAccessibleName(translate("TemplateEditor", "What is wrong with the template"))
        layout.addWidget(self.report)
        for field in (self.title, self.spoken, self.typed, self.language, self.specialty):
            field.textChanged.connect(self._look)
        self.body.textChanged.connect(self._look)

    @property
    def template(self) -> Template:
        """What is typed, as a file would hold it."""
        return self.reading.template

    @property
    def is_changed(self) -> bool:
        return self.template != self._shown

    def show_template(self, template: Template, *, is_read_only: bool) -> None:
        """Shows a template in place of the one before."""
        self._shown = template
        values = {
            self.title: template.title,
            self.spoken: " | ".join(template.spoken),
            self.typed: template.typed,
            self.language: template.language,
            self.specialty: template.specialty,
        }
        for field, value in values.items():
            field.blockSignals(True)
            field.setText(value)
            field.setCursorPosition(0)
            field.blockSignals(False)
            if field.isReadOnly() != is_read_only:
                field.setReadOnly(is_read_only)
                field.style().unpolish(field)
                field.style().polish(field)
        self.body.blockSignals(True)
        self.body.setPlainText(template.body)
        self.body.blockSignals(False)
        self.body.setReadOnly(is_read_only)
        self._look()

    def take_as_kept(self, template: Template) -> None:
        """This is what is kept now; what was typed since is a change."""
        self._shown = template
        self.changed.emit()

    def show_anew(self) -> None:
        """Other templates may be called alike now."""
        self._look()

    def _make_head(self) -> SidesLayout:
        first, second = QWidget(self), QWidget(self)
        left, right = QGridLayout(first), QGridLayout(second)
        left.setContentsMargins(0, 0, 0, 0)
        right.setContentsMargins(0, 0, 0, 0)
        self.title = self._make_field(left, 0, 0, translate("TemplateEditor", "T&itle"), "")
        tip = translate("TemplateEditor", "other names, a bar | between")
        self.title.setMinimumWidth(self.fontMetrics().averageCharWidth() * _SHORTEST_TITLE)
        self.spoken = self._make_field(left, 1, 0, translate("TemplateEditor", "S&aid"), tip)
        tip = translate("TemplateEditor", "such as cbc: .cbc and a space write it")
        self.typed = self._make_field(right, 0, 0, translate("TemplateEditor", "Short f&orm"), tip)
        tip = translate("TemplateEditor", "such as cardiology")
        self.specialty = self._make_field(right, 1, 0, translate("TemplateEditor", "&Specialty"), tip, span=3)
        tip = translate("TemplateEditor", "such as en")
        self.language = self._make_field(right, 0, 2, translate("TemplateEditor", "&Language"), tip)
        self.language.setMaximumWidth(self.fontMetrics().averageCharWidth() * 11)
        return SidesLayout(first, second, (3, 4))

    def _make_field(self, grid: QGridLayout, row: int, column: int, label: str, tip: str, span: int = 1) -> QLineEdit:
        name = QLabel(label, self)
        field = ElidedLine(self)
        field.setAccessibleName(without_accelerator(label))
        field.setPlaceholderText(tip)
        field.setToolTip(tip)
        name.setBuddy(field)
        grid.addWidget(name, row, column)
        grid.addWidget(field, row, column + 1, 1, span)
        return field

    def _make_text(self, label: str, theme: Theme) -> tuple[QWidget, QPlainTextEdit]:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        name = QLabel(label, self)
        name.setProperty("kind", "muted")
        column.addWidget(name)
        text = QPlainTextEdit(self)
        text.setProperty("framed", "true")
        text.setAccessibleName(label)
        text.setTabChangesFocus(True)
        LooksHighlighter(text.document(), theme)
        column.addWidget(text, 1)
        return part, text

    def _look(self) -> None:
        """Reads what is typed as if it were in a file, and shows what comes of it."""
        typed = Template(
            " ".join(self.title.text().split()),
            self.body.toPlainText(),
            tuple(part.strip() for part in self.spoken.text().split("|") if part.strip()),
            self.typed.text().strip().removeprefix("."),
            self.language.text().strip(),
            self.specialty.text().strip(),
        )
        self.reading = read_template(write_template(typed))
        self.preview.setPlainText(self._preview_of(self.reading.template) if self.template.body else "")
        self._report(write_template(typed).split("\n\n", 1)[0].count("\n") + 2)
        self.changed.emit()

    def _report(self, head_lines: int) -> None:
        """Lines are counted as they stand in the text's own field."""
        lines = [tell_problem(each, each.line - head_lines) for each in self.reading.problems[:_REPORTED]]
        shared = self._shared_with(self.template)
        lines += [shared] if shared else []
        self.report.setText("\n".join(lines))
        self.report.setVisible(bool(lines))
