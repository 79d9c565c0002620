"""What else may have been said in place of a word: the model's own next best words there, scored on the same sound.

A beam goes from the word's first token to its end, and on to a second word, for what was torn apart. What it finds is
then read in the sentence, in place of the word, or of it and a doubtful next one, and ranked by how likely the sentence
is with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.rescoring import Rescorer
from speech.transcript import Segment
from speech.vocabulary import TokenWord, Vocabulary, is_unspaced

if TYPE_CHECKING:
    from speech.recognizer import Recognizer

_WIDTH = 8  # rows of the beam; a step for as many takes three times as long as for one
_LONGEST = 10  # tokens of an alternative
_MOST_WORDS = 2  # that an alternative has, or takes the place of
_MOST_SCORED = 12
_SURE = 0.9  # a neighbour that was heard as surely stays
_FOLLOWING = 3  # tokens behind the words whose probability shows whether a wording fits there
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Alternative:
    """`text` may have been said in place of the words from `first` up to `last`. The utterance is likelier with it by
    `gain_nats`, which is below zero where the model prefers what it wrote. `is_proposed` is for what the model did not
    come upon itself."""

    text: str
    first: int
    last: int
    gain_nats: float
    is_proposed: bool = False


class Proposal(NamedTuple):
    """A wording that somebody else suggests in place of the words from `first` up to `last`."""

    text: str
    first: int
    last: int


class _Wording(NamedTuple):
    tokens: tuple[int, ...]
    nats: float


def find_alternatives(
    recognizer: Recognizer,
    samples: NDArray[np.float32],
    segment: Segment,
    place: int,
    *,
    language: str = "en",
    most: int = 5,
    proposals: Sequence[Proposal] = (),
) -> tuple[Alternative, ...]:
    """Up to `most` other wordings of word number `place` of an utterance, and all proposals, the likeliest first.

    `samples` are the utterance's at 16 kHz, up to 30 s. None of the model's own wordings differs from what was heard,
    or from another one, in letter case and punctuation alone. There are none where the segment's words are not those
    of its text, as in a transcript of another program's. ModelError when the model does not know the language.
    """
    vocabulary = recognizer.vocabulary
    prompt = vocabulary.prompt(language)
    tokens = vocabulary.encode(segment.text if is_unspaced(language) else f" {segment.text}")
    words = vocabulary.words(tokens, language)
    if [word.text for word in words] != [word.text for word in segment.words]:
        return ()
    heard = _Heard(recognizer.backend, vocabulary, language, recognizer.encode(samples), prompt, tokens, words)
    following = segment.words[place + 1 : place + _MOST_WORDS]
    last = place + 1 + sum(1 for _ in takewhile(lambda word: word.confidence < _SURE, following))
    found = [*_rank(heard, range(place, last), _Beam(heard, place).run())[:most], *_weigh(heard, proposals)]
    return tuple(sorted(found, key=lambda alternative: -alternative.gain_nats))


class _Heard(NamedTuple):
    """An utterance: its sound in the model's memory, with batch 1, and what was written for it."""

    backend: Backend
    vocabulary: Vocabulary
    language: str
    memory: Any
    prompt: Sequence[int]
    tokens: Sequence[int]
    words: Sequence[TokenWord]

    @property
    def written(self) -> list[int]:
        return [*self.tokens, self.vocabulary.end_of_text]

    def rescorer(self, begin: int) -> Rescorer:
        """For places up to the token `begin`."""
        return Rescorer(self.backend, self.memory, self.prompt, self.tokens[:begin])


class _Beam:
    """The likeliest continuations of a text, up to the ends of words."""

    def __init__(self, heard: _Heard, place: int) -> None:
        """From the beginning of word number `place` on."""
        begin = heard.words[place].core.start
        self._backend, self._vocabulary = heard.backend, heard.vocabulary
        self._language, self._memory = heard.language, heard.memory
        self._before = [*heard.prompt, *heard.tokens[:begin]]
        self._is_first = begin == 0

    def run(self) -> list[_Wording]:
        """Wordings that ended, the likeliest first."""
        bias = self._vocabulary.bias(first=self._is_first)
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


def _rank(heard: _Heard, places: range, wordings: Sequence[_Wording]) -> list[Alternative]:
    """Each wording in place of the first of the words, or of more of them, read on to the same token of what
    follows."""
    vocabulary, tokens, words, written = heard.vocabulary, heard.tokens, heard.words, heard.written
    begin = words[places.start].core.start
    ends = [words[place].core.stop for place in places]
    stop = min(len(written), ends[-1] + _FOLLOWING)
    rows = [tuple(written[begin:stop])]
    seen = {_bare(vocabulary.decode(list(tokens[begin : ends[-1]])))}
    kept: list[tuple[str, int]] = []
    for last, end in enumerate(ends, start=places.start + 1):
        following = _bare(words[last].text) if last < len(words) else ""
        for wording in wordings:
            text = vocabulary.decode(list(wording.tokens)).strip()
            reading = (*wording.tokens, *tokens[end : ends[-1]])
            read = _bare(vocabulary.decode(list(reading)))
            is_said_twice = _bare(text).endswith(f" {following}")
            if _bare(text) and not is_said_twice and read not in seen:
                seen.add(read)
                kept.append((text, last))
                rows.append((*reading, *written[ends[-1] : stop]))
    scored = heard.rescorer(begin).score(begin, rows) if kept else []
    before, *others = (float(scores.sum()) for scores in scored) if kept else (0.0,)
    found = [
        Alternative(text, places.start, last, nats - before) for (text, last), nats in zip(kept, others, strict=True)
    ]
    likeliest: dict[str, Alternative] = {}
    for each in sorted(found, key=lambda alternative: -alternative.gain_nats):
        likeliest.setdefault(_bare(each.text), each)
    return list(likeliest.values())


def _weigh(heard: _Heard, proposals: Sequence[Proposal]) -> Iterator[Alternative]:
    """The proposals, read in the sentence."""
    vocabulary, words, written = heard.vocabulary, heard.words, heard.written
    ordered = sorted(proposals, key=lambda proposal: proposal.first)
    rescorer = heard.rescorer(words[ordered[-1].first].core.start if ordered else 0)
    for first, group in groupby(ordered, key=lambda proposal: proposal.first):
        begin, own = words[first].core.start, list(group)
        ends = [words[proposal.last - 1].core.stop for proposal in own]
        is_spaced = vocabulary.decode([written[begin]]).startswith(" ")
        texts = [f" {proposal.text}" if is_spaced else proposal.text for proposal in own]
        rows = [
            *(
                (*vocabulary.encode(text), *written[end : end + _FOLLOWING])
                for text, end in zip(texts, ends, strict=True)
            ),
            *(tuple(written[begin : end + _FOLLOWING]) for end in ends),
        ]
        nats = [float(scores.sum()) for scores in rescorer.score(begin, rows)]
        for proposal, proposed, before in zip(own, nats, nats[len(own) :], strict=False):
            yield Alternative(proposal.text, proposal.first, proposal.last, proposed - before, is_proposed=True)


def _bare(text: str) -> str:
    """The words in small letters and without the marks around them."""
    return " ".join(_EDGES.sub("", word) for word in text.casefold().split())
