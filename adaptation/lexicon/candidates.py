"""Places in a hypothesis that the recogniser doubts, and the terms that sound like what it wrote there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from adaptation.lexicon.common_words import common_words, is_common
from adaptation.lexicon.index import SoundIndex
from adaptation.lexicon.known_words import is_known
from adaptation.lexicon.protection import FREQUENCIES, protected_parts
from adaptation.lexicon.spoken_forms import UNIT_WORDS

MOST_WORDS = 5  # that a term may have been heard as, or consist of
_DOUBT_OF_COMMON_WORD = 0.5  # confidences below these are doubts
_DOUBT_OF_WORD = 0.8
_DOUBT_OF_NO_WORD = 0.97
_DOUBT_OF_TORN_WORD = 0.7  # of a known one
_SURE = 0.9
_FUNCTION_WORDS = 100  # as many of the most frequent words hardly ever begin or end what was misheard
_LEAST_PART = 4  # letters
_ALIKE = 0.68  # the least similarity of a term to what was heard
_ALIKE_WORDS = 0.85  # and to what consists of known words
_RIVALS_WITHIN = 0.12
_PER_SPAN = 4
_MOST_CANDIDATES = 8  # in an utterance
_DOSES = FREQUENCIES | {"per"}
_WORD = re.compile(r"[^\W\d_]+|[µμ%]")


class HeardWord(NamedTuple):
    """A word of a hypothesis without its punctuation, with its tokens and the geometric mean of their probabilities."""

    text: str
    tokens: slice
    confidence: float


class Candidate(NamedTuple):
    """A term, by the place of its form in the index, for the words from `first` up to `last`."""

    first: int
    last: int
    heard: str
    place: int
    similarity: float
    sounds: int  # of the term's form
    known: (
        float  # the share of known words in what would go, by letters; of fragments, as sure as the model was of them
    )
    is_known: bool  # whether all that was heard are known words
    torn: int  # doubted words directly beside: perhaps more of what was misheard


def find_candidates(
    words: Sequence[HeardWord],
    index: SoundIndex,
    written: Callable[[int], str],
    is_possible: Callable[[Candidate], bool] = lambda candidate: True,
) -> list[Candidate]:
    """The candidates worth scoring for all doubted spans of an utterance, the most alike first: each term once, and
    none that sounds much less like the words than another one. `written` gives an indexed form's term; what is not
    possible is left out."""
    found = list(_near(words, list(_spans(words)), index, written))
    heard: list[Candidate] = []
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda candidate: -candidate.similarity):
        rivals = [other for other in heard if candidate.first < other.last and other.first < candidate.last]
        if any(
            other.place == candidate.place or other.similarity > candidate.similarity + _RIVALS_WITHIN
            for other in rivals
        ):
            continue
        heard.append(candidate)
        if is_possible(candidate):
            kept.append(candidate)
        if len(kept) == _MOST_CANDIDATES:
            break
    return kept


def is_untouchable(text: str) -> bool:
    """Whether a text holds what no correction may change: numbers, doses, units, negations and sides."""
    words = set(_WORD.findall(text.casefold()))
    return bool(protected_parts(text)) or bool(words & UNIT_WORDS) or bool(words & _DOSES) or "n't" in text.casefold()


def _spans(words: Sequence[HeardWord]) -> Iterator[tuple[int, int]]:
    """Runs of words with a doubt in them and nothing untouchable, that neither begin nor end with a the, and or was
    that was surely heard."""
    outside = [word.confidence >= _SURE and word.text.casefold() in _most_common() for word in words]
    fixed = [is_untouchable(word.text) or not any(map(str.isalpha, word.text)) for word in words]
    doubted = [word.confidence < _doubt(word.text) for word in words]
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            if fixed[last - 1]:
                break
            if any(doubted[first:last]) and not outside[first] and not outside[last - 1]:
                yield first, last


@cache
def _most_common() -> frozenset[str]:
    """Without a and in, which are pieces of many a term: a clamsia, trough Bechted in."""
    return frozenset(word for word in common_words()[:_FUNCTION_WORDS] if len(word) > 2)


def _doubt(word: str) -> float:
    if is_common(word):
        return _DOUBT_OF_COMMON_WORD
    return _DOUBT_OF_WORD if is_known(word) else _DOUBT_OF_NO_WORD


def _near(
    words: Sequence[HeardWord], spans: Sequence[tuple[int, int]], index: SoundIndex, written: Callable[[int], str]
) -> Iterator[Candidate]:
    texts = [" ".join(word.text for word in words[first:last]) for first, last in spans]
    all_known = [all(is_known(word.text) for word in words[first:last]) for first, last in spans]
    least = [_ALIKE_WORDS if is_all_known else _ALIKE for is_all_known in all_known]
    matches = index.search_all([as_said(text) for text in texts], _PER_SPAN, least)
    for (first, last), heard, is_all_known, found in zip(spans, texts, all_known, matches, strict=True):
        beside = _beside(words, first, last)
        torn = sum(words[place].confidence < _doubt_of_torn(words[place].text) for place in beside)
        for match in found:
            known = _known_share(words[first:last], written(match.place).casefold(), is_all_known=is_all_known)
            sounds = len(index.sounds[match.place])
            yield Candidate(first, last, heard, match.place, match.similarity, sounds, known, is_all_known, torn)


def _known_share(span: Sequence[HeardWord], term: str, *, is_all_known: bool) -> float:
    """Of known words in what would go. Words of the term stay, and so do parts of its words beside others."""
    stay = set(term.split())
    going = lost = 0.0
    for word in span:
        text = word.text.casefold()
        if text in stay or (not is_all_known and len(text) >= _LEAST_PART and text in term and is_known(text)):
            continue
        going += len(text)
        if is_known(text):
            lost += len(text) * (1.0 if is_all_known else word.confidence)
    return lost / going if going else float(is_all_known)  # nothing would go, and something not heard come in


def _doubt_of_torn(word: str) -> float:
    return _DOUBT_OF_TORN_WORD if is_known(word) and not is_common(word) else _doubt(word)


def _beside(words: Sequence[HeardWord], first: int, last: int) -> list[int]:
    """The neighbours of a span that may be changed at all."""
    return [
        place
        for place in (first - 1, last)
        if 0 <= place < len(words) and words[place].text and not is_untouchable(words[place].text)
    ]


def as_said(heard: str) -> str:
    """Recognisers write parts of unknown names in capitals; only short ones are spelled."""
    return " ".join(word.lower() if len(word) > 3 else word for word in heard.replace("-", " ").split())
