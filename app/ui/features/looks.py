"""Bold words, headings and lists in the note's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor

from app.dictation.markup import SignEdit, toggle_bold, toggle_heading, toggle_point
from app.translation import translate
from app.ui.features.feature import Feature
from app.ui.page import Page
from app.ui.positions import offset_of, units

if TYPE_CHECKING:
    from app.ui.window import MainWindow


class LooksFeature(Feature[Page]):
    """Changes the signs alone, so that every word keeps its place in a recording."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._editor = window.note_page.editor
        for text, key, tip, run in (
            (
                translate("LooksFeature", "&Bold"),
                "Ctrl+B",
                translate("LooksFeature", "Make the selected words bold, or no longer bold"),
                self.toggle_bold,
            ),
            (
                translate("LooksFeature", "&Heading"),
                "Ctrl+Shift+H",
                translate("LooksFeature", "Make the line a heading, a smaller one, or none"),
                self.toggle_heading,
            ),
            (
                translate("LooksFeature", "&List"),
                "Ctrl+Shift+L",
                translate("LooksFeature", "Make the lines points of a list, or no longer"),
                self.toggle_points,
            ),
        ):
            self.add("edit", text, key, tip, run, lambda situation: situation.has_draft)

    def toggle_bold(self) -> None:
        """The selected words, or the one at the cursor."""
        cursor = self._editor.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        edits = []
        for block in self._blocks(start, end):
            line, at = block.text(), block.position()
            first, last = max(start - at, 0), min(end - at, block.length() - 1)
            edits.append((block, toggle_bold(line, offset_of(line, first), offset_of(line, last))))
        self._carry_out(edits)

    def toggle_heading(self) -> None:
        """The line with the cursor."""
        block = self._editor.textCursor().block()
        self._carry_out([(block, toggle_heading(block.text()))])

    def toggle_points(self) -> None:
        """The lines of the selection."""
        cursor = self._editor.textCursor()
        blocks = self._blocks(cursor.selectionStart(), cursor.selectionEnd())
        self._carry_out([(block, toggle_point(block.text())) for block in blocks])

    def _blocks(self, start: int, end: int) -> list[QTextBlock]:
        document = self._editor.document()
        block = document.findBlock(start)
        found: list[QTextBlock] = []
        while block.isValid() and (block.position() < end or not found):
            found.append(block)
            block = block.next()
        return found

    def _carry_out(self, edits: Sequence[tuple[QTextBlock, Sequence[SignEdit]]]) -> None:
        """All of it as one step of undo, the last edit first."""
        cursor = QTextCursor(self._editor.document())
        cursor.beginEditBlock()
        for block, signs in reversed(edits):
            line, position = block.text(), block.position()
            for edit in reversed(signs):
                cursor.setPosition(position + units(line[: edit.at]))
                cursor.setPosition(cursor.position() + edit.removed, QTextCursor.MoveMode.KeepAnchor)
                cursor.insertText(edit.written, QTextCharFormat())
        cursor.endEditBlock()
