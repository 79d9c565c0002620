"""The marks in a note's text, drawn without being part of it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat

from app.ui.line_looks import LineLooks
from app.ui.note_document import NoteDocument

_AT_ONCE = 8_000  # characters: a few milliseconds; the rest waits for the events that came meanwhile


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
        self._drawn = 0  # characters since the event loop ran
        self._waiting: tuple[int, int] | None = None  # so many lines at the start and the end need not be drawn anew
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(0)
        self._breath.timeout.connect(self._go_on)
        self.dress(colour, ground, unsafe, replaced)
        document.words_changed.connect(self._draw_all)
        document.contentsChange.connect(self._follow)
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
        self._waiting = 0, 0  # for the events that other colours bring with them
        self._breath.start()

    def show_marks(self, is_showing: bool) -> None:
        """Draws the marks or leaves them out."""
        if is_showing != self._is_showing:
            self._is_showing = is_showing
            self._draw_all()

    def use_looks(self, looks: LineLooks) -> None:
        """Takes the looks of headings, lists, bold words and fields; the next `dress` shows them."""
        self._looks = looks

    def _draw_all(self) -> None:
        """Draws all lines anew: those of a long note one after the other, and until then as they were."""
        self._waiting = 0, 0
        self._go_on()

    def _go_on(self) -> None:
        self._drawn = 0
        while self._waiting is not None:
            first, behind = self._waiting
            block = self._document.findBlockByNumber(first)
            if not block.isValid() or first >= self._document.blockCount() - behind:
                self._waiting = None
            elif self._is_enough(block.length()):
                self._breath.start()
                return
            else:
                self._waiting = first + 1, behind
                was_blocked = self._document.blockSignals(True)  # other looks are no other text
                self.rehighlightBlock(block)
                self._document.blockSignals(was_blocked)

    def _is_enough(self, more: int) -> bool:
        return self._drawn > 0 and self._drawn + more > _AT_ONCE

    def _wait_for(self, first: int, behind: int) -> None:
        before = self._waiting or (first, behind)
        self._waiting = min(before[0], first), min(before[1], behind)

    def _follow(self, position: int, _removed: int, added: int) -> None:
        """Lines that wait still do when there are more or fewer around them."""
        if self._waiting is not None:
            last = self._document.findBlock(position + added)
            behind = self._document.blockCount() - 1 - last.blockNumber() if last.isValid() else 0
            self._wait_for(self._document.findBlock(position).blockNumber(), max(0, behind))

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        number = self.currentBlock().blockNumber()
        self._breath.start()
        if self._is_enough(len(text)):
            self._wait_for(number, self._document.blockCount() - 1 - number)
            return
        self._drawn += len(text) + 1
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
