"""The words of a long note get their origins in small portions, so that the window does not stand still meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor, QTextDocument

from app.desk.anchors import Anchor

_AT_ONCE = 2000  # words: ten milliseconds
_PORTION = 400
_WORK_S = 0.008

Apply = Callable[[QTextCursor, Sequence[Anchor]], None]


class Settling(QObject):
    """Puts anchors into a document that was just loaded, then reads its lines; `done` is called when that is over.

    Undo is switched off by whoever loads and on again by `done`. Where somebody edits meanwhile, the anchors behind the
    edit move with it.
    """

    def __init__(self, document: QTextDocument, done: Callable[[], None]) -> None:
        super().__init__(document)
        self._document = document
        self._done = done
        self._anchors: list[Anchor] = []
        self._apply: Apply | None = None
        self._lines: Iterator[object] = iter(())
        self._is_applying = False
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work)
        document.contentsChange.connect(self._follow)

    @property
    def is_under_way(self) -> bool:
        return self._apply is not None

    def begin(self, anchors: Sequence[Anchor], apply: Apply, lines: Iterator[object]) -> None:
        """`apply` puts some of the anchors in; going through `lines` reads them."""
        self._anchors, self._apply, self._lines = list(anchors), apply, lines
        self._text = self._document.toPlainText()
        if len(anchors) <= _AT_ONCE:
            self.finish()
        else:
            self._timer.start()

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
            elif next(self._lines, None) is None:
                self._end()
                return

    def _put_in(self, count: int) -> None:
        assert self._apply is not None
        some, self._anchors = self._anchors[:count], self._anchors[count:]
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()  # without it every word would lay the whole paragraph out anew
        self._is_applying = True
        self._apply(cursor, some)
        cursor.endEditBlock()
        self._is_applying = False

    def _end(self) -> None:
        self._timer.stop()
        self._apply, self._lines = None, iter(())
        self._done()

    def _follow(self, position: int, removed: int, added: int) -> None:
        """An edit by somebody else: what stood there has no origin, what stands behind it moves."""
        if self._is_applying or not self._anchors:
            return
        before, self._text = self._text, self._document.toPlainText()
        if before == self._text:  # another font, for instance
            return
        first = [each for each in self._anchors if each.end <= position]
        behind = [each for each in self._anchors if each.start >= position + removed and each.end > position]
        by = added - removed
        self._anchors = first + [replace(each, start=each.start + by, end=each.end + by) for each in behind]
