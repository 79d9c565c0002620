"""What was said of each line of a note, found once for each change of the line: a long note has twenty thousand words,
and a letter typed into it changes one line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from PySide6.QtGui import QTextBlock, QTextDocument

from app.dictation import Flag
from speech.transcript import Word


@dataclass(frozen=True)
class SpokenWord:
    """Characters `start` up to `end` of the document were heard as word number `number` of a recording."""

    start: int
    end: int
    recording_id: int
    number: int
    heard: Word
    is_edited: bool
    is_confirmed: bool = False

    def is_doubtful(self, threshold: float) -> bool:
        """A word that the recogniser was unsure of and that nobody has changed or confirmed since."""
        return not (self.is_edited or self.is_confirmed) and self.heard.confidence < threshold

    def moved(self, by: int) -> SpokenWord:
        """The same word so many characters on."""
        if by == 0:
            return self
        return SpokenWord(
            self.start + by,
            self.end + by,
            self.recording_id,
            self.number,
            self.heard,
            self.is_edited,
            self.is_confirmed,
        )


@dataclass(frozen=True)
class SpokenLine:
    """The words with an origin of one line, and what wants another wording there; places count from its beginning."""

    words: tuple[SpokenWord, ...]
    flags: tuple[Flag, ...]
    length: int
    _doubtful: dict[float, int] = field(default_factory=dict, compare=False)

    @cached_property
    def numbers(self) -> dict[tuple[int, int], SpokenWord]:
        """The words by recording and number."""
        return {(word.recording_id, word.number): word for word in self.words}

    def holds(self, recording_id: int) -> bool:
        """Whether words of a recording stand in it."""
        return any(word.recording_id == recording_id for word in self.words)

    def doubtful(self, threshold: float) -> int:
        """How many words are still to be checked."""
        if threshold not in self._doubtful:
            self._doubtful[threshold] = sum(word.is_doubtful(threshold) for word in self.words)
        return self._doubtful[threshold]


@dataclass(frozen=True)
class _Edited:
    """What was said of a line before somebody edited it: its first `head` characters and its last `tail` still stand as
    they did; it is `length` long now."""

    line: SpokenLine
    length: int
    head: int
    tail: int


class LineReader(Protocol):
    """Finds what was said of lines."""

    def read_words(self, block: QTextBlock) -> Sequence[SpokenWord]:
        """The words of a whole line, with their places from its beginning."""

    def read_words_around(self, block: QTextBlock, first: int, last: int) -> tuple[int, int, Sequence[SpokenWord]]:
        """Those that stand from one place of it up to another, or at them, and the two between which they all lie."""

    def read_flags(self, block: QTextBlock, words: Sequence[SpokenWord]) -> Sequence[Flag]:
        """What wants another wording in a line with these words."""


class SpokenLines:
    """The lines of a document. A line that was edited is read anew where that happened, and for the rest moved."""

    def __init__(self, document: QTextDocument, reader: LineReader) -> None:
        self._document = document
        self._reader = reader
        self._lines: list[SpokenLine | _Edited | None] = [None] * document.blockCount()
        document.contentsChange.connect(self._follow)

    def of(self, block: QTextBlock) -> SpokenLine:
        """What was said of one line."""
        number = block.blockNumber()
        line = self._lines[number]
        if not isinstance(line, SpokenLine):
            words = self._reader.read_words(block) if line is None else self._mend(block, line)
            flags = self._reader.read_flags(block, words)
            line = self._lines[number] = SpokenLine(tuple(words), tuple(flags), block.length() - 1)
        return line

    def all(self) -> Iterator[tuple[QTextBlock, SpokenLine]]:
        """Every line with what was said of it."""
        block = self._document.begin()
        while block.isValid():
            yield block, self.of(block)
            block = block.next()

    def forget(self, recording_id: int) -> None:
        """The words of a recording are others now."""
        self._lines = [
            line if isinstance(line, SpokenLine) and not line.holds(recording_id) else None for line in self._lines
        ]

    def _mend(self, block: QTextBlock, edited: _Edited) -> list[SpokenWord]:
        first, last, between = self._reader.read_words_around(block, edited.head, edited.length - edited.tail)
        by = edited.length - edited.line.length
        words = edited.line.words
        before = words[: bisect_left(words, first, key=_start)]
        behind = words[bisect_left(words, last - by, key=_start) :]
        return [*before, *between, *(word.moved(by) for word in behind)]

    def _follow(self, position: int, removed: int, added: int) -> None:
        """Lines that an edit touched are read anew when they are asked for; the others move with it."""
        count = self._document.blockCount()
        first = self._document.findBlock(position)
        last = self._document.findBlock(position + added)
        start = first.blockNumber() if first.isValid() else 0
        end = last.blockNumber() + 1 if last.isValid() else count
        if end - start == 1 and count == len(self._lines):
            self._lines[start] = _edited(self._lines[start], first, position, removed, added)
            return
        self._lines[start : max(start, end - (count - len(self._lines)))] = [None] * (end - start)
        if len(self._lines) != count:  # what Qt told was not all that changed
            self._lines = [None] * count


def _edited(
    before: SpokenLine | _Edited | None, block: QTextBlock, position: int, removed: int, added: int
) -> _Edited | None:
    length = block.length() - 1
    if before is None or before.length != length - added + removed:  # what Qt told was not all that changed
        return None
    head, tail = position - block.position(), length - (position - block.position()) - added
    if isinstance(before, SpokenLine):
        return _Edited(before, length, head, max(0, tail))
    return _Edited(before.line, length, min(before.head, head), max(0, min(before.tail, tail)))


def _start(word: SpokenWord) -> int:
    return word.start
