"""What was said of a line of a note: its words, by the origins in their formats, and what wants another wording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtGui import QTextBlock

from app.desk.anchors import find_word, is_same_word
from app.desk.marks import offer_of, unsafe_in
from app.dictation import Flag
from app.ui.origins import Origin, stretches_around, stretches_in
from app.ui.spoken_lines import SpokenWord
from speech.transcript import Word


class NoteReader:
    """Reads lines. `heard` are the words of each recording, as they are written in the note; `names` the recordings
    that were dictated under a provisional id."""

    def __init__(self, language: str) -> None:
        """`language` is the one in which dangerous abbreviations are looked for."""
        self._language = language
        self.heard: dict[int, Sequence[Word]] = {}
        self.names: dict[int, int] = {}

    def read_words(self, block: QTextBlock) -> list[SpokenWord]:
        return list(self._words_of(stretches_in(block)))

    def read_words_around(self, block: QTextBlock, first: int, last: int) -> tuple[int, int, list[SpokenWord]]:
        first, last, stretches = stretches_around(block, first, last)
        return first, last, list(self._words_of(stretches))

    def read_flags(self, block: QTextBlock, words: Sequence[SpokenWord]) -> list[Flag]:
        """Dangerous abbreviations, and words for which a term is offered, in the order of the line."""
        flags = unsafe_in(block.text(), self._language)
        named = [word for word in words if word.heard.offered is not None and not word.is_edited]
        for index, word in enumerate(named):
            if index and named[index - 1].heard.offered == word.heard.offered:
                continue
            same = [each for each in named[index:] if each.heard.offered == word.heard.offered]
            flag = offer_of([each.heard for each in same], word.start)
            flags += [flag] if flag is not None else []
        return sorted(flags, key=lambda flag: flag.start)

    def _words_of(self, stretches: Iterable[tuple[int, str, Origin]]) -> Iterator[SpokenWord]:
        for place, text, origin in stretches:
            recording_id = self.names.get(origin.recording_id, origin.recording_id)
            words = self.heard.get(recording_id, ())
            if origin.number >= len(words):
                continue
            word = words[origin.number]
            start, end, is_edited = 0, len(text), False
            if text != word.text:
                start, end = find_word(text, word.text)
                is_edited = not is_same_word(text[start:end], word.text)
            yield SpokenWord(
                place + start, place + end, recording_id, origin.number, word, is_edited, origin.is_confirmed
            )
