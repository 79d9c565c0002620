"""How a line of a note looks before any mark is on it: headings, lists, bold words, and fields that are still open."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QTextCharFormat

from app.dictation.fields import find_fields
from app.dictation.markup import Mark, find_marks
from app.ui.positions import units
from app.ui.theme import Colours


class LineLooks:
    """The looks of the parts of a line in the theme's colours."""

    def __init__(self, colours: Colours) -> None:
        self._field = QTextCharFormat()
        self._field.setForeground(QColor(colours.accent))
        self._field.setBackground(QColor(colours.information_ground))
        self._strong = QTextCharFormat()
        self._strong.setFontWeight(QFont.Weight.Bold)
        self._heading = QTextCharFormat(self._strong)
        self._heading.setForeground(QColor(colours.accent))
        self._sign = QTextCharFormat()
        self._sign.setForeground(QColor(colours.muted))

    def of(self, line: str) -> list[tuple[int, int, QTextCharFormat]]:
        """Start, length (as Qt counts) and look of the parts of a line that have one of their own; later ones count."""
        looks = {Mark.HEADING: self._heading, Mark.BOLD: self._strong, Mark.SIGN: self._sign}
        parts = [(start, end, looks[mark]) for start, end, mark in find_marks(line)]
        parts += [(place.start, place.end, self._field) for place in find_fields(line)]
        return [(units(line[:start]), units(line[start:end]), look) for start, end, look in parts]
