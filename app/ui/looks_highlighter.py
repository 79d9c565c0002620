"""Headings, lists, bold words and fields in a text that is no note."""

from __future__ import annotations

from PySide6.QtGui import QSyntaxHighlighter, QTextDocument

from app.ui.line_looks import LineLooks
from app.ui.theme import Theme


class LooksHighlighter(QSyntaxHighlighter):
    """Draws them in the theme's colours, and follows when it changes."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._looks = LineLooks(theme.colours)
        theme.changed.connect(self._dress)

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        for start, length, look in self._looks.of(text):
            self.setFormat(start, length, look)

    def _dress(self) -> None:
        self._looks = LineLooks(self._theme.colours)
        self.rehighlight()
