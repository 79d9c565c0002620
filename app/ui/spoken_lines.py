"""What was said of each line of a note, found once for each change of the line: a long note has twenty thousand words,
and a letter typed into it changes one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

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
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True)
class SpokenLine:
    """The words with an origin of one line, and what wants another wording there; places count from its beginning."""

    words: tuple[SpokenWord, ...]
    flags: tuple[Flag, ...]
    _doubtful: dict[float, int] = field(default_factory=dict, compare=False)

    @cached_property
    def numbers(self) -> dict[tuple[int, int], SpokenWord]:
        """The words by recording and number."""
        return {(word.recording_id, word.number): word for word in self.words}

    def doubtful(self, threshold: float) -> int:
        """How many words are still to be checked."""
        if threshold not in self._doubtful:
            self._doubtful[threshold] = sum(word.is_doubtful(threshold) for word in self.words)
        return self._doubtful[threshold]


class SpokenLines:
    """The lines of a document; `read` finds what was said of one."""

    def __init__(self, document: QTextDocument, read: Callable[[QTextBlock], SpokenLine]) -> None:
        self._document = document
        self._read = read
        self._lines: list[SpokenLine | None] = [None] * document.blockCount()
        document.contentsChange.connect(self._follow)

    def of(self, block: QTextBlock) -> SpokenLine:
        """What was said of one line."""
        number = block.blockNumber()
        line = self._lines[number]
        if line is None:
            line = self._lines[number] = self._read(block)
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
            None if line is None or any(word.recording_id == recording_id for word in line.words) else line
            for line in self._lines
        ]

    def _follow(self, position: int, _removed: int, added: int) -> None:
        """Lines that an edit touched are read anew when they are asked for; the others move with it."""
        count = self._document.blockCount()
        first = self._document.findBlock(position)
        last = self._document.findBlock(position + added)
        start = first.blockNumber() if first.isValid() else 0
        end = last.blockNumber() + 1 if last.isValid() else count
        self._lines[start : max(start, end - (count - len(self._lines)))] = [None] * (end - start)
        if len(self._lines) != count:  # what Qt told was not all that changed
            self._lines = [None] * count
