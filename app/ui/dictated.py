"""What one utterance put into a note, so that it can be taken back."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument, QTextDocumentFragment

from app.ui.positions import units

_PARAGRAPH = "\u2029"


class DictatedStretch:
    """A text that was written in place of another, found again wherever edits move it."""

    def __init__(self, document: QTextDocument, start: int, text: str, replaced: QTextDocumentFragment) -> None:
        """`text` stands from `start` on, in place of `replaced`."""
        self._document = document
        self._text = text
        self._replaced = replaced
        self._start = self._mark(start)
        self._end = self._mark(start + units(text))

    @property
    def is_gone(self) -> bool:
        """It was taken back, by voice or by hand."""
        return not self.is_there and self._start.position() == self._end.position()

    @property
    def is_there(self) -> bool:
        """It stands there as it was written, whatever its capitals, and with its last full stop or without."""
        return self._standing is not None

    def place(self) -> QTextCursor:
        """All of it, selected; without it, its place."""
        return self._select(0, len(self._standing or ""))

    def words(self) -> QTextCursor:
        """What was said of it, selected: without the spaces that fit it to its neighbours."""
        text = self._standing or ""
        return self._select(len(text) - len(text.lstrip()), len(text.rstrip()))

    @property
    def _standing(self) -> str | None:
        body = self._text.rstrip(" ")
        without_stop = body.removesuffix(".") + self._text[len(body) :]
        length = self._end.position() - self._start.position()
        for text in sorted((self._text, without_stop), key=lambda text: units(text) != length):
            found = self._select(0, len(text)).selectedText().replace(_PARAGRAPH, "\n")
            if found.casefold() == text.casefold():
                return text
        return None

    def _select(self, first: int, last: int) -> QTextCursor:
        """What stands there now between two places of the text."""
        start, end = self._start.position(), self._document.characterCount() - 1
        found = QTextCursor(self._document)
        found.setPosition(min(end, start + units(self._text[:first])))
        found.setPosition(min(end, start + units(self._text[:last])), QTextCursor.MoveMode.KeepAnchor)
        return found

    def take_back(self) -> QTextCursor:
        """Puts what stood there before in its place, as one step of undo; the place behind that."""
        place = self.place()
        place.beginEditBlock()
        place.removeSelectedText()
        place.insertFragment(self._replaced)
        place.endEditBlock()
        return place

    def _mark(self, position: int) -> QTextCursor:
        """A place that stays where it is when something is written there, by undo for instance."""
        mark = QTextCursor(self._document)
        mark.setPosition(position)
        mark.setKeepPositionOnInsert(True)
        return mark
