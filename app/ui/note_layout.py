"""Where a note's lines break."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class NoteLayout(QPlainTextDocumentLayout):
    """As Qt's, but changes that nobody sees can be made without laying the paragraph out anew for each."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._is_held = False

    def hold(self, is_held: bool) -> None:
        """While it is held, changes must leave the text and its looks as they are."""
        self._is_held = is_held

    def documentChanged(self, position: int, removed: int, added: int) -> None:  # noqa: N802 - Qt's name
        if not self._is_held:
            super().documentChanged(position, removed, added)
