"""Listed terms that sound like a doubtful word, for a person to choose from: unlike rescoring, nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from adaptation.lexicon.candidates import MOST_WORDS, as_said
from adaptation.lexicon.compiled import CompiledLexicon, letters_of
from adaptation.lexicon.known_words import is_known
from speech.transcript import Word

_LEAST = 0.6  # similarity to what was heard
_LEAST_OF_BEST = 0.2  # what sounds so much less like it than the best one is left out
_SURE = 0.9  # known words that were heard as surely are not taken in
_PER_SPAN = 6
_MARKS = ".,;:?!()\"'"


class SimilarTerm(NamedTuple):
    """A term that sounds like the words from `first` up to `last`, and how alike, from 0 to 1."""

    term: str
    first: int
    last: int
    similarity: float


def similar_terms(lexicon: CompiledLexicon, words: Sequence[Word], place: int, most: int) -> list[SimilarTerm]:
    """Up to `most` terms that sound like word number `place` of an utterance, alone or with its neighbours, the most
    alike first, each once. Neighbours that the recogniser knew and was sure of are left alone."""
    found: list[SimilarTerm] = []
    for first, last in _spans(words, place):
        heard = " ".join(word.text.strip(_MARKS) for word in words[first:last])
        for match in lexicon.index.search(as_said(heard), _PER_SPAN, _LEAST):
            term = lexicon.written(match.place)
            if letters_of(term) != letters_of(heard):
                found.append(SimilarTerm(term, first, last, match.similarity))
    found.sort(key=lambda each: -each.similarity)
    best = found[0].similarity if found else 0.0
    kept: dict[str, SimilarTerm] = {}
    for each in found:
        if each.similarity >= best - _LEAST_OF_BEST:
            kept.setdefault(each.term, each)
    return list(kept.values())[:most]


def _spans(words: Sequence[Word], place: int) -> list[tuple[int, int]]:
    """The word with neighbours on either side, as far as they are doubted or unknown."""
    first, last = place, place + 1
    while first > 0 and last - first < MOST_WORDS and _may_go(words[first - 1]):
        first -= 1
    while last < len(words) and last - first < MOST_WORDS and _may_go(words[last]):
        last += 1
    return [(a, b) for a in range(first, place + 1) for b in range(place + 1, last + 1)]


def _may_go(word: Word) -> bool:
    return word.confidence < _SURE or not is_known(word.text.strip(_MARKS))
