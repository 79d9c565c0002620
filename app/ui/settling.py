"""The words of a long note get their origins in small portions, so that the window does not stand still meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor, QTextDocument

from app.desk.anchors import Anchor
from app.ui.note_layout import NoteLayout

_AT_ONCE = 2000  # words: ten milliseconds
_PORTION = 400
_WORK_S = 0.008

_LONG_LINE = 5000  # characters, which cost more to lay out than a portion to put in

_LONG_EDIT = 10_000  # characters: reading what was said of more than that takes longer than a key may

Apply = Callable[[QTextCursor, int, Sequence[Anchor]], None]


class Settling(QObject):
    """Puts anchors into a document whose text just came, then reads its lines; `done` is called when that is over. An
    edit of much text has the lines read in the same way.

    Where somebody edits meanwhile, the anchors behind the edit move with it.
    """

    def __init__(
        self,
        document: QTextDocument,
        layout: NoteLayout,
        read: Callable[[], Iterator[object]],
        done: Callable[[], None],
    ) -> None:
        """Going through what `read` gives reads the lines."""
        super().__init__(document)
        self._document = document
        self._layout = layout
        self._unlaid: set[int] = set()
        self._read = read
        self._done = done
        self._anchors: Sequence[Anchor] = ()
        self._offset = 0
        self._apply: Apply | None = None
        self._lines: Iterator[object] | None = None
        self._is_applying = False
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work)
        document.contentsChange.connect(self._follow)

    @property
    def is_under_way(self) -> bool:
        return self._timer.isActive()

    def begin(self, anchors: Sequence[Anchor], offset: int, apply: Apply) -> None:
        """`apply` puts some of the anchors in, whose places count from `offset` of the text. Where the edit before can
        be undone, undoing it takes them along."""
        self._anchors, self._offset, self._apply = anchors, offset, apply
        self._text = self._document.toPlainText()
        self._lines = None
        self._timer.start()
        if len(anchors) <= _AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """All of the rest now."""
        while self._anchors:
            self._put_in(len(self._anchors))
        if self.is_under_way:
            self._end()

    def _work(self) -> None:
        until = time.perf_counter() + _WORK_S
        while time.perf_counter() < until:
            if self._anchors:
                self._put_in(_PORTION)
                continue
            if self._lines is None:
                self._lines = self._read()
            if next(self._lines, None) is None:
                self._end()
                return

    def _put_in(self, count: int) -> None:
        assert self._apply is not None
        some, self._anchors = self._anchors[:count], self._anchors[count:]
        cursor = QTextCursor(self._document)
        # without a block every word would lay the whole paragraph out anew
        if self._document.isUndoAvailable():
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        self._is_applying = True
        line = self._document.findBlock(self._offset + some[0].start)
        is_one_long_line = line.length() > _LONG_LINE and line.contains(self._offset + some[-1].end)
        self._layout.hold(is_one_long_line)
        if is_one_long_line:
            self._unlaid.add(line.blockNumber())
        self._apply(cursor, self._offset, some)
        cursor.endEditBlock()
        self._layout.hold(False)
        self._is_applying = False

    def _end(self) -> None:
        self._timer.stop()
        self._lines = None
        self._lay_out()
        self._done()

    def _lay_out(self) -> None:
        """Once for all the portions: where the formats of a long line change is known to its layout from now on."""
        lines, self._unlaid = self._unlaid, set()
        for number in lines:
            line = self._document.findBlockByNumber(number)
            if line.isValid():
                self._document.markContentsDirty(line.position(), line.length())

    def _follow(self, position: int, removed: int, added: int) -> None:
        """An edit by somebody else: what stood there has no origin, what stands behind it moves."""
        if self._is_applying:
            return
        self._lines = None  # lines may have come and gone
        if self._anchors:
            self._move(position - self._offset, removed, added)
        elif added >= _LONG_EDIT:
            self._timer.start()

    def _move(self, position: int, removed: int, added: int) -> None:
        before, self._text = self._text, self._document.toPlainText()
        if before == self._text:  # another font, for instance
            return
        by = added - removed
        if position + removed <= 0:
            self._offset += by
            return
        first = [each for each in self._anchors if each.end <= position]
        behind = [each for each in self._anchors if each.start >= position + removed and each.end > position]
        self._anchors = first + [replace(each, start=each.start + by, end=each.end + by) for each in behind]
