"""What an utterance adds to a dictation in written form, which may go over the pause before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.desk.anchors import anchor_words
from app.dictation import FormattingOptions, WrittenTranscript, WrittenWord, write_transcript
from speech.transcript import Segment, Transcript, Word

_NEAR = 6  # utterances: no number and no sentence goes over more pauses


@dataclass(frozen=True)
class Piece:
    """Written text and its words in order; or, shown only, a command as it was said."""

    text: str
    words: tuple[Word, ...]
    is_command: bool = False

    @property
    def heard(self) -> str:
        """What the recogniser had written for the first word."""
        return first_heard(self.words)


@dataclass(frozen=True)
class Addition:
    """`piece` follows what was written before. Where something was said across the pause ("twenty", "five
    milligrams"), it takes the place of `replaced`, the end of that.

    `alone` is the utterance by itself, for a text whose end is no longer `replaced`.
    """

    replaced: Piece
    piece: Piece
    alone: Piece


def write_addition(
    before: Sequence[Segment], utterance: Segment, language: str, options: FormattingOptions | None
) -> Addition:
    """What the utterance adds to those before it; options as for `write_transcript`."""
    near = tuple(before[-_NEAR:])
    earlier = _write(near, language, options)
    together = _write((*near, utterance), language, options)
    place = _parting(earlier, together)
    return Addition(
        _end_of(earlier, place), _end_of(together, place), _end_of(_write((utterance,), language, options), 0)
    )


def write_partial(text: str, language: str, options: FormattingOptions | None) -> Piece:
    """An utterance under way as it may stand, in one line and without the stop that only its present end gives it;
    its words have no times."""
    said = text.rstrip(".… ")
    words = tuple(Word(word, 0.0, 0.0, 1.0) for word in said.split())
    written = _write((Segment(0.0, 0.0, said, 1.0, words),), language, options)
    return Piece(" ".join(written.text.split()), written.words)


def first_heard(words: Sequence[Word]) -> str:
    """What the recogniser had written for the first of these words; nothing where that is not known."""
    return words[0].spoken if words and isinstance(words[0], WrittenWord) else ""


def first_term(words: Sequence[Word]) -> str | None:
    """The listed term that the first of these words belongs to."""
    return words[0].term if words else None


def _write(segments: tuple[Segment, ...], language: str, options: FormattingOptions | None) -> WrittenTranscript:
    return write_transcript(Transcript("", "", "", language, 0.0, 0.0, segments), options)


def _parting(one: WrittenTranscript, other: WrittenTranscript) -> int:
    """Where two texts part, put back to the beginning of a word in both. Words part too that more was said for: the
    dose of which only the number stood there."""
    place = 0
    for left, right in zip(one.text, other.text, strict=False):
        if left != right:
            break
        place += 1
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.words, other.words, strict=False)))
    if same < len(one.words):
        starts = [anchor.start for anchor in anchor_words(one.text, [(0, one.words)]) if anchor.word >= same]
        place = min([place, *starts])
    while place and not (_is_between_words(one.text, place) and _is_between_words(other.text, place)):
        place -= 1
    return place


def _is_between_words(text: str, place: int) -> bool:
    return place >= len(text) or text[place].isspace() or text[place - 1].isspace()


def _end_of(written: WrittenTranscript, place: int) -> Piece:
    anchors = anchor_words(written.text, [(0, written.words)])
    words = tuple(written.words[anchor.word] for anchor in anchors if anchor.start >= place)
    return Piece(written.text[place:], words)
