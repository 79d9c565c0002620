"""A second look at a hypothesis: the protocol of what corrects one, and other wordings scored on the same sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.decoding import Hypothesis, Reading
from speech.transcript import Segment
from speech.vocabulary import TokenWord, Vocabulary


class Found(NamedTuple):
    """A listed term in a hypothesis, at these of its tokens. `heard` is what the model wrote there where that was
    replaced. `offered` is True for a term that may only be proposed: the words are then those that were heard."""

    tokens: slice
    term: str
    heard: str | None = None
    offered: bool = False


class Correction(NamedTuple):
    """The hypothesis as it is to be written, and the listed terms in it."""

    hypothesis: Hypothesis
    found: tuple[Found, ...] = ()


class Corrector(Protocol):
    """Knows terms that the model does not."""

    def correct(
        self,
        backend: Backend,
        vocabulary: Vocabulary,
        memory: Any,
        prompt: list[int],
        hypothesis: Hypothesis,
        language: str,
    ) -> Correction:
        """Corrects what was heard in one utterance (a memory with batch 1)."""
        ...


class Rescorer:
    """Scores what might stand at places of a hypothesis instead of what does."""

    def __init__(
        self,
        backend: Backend,
        memory: Any,
        prompt: Sequence[int],
        tokens: Sequence[int],
        reading: Reading | None = None,
    ) -> None:
        """`memory` has batch 1; `tokens` are the hypothesis', as far as the last place to be scored. What was read of
        them already, in `reading`, is not read again."""
        self._backend = backend
        self._memory = memory
        self._before = len(prompt)
        self._tokens = [*prompt, *tokens]
        before = tuple(self._tokens[:-1])
        is_read = reading is not None and reading.tokens[: len(before)] == before
        self._cache: Any = reading.cache if reading is not None and is_read else None

    def score(self, place: int, wordings: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """The natural logarithm of the probability of each token of each wording, read after the hypothesis' tokens
        before `place`.

        Teacher-forced: all wordings are a single call of the network, one row each.
        """
        begin = self._before + place - 1  # this token is read first in every row: it predicts the wording's first
        if self._cache is None:
            _, self._cache = self._backend.step(np.array([self._tokens[:-1]], np.int64), None, self._memory, [0])
        rows = np.zeros((len(wordings), max(len(wording) for wording in wordings)), np.int64)
        for row, wording in zip(rows, wordings, strict=True):
            row[: len(wording)] = [self._tokens[begin], *wording[:-1]]
        past = self._backend.truncate(self._cache, begin)
        cache = self._backend.select(past, np.zeros(len(rows), np.int64))
        logits, _ = self._backend.step(rows, cache, self._memory)
        return [_chosen(row[: len(wording)], wording) for row, wording in zip(logits, wordings, strict=True)]


def name_terms(segments: Sequence[Segment], places: Sequence[TokenWord], found: Sequence[Found]) -> list[Segment]:
    """The segments of a corrected hypothesis with the terms that their words belong to; `places` are the tokens of all
    their words in order."""
    named = [word for segment in segments for word in segment.words]
    for term in found:
        for index, place in enumerate(places):
            if place.core.start < term.tokens.stop and term.tokens.start < place.core.stop:
                if term.offered:
                    named[index] = replace(named[index], offered=term.term)
                else:
                    named[index] = replace(named[index], term=term.term, heard=term.heard)
    following = iter(named)
    return [replace(segment, words=tuple(islice(following, len(segment.words)))) for segment in segments]


def _chosen(logits: NDArray[np.float32], tokens: Sequence[int]) -> NDArray[np.float32]:
    top = logits.max(axis=-1)
    normalizer = top + np.log(np.exp(logits - top[:, None]).sum(axis=-1))
    return np.asarray(logits[np.arange(len(tokens)), list(tokens)] - normalizer, np.float32)
