"""Bold words, headings and lists in the note's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from app.dictation.markup import toggle_heading, toggle_point
from app.translation import translate
from app.ui.features.feature import Feature
from app.ui.signs import blocks_in, write_bold, write_signs

if TYPE_CHECKING:
    from app.ui.window import MainWindow


class LooksFeature(Feature):
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
                translate("LooksFeature", "Headi&ng"),
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
        write_bold(cursor.document(), cursor.selectionStart(), cursor.selectionEnd())

    def toggle_heading(self) -> None:
        """The line with the cursor."""
        block = self._editor.textCursor().block()
        write_signs(self._editor.document(), [(block, toggle_heading(block.text()))])

    def toggle_points(self) -> None:
        """The lines of the selection."""
        cursor = self._editor.textCursor()
        document = self._editor.document()
        blocks = blocks_in(document, cursor.selectionStart(), cursor.selectionEnd())
        write_signs(document, [(block, toggle_point(block.text())) for block in blocks])
