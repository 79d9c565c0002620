"""The marks in a note's text, drawn without being part of it."""

from __future__ import annotations

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat

from app.ui.line_looks import LineLooks
from app.ui.note_document import NoteDocument


class MarkHighlighter(QSyntaxHighlighter):
    """Underlines and tints the words that the recogniser was unsure of, underlines dangerous abbreviations and
    words for which a term is offered with a wave, and terms put in with dots; follows every edit by itself."""

    def __init__(
        self, document: NoteDocument, threshold: float, colour: str, ground: str, unsafe: str, replaced: str
    ) -> None:
        super().__init__(document)
        self._document = document
        self._threshold = threshold
        self._is_showing = True
        self._mark = QTextCharFormat()
        self._unsafe = QTextCharFormat()
        self._replaced = QTextCharFormat()
        self._looks: LineLooks | None = None
        self.dress(colour, ground, unsafe, replaced)
        document.words_changed.connect(self.rehighlight)
        document.partial.changed.connect(self.rehighlightBlock)

    def dress(self, colour: str, ground: str, unsafe: str, replaced: str) -> None:
        """Takes the colours of doubtful words and of the ground behind them, of dangerous abbreviations, and of the
        line under terms that took the place of what was heard (``#rrggbb``)."""
        self._mark = QTextCharFormat()
        self._mark.setForeground(QColor(colour))
        self._mark.setBackground(QColor(ground))
        self._mark.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        self._mark.setUnderlineColor(QColor(colour))
        self._unsafe = QTextCharFormat()
        self._unsafe.setForeground(QColor(unsafe))
        self._unsafe.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._unsafe.setUnderlineColor(QColor(unsafe))
        self._replaced = QTextCharFormat()
        self._replaced.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        self._replaced.setUnderlineColor(QColor(replaced))
        self.rehighlight()

    def show_marks(self, is_showing: bool) -> None:
        """Draws the marks or leaves them out."""
        if is_showing != self._is_showing:
            self._is_showing = is_showing
            self.rehighlight()

    def use_looks(self, looks: LineLooks) -> None:
        """Takes the looks of headings, lists, bold words and fields; the next `dress` shows them."""
        self._looks = looks

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        for start, length, look in self._looks.of(text) if self._looks is not None else ():
            self.setFormat(start, length, look)
        if not self._is_showing or self._document.is_settling:
            return
        line = self._document.line_of(self.currentBlock())
        for word in line.words:
            if word.heard.heard is not None and not word.is_edited:
                self.setFormat(word.start, word.end - word.start, self._replaced)
            elif word.is_doubtful(self._threshold):
                self.setFormat(word.start, word.end - word.start, self._mark)
        for flag in line.flags:
            self.setFormat(flag.start, flag.end - flag.start, self._unsafe)
