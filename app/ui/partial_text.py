"""The utterance under way, drawn in a note's text without being part of it, as an input method draws what is composed.

So it is neither saved nor undone nor counted, and nobody can take it for text that stays.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextLayout


class PartialText(QObject):
    """`changed`: a line looks otherwise; its marks have to be drawn anew around the text."""

    changed = Signal(QTextBlock)

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._look = QTextCharFormat()
        self._place: QTextCursor | None = None
        self._block: QTextBlock | None = None
        self.text = ""
        document.contentsChange.connect(self._follow)

    @property
    def place(self) -> int | None:
        """Where the text is shown; None while there is none."""
        return self._place.selectionEnd() if self._place is not None else None

    def dress(self, colour: str) -> None:
        """Takes the colour of text that may change (``#rrggbb``)."""
        self._look.setForeground(QColor(colour))
        self._look.setFontItalic(True)
        self._draw()

    def show(self, place: QTextCursor, text: str) -> None:
        """Shows one line of text behind a place, or behind what is selected there, and moves with it."""
        self._place, self.text = place, text
        self._draw()

    def hide(self) -> None:
        self._place, self.text = None, ""
        self._draw()

    def redraw(self) -> None:
        """Puts the text back where something else took it out of its line."""
        if self._block is not None and self._block.isValid() and self._block.layout().preeditAreaText() != self.text:
            self._draw()

    def _follow(self) -> None:
        if self._place is not None:
            self._draw()

    def _draw(self) -> None:
        before, self._block = self._block, None
        place = self.place
        block = self._document.findBlock(place) if place is not None else None
        if before is not None and before.isValid() and before != block:
            self._put(before, -1, "")
        if block is not None and place is not None:
            self._block = block
            self._put(block, place - block.position(), self.text)

    def _put(self, block: QTextBlock, place: int, text: str) -> None:
        layout = block.layout()
        layout.setPreeditArea(place, text)
        look = QTextLayout.FormatRange()
        look.start, look.length, look.format = place, len(text), self._look
        layout.setFormats([look] if text else [])
        self._document.markContentsDirty(block.position(), block.length())
        self.changed.emit(block)
