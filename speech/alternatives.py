"""What else may have been said in place of a word: the model's own next best words there, scored on the same sound.

A beam goes from the word's first token to its end, and on to a second word, for what was torn apart. What it finds is
then read in the sentence, in place of one word or of two, and ranked by how likely the sentence is with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from speech.backends import Backend
from speech.rescoring import Rescorer
from speech.transcript import Segment
from speech.vocabulary import TokenWord, Vocabulary, is_unspaced

_WIDTH = 8  # rows of the beam; a step for as many takes three times as long as for one
_LONGEST = 10  # tokens of an alternative
_MOST_WORDS = 2  # that an alternative has, or takes the place of
_MOST_SCORED = 12
_FOLLOWING = 3  # tokens behind the words whose probability shows whether a wording fits there
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Alternative:
    """`text` may have been said in place of the words from `first` up to `last`. The utterance is likelier with it by
    `gain_nats`, which is below zero where the model prefers what it wrote."""

    text: str
    first: int
    last: int
    gain_nats: float


class _Wording(NamedTuple):
    tokens: tuple[int, ...]
    nats: float


def find_alternatives(
    backend: Backend,
    vocabulary: Vocabulary,
    memory: Any,
    prompt: Sequence[int],
    segment: Segment,
    place: int,
    language: str,
    most: int,
) -> tuple[Alternative, ...]:
    """Up to `most` other wordings of word number `place` of an utterance (a memory with batch 1), the likeliest first.

    None differs from what was heard, or from another one, in letter case and punctuation alone. There are none where
    the segment's words are not those of its text, as a transcript of another program's may have it.
    """
    tokens = vocabulary.encode(segment.text if is_unspaced(language) else f" {segment.text}")
    words = vocabulary.words(tokens, language)
    if [word.text for word in words] != [word.text for word in segment.words]:
        return ()
    begin = words[place].core.start
    beam = _Beam(backend, vocabulary, language, memory, [*prompt, *tokens[:begin]])
    wordings = beam.run(is_first=begin == 0)
    return tuple(_rank(backend, vocabulary, memory, prompt, tokens, words, place, wordings)[:most])


class _Beam:
    """The likeliest continuations of a text, up to the ends of words."""

    def __init__(
        self, backend: Backend, vocabulary: Vocabulary, language: str, memory: Any, before: Sequence[int]
    ) -> None:
        self._backend = backend
        self._vocabulary = vocabulary
        self._language = language
        self._memory = memory
        self._before = before

    def run(self, *, is_first: bool) -> list[_Wording]:
        """Wordings that ended, the likeliest first; `is_first` where nothing stands before them."""
        bias = self._vocabulary.bias(first=is_first)
        candidates, scores, cache = self._backend.choose(np.array([self._before], np.int64), None, self._memory, bias)
        live = [
            _Wording((int(token),), float(nats))
            for token, nats in zip(candidates[0, -1], scores[0, -1], strict=True)
            if token < self._vocabulary.end_of_text
        ][:_WIDTH]
        cache = self._backend.select(cache, np.zeros(len(live), np.int64))
        ended: dict[tuple[int, ...], _Wording] = {}
        while live:
            read = np.array([[wording.tokens[-1]] for wording in live], np.int64)
            candidates, scores, cache = self._backend.choose(
                read, cache, self._memory, self._vocabulary.bias(first=False)
            )
            longer: list[tuple[int, _Wording]] = []
            for row, wording in enumerate(live):
                before = self._vocabulary.words(list(wording.tokens), self._language)
                likeliest = zip(candidates[row, -1, :_WIDTH], scores[row, -1, :_WIDTH], strict=True)
                for token, nats in likeliest:
                    if self._goes_on(wording, before, int(token), ended):
                        longer.append((row, _Wording((*wording.tokens, int(token)), wording.nats + float(nats))))
            longer.sort(key=lambda each: -each[1].nats)
            del longer[_WIDTH:]
            live = [wording for _, wording in longer]
            cache = self._backend.select(cache, np.array([row for row, _ in longer], np.int64)) if live else None
        return sorted(ended.values(), key=lambda wording: -wording.nats)[:_MOST_SCORED]

    def _goes_on(
        self, wording: _Wording, before: Sequence[TokenWord], token: int, ended: dict[tuple[int, ...], _Wording]
    ) -> bool:
        """Whether a token belongs to the wording, which has the words `before`; one that begins another word, or is a
        mark, ends it."""
        if token >= self._vocabulary.end_of_text:
            ended.setdefault(wording.tokens, wording)
            return False
        longer = [*wording.tokens, token]
        words = self._vocabulary.words(longer, self._language)
        if len(words) > len(before) or words[-1].core == before[-1].core:
            ended.setdefault(wording.tokens, wording)
        has_room = len(longer) <= _LONGEST and len(words) <= _MOST_WORDS
        return has_room and words[-1].core.stop == len(longer)


def _rank(
    backend: Backend,
    vocabulary: Vocabulary,
    memory: Any,
    prompt: Sequence[int],
    tokens: Sequence[int],
    words: Sequence[TokenWord],
    place: int,
    wordings: Sequence[_Wording],
) -> list[Alternative]:
    """Each wording in place of the word, or of it and the next one, read on to the same token of what follows."""
    begin = words[place].core.start
    ends = [word.core.stop for word in words[place : place + _MOST_WORDS]]
    written = [*tokens, vocabulary.end_of_text]
    stop = min(len(written), ends[-1] + _FOLLOWING)
    rows = [tuple(written[begin:stop])]
    seen = {_bare(vocabulary.decode(list(tokens[begin : ends[-1]])))}
    kept: list[tuple[str, int]] = []
    for last, end in enumerate(ends, start=place + 1):
        for wording in wordings:
            text = vocabulary.decode(list(wording.tokens)).strip()
            reading = (*wording.tokens, *tokens[end : ends[-1]])
            read = _bare(vocabulary.decode(list(reading)))
            if _bare(text) and read not in seen:
                seen.add(read)
                kept.append((text, last))
                rows.append((*reading, *written[ends[-1] : stop]))
    scored = Rescorer(backend, memory, prompt, tokens[:begin]).score(begin, rows) if kept else []
    heard, *others = (float(scores.sum()) for scores in scored) if kept else (0.0,)
    found = [Alternative(text, place, last, nats - heard) for (text, last), nats in zip(kept, others, strict=True)]
    likeliest: dict[str, Alternative] = {}
    for each in sorted(found, key=lambda alternative: -alternative.gain_nats):
        likeliest.setdefault(_bare(each.text), each)
    return list(likeliest.values())


def _bare(text: str) -> str:
    """The words in small letters and without the marks around them."""
    return " ".join(_EDGES.sub("", word) for word in text.casefold().split())
