"""What else may be written for dictated words: what the model heard as well, and listed terms that sound like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.desk.anchors import is_same_word
from app.desk.cautions import Caution, cautions_about
from app.desk.marks import MARKS
from app.dictation import FormattingOptions, write_transcript
from speech.alternatives import Alternative, Proposal, find_alternatives
from speech.audio import load_part
from speech.transcript import Segment, Transcript, Word
from speech.vocabulary import is_unspaced

if TYPE_CHECKING:
    from adaptation.lexicon.alternatives import SimilarTerm
    from adaptation.lexicon.compiled import CompiledLexicon
    from speech.recognizer import Recognizer

MOST_CHOICES = 9  # one key each
_MOST_HEARD, _MOST_LISTED = 5, 4
_MOST_WEIGHED = 12  # terms, by their sound; the model says which are shown
_MOST_DOUBTED = 2  # words of one stretch of speech that are asked for
_AROUND_S, _LONGEST_S = 0.3, 29.9


@dataclass(frozen=True)
class Question:
    """What else could stand for the words numbered from `first` up to `last` of a recording, counted in `written`,
    the words in the form in which the note has them."""

    sound: Path
    transcript: Transcript
    written: Sequence[Word]
    first: int
    last: int
    options: FormattingOptions | None
    threshold: float


@dataclass(frozen=True)
class Choice:
    """`text` may be written in place of the words numbered from `first` up to `last`, which were written as
    `instead_of`. What could harm if it is wrong is named in `cautions`; such a choice is never made for the author."""

    text: str
    instead_of: str
    first: int
    last: int
    is_term: bool
    cautions: tuple[Caution, ...]


class _Offer(NamedTuple):
    """A wording in place of the heard words from `first` up to `last` of a segment."""

    text: str
    first: int
    last: int
    is_term: bool


def find_choices(
    question: Question, recognizer: Recognizer | None, lexicon: CompiledLexicon | None
) -> tuple[Choice, ...]:
    """Up to MOST_CHOICES, in turn what the model heard as well and listed terms, each the likeliest first. Without a
    recogniser the sound is not heard again. AudioError when the recording cannot be read."""
    found = _find_heard(question)
    if found is None:
        return ()
    segment, doubted = found
    choices: dict[str, Choice] = {}
    for offer in _offers(question, segment, doubted, recognizer, lexicon):
        choice = _write(question, segment, offer)
        if choice is None or is_same_word(choice.text, choice.instead_of.strip(MARKS)):
            continue
        known = choices.get(_key(choice))
        choices[_key(choice)] = choice if known is None else replace(known, is_term=known.is_term or choice.is_term)
    return tuple(choices.values())[:MOST_CHOICES]


def _key(choice: Choice) -> str:
    return f"{choice.first} {choice.last} {choice.text.casefold()}"


def _find_heard(question: Question) -> tuple[Segment, list[int]] | None:
    """The utterance that the words belong to, and which of its words are doubted, the least sure first; the least sure
    one where none is."""
    own = question.written[question.first : question.last]
    begin_s, end_s = min(word.start_s for word in own), max(word.end_s for word in own)
    found = [
        (word.confidence, segment, place)
        for segment in question.transcript.segments
        for place, word in enumerate(segment.words)
        if begin_s <= _middle_s(word) <= end_s
    ]
    if not found:
        return None
    _, segment, least = min(found, key=lambda each: each[0])
    ordered = sorted((confidence, place) for confidence, other, place in found if other is segment)
    doubted = [place for confidence, place in ordered if confidence < question.threshold]
    return segment, doubted[:_MOST_DOUBTED] or [least]


def _offers(
    question: Question,
    segment: Segment,
    doubted: Sequence[int],
    recognizer: Recognizer | None,
    lexicon: CompiledLexicon | None,
) -> Iterator[_Offer]:
    """What may have been said, in the order in which it is shown."""
    for place in doubted:
        offered = segment.words[place].offered
        if offered is not None:
            yield _Offer(offered, place, place + 1, True)
    listed = [similar for place in doubted for similar in _similar(segment, place, lexicon)]
    if recognizer is None:
        yield from (_Offer(each.term, each.first, each.last, True) for each in listed[:_MOST_LISTED])
        return
    found = _hear(question, segment, doubted, listed, recognizer)
    own, terms = ([each for each in found if each.is_proposed == is_term] for is_term in (False, True))
    for heard, term in zip_longest(own[:_MOST_HEARD], terms[:_MOST_LISTED]):
        for each in (heard, term):
            if each is not None:
                yield _Offer(each.text, each.first, each.last, each.is_proposed)


def _similar(segment: Segment, place: int, lexicon: CompiledLexicon | None) -> list[SimilarTerm]:
    from adaptation.lexicon.alternatives import similar_terms

    return similar_terms(lexicon, segment.words, place, _MOST_WEIGHED) if lexicon is not None else []


def _hear(
    question: Question,
    segment: Segment,
    doubted: Sequence[int],
    listed: Sequence[SimilarTerm],
    recognizer: Recognizer,
) -> list[Alternative]:
    """What the model heard as well, and the listed terms in the order in which it finds them likely."""
    start_s = max(0.0, segment.start_s - _AROUND_S)
    sound = load_part(question.sound, start_s, min(segment.end_s + _AROUND_S, start_s + _LONGEST_S))
    proposals = [Proposal(each.term, each.first, each.last) for each in listed]
    found: list[Alternative] = []
    for place in doubted:
        found += find_alternatives(
            recognizer,
            sound.samples,
            segment,
            place,
            language=question.transcript.language,
            most=_MOST_HEARD,
            proposals=proposals if place == doubted[0] else (),
        )
    return sorted(found, key=lambda each: -each.gain_nats)


def _write(question: Question, segment: Segment, offer: _Offer) -> Choice | None:
    """The offer as it would be written: for whole words of the note, in their form."""
    first, last, numbers = offer.first, offer.last, range(question.first, question.last)
    for _ in range(2):  # a written word may have been said in several, and those may belong to more written words
        numbers = _numbers_at(question, segment.words[first:last], numbers)
        written = question.written[numbers.start : numbers.stop]
        first, last = _heard_for(segment, written, first, last)
    said = [*segment.words[first : offer.first], _said(offer, segment), *segment.words[offer.last : last]]
    text = offer.text.strip()
    if len(said) > 1 or any(not is_same_word(each.text, heard.text) for each, heard in _pairs(written, segment, first)):
        text = _formatted(question, said)
    before = " ".join(word.text for word in written)
    if not text:
        return None
    cautions = cautions_about(before, text, question.transcript.language)
    return Choice(text, before, numbers.start, numbers.stop, offer.is_term, cautions)


def _numbers_at(question: Question, heard: Sequence[Word], least: range) -> range:
    """The written words that something of the heard ones was said for, which stand side by side.

    The edges of neighbouring words may overlap a little; their middles tell them apart.
    """
    begin_s, end_s = heard[0].start_s, heard[-1].end_s
    own = [
        number
        for number, word in enumerate(question.written)
        if begin_s <= _middle_s(word) <= end_s or any(word.start_s <= _middle_s(each) <= word.end_s for each in heard)
    ]
    return range(min([least.start, *own]), max([least.stop, *(number + 1 for number in own)]))


def _heard_for(segment: Segment, written: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    begin_s, end_s = min(word.start_s for word in written), max(word.end_s for word in written)
    own = [place for place, word in enumerate(segment.words) if begin_s <= _middle_s(word) <= end_s]
    return min([first, *own]), max([last, *(place + 1 for place in own)])


def _pairs(written: Sequence[Word], segment: Segment, first: int) -> Iterator[tuple[Word, Word]]:
    return zip(written, segment.words[first : first + len(written)], strict=False)


def _said(offer: _Offer, segment: Segment) -> Word:
    return replace(
        segment.words[offer.first], text=offer.text, end_s=segment.words[offer.last - 1].end_s, term=None, heard=None
    )


def _formatted(question: Question, said: Sequence[Word]) -> str:
    """Heard words in the note's form, without the capital and the marks that a sentence of its own would have."""
    text = ("" if is_unspaced(question.transcript.language) else " ").join(word.text for word in said)
    segment = Segment(said[0].start_s, said[-1].end_s, text, 1.0, tuple(said))
    transcript = replace(question.transcript, segments=(segment,))
    written = write_transcript(transcript, question.options).text.strip().strip(MARKS)
    return text[:1] + written[1:] if written[:1].casefold() == text[:1].casefold() else written


def _middle_s(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
