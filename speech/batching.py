"""Several utterances decoded at once: a step reads the network's weights for all of them as for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.decoding import (
    Considered,
    DecodingOptions,
    Hypothesis,
    Reading,
    decode,
    is_doubtful,
    likeliest,
    log_softmax,
)
from speech.vocabulary import Vocabulary

_FEW = 4  # rows drop out when one in so many still goes on: leaving costs a copy, and the notes of the attention


def decode_batch(
    backend: Backend,
    vocabulary: Vocabulary,
    memory: Any,
    rows: int,
    prompt: list[int],
    options: DecodingOptions,
    *,
    again: Callable[[int], Any] | None = None,
    before_step: Callable[[], None] = lambda: None,
) -> list[Hypothesis]:
    """As `speech.decoding.decode` for each of the `rows` of a memory: one greedy pass for all, then whatever a
    doubtful row needs by itself. Each row gets what it would get alone, but for the rounding of int8.

    `again` gives a better memory of a doubtful row, in a longer context, where there is one. `before_step` may raise to
    end the work.
    """
    if options.beam_size > 1:
        return [
            decode(backend, vocabulary, backend.select(memory, np.array([row])), prompt, options) for row in range(rows)
        ]
    hypotheses = _GreedyPass(backend, vocabulary, memory, prompt, options).run(rows, before_step)
    for row, first in enumerate(hypotheses):
        if is_doubtful(first, options):
            before_step()
            if again is not None:
                hypotheses[row] = decode(backend, vocabulary, again(row), prompt, options)
                continue
            alone = backend.select(memory, np.array([row])) if rows > 1 else memory
            hypotheses[row] = decode(backend, vocabulary, alone, prompt, options, greedy=first)
    return hypotheses


def align_batch(
    backend: Backend, vocabulary: Vocabulary, memory: Any, prompt: list[int], hypotheses: Sequence[Hypothesis]
) -> list[NDArray[np.float32]]:
    """For each row's hypothesis the weights of the alignment heads, [heads, tokens with the prompt, positions]."""
    found = {row: each.attention for row, each in enumerate(hypotheses) if each.attention is not None}
    missing = [row for row in range(len(hypotheses)) if row not in found]
    if missing:
        rows = [[*prompt, *hypotheses[row].tokens] for row in missing]
        # what stands behind a row's end is not seen by the tokens before it
        padded = np.full((len(rows), max(map(len, rows))), vocabulary.end_of_text, np.int64)
        for place, tokens in enumerate(rows):
            padded[place, : len(tokens)] = tokens
        own = backend.select(memory, np.array(missing)) if found else memory
        weights = backend.align(padded, own)
        found |= {row: weights[place, :, : len(rows[place])] for place, row in enumerate(missing)}
    return [found[row] for row in range(len(hypotheses))]


class _GreedyPass:
    """The likeliest token at each step for all rows together; rows that have ended drop out."""

    def __init__(
        self, backend: Backend, vocabulary: Vocabulary, memory: Any, prompt: list[int], options: DecodingOptions
    ) -> None:
        self.backend = backend
        self.vocabulary = vocabulary
        self.memory = memory
        self.prompt = prompt
        self.options = options

    def run(self, rows: int, before_step: Callable[[], None]) -> list[Hypothesis]:
        start = self.prompt.index(self.vocabulary.start_of_transcript)
        prompts = np.array([self.prompt] * rows, np.int64)
        logits, cache = self.backend.step(prompts, None, self.memory, [start, len(self.prompt) - 1])
        at_start = log_softmax(logits[:, 0])
        no_speech = np.exp(at_start[:, self.vocabulary.no_speech])
        considered = [[likeliest(scores)] for scores in log_softmax(logits[:, -1] + self.vocabulary.bias(first=True))]
        tokens: list[list[int]] = [[] for _ in range(rows)]
        noted, cache = self._read_on(cache, tokens, considered, before_step)
        reading = Reading((*self.prompt, *tokens[0]), cache) if rows == 1 else None
        return [
            Hypothesis(
                tuple(tokens[row]),
                tuple(float(each.log_probabilities[0]) for each in considered[row]),
                float(no_speech[row]),
                0.0,
                self.vocabulary.decode(tokens[row]),
                noted.get(row),
                reading,
                tuple(considered[row]),
            )
            for row in range(rows)
        ]

    def _read_on(
        self,
        cache: Any,
        tokens: list[list[int]],
        considered: list[list[Considered]],
        before_step: Callable[[], None],
    ) -> tuple[dict[int, NDArray[np.float32]], Any]:
        """Appends to each row's tokens and what might have come in the place of each, until all have ended.

        Returns what the alignment heads looked at, of the rows of which the backend noted it, and the last cache.
        """
        memory, bias = self.memory, self.vocabulary.bias(first=False)
        last = np.array([row[0].tokens[0] for row in considered])
        held = list(range(len(last)))  # the rows that memory and cache hold
        noted: dict[int, NDArray[np.float32]] = {}
        while True:
            going = [
                place
                for place, row in enumerate(held)
                if last[place] != self.vocabulary.end_of_text and len(tokens[row]) < self.options.longest
            ]
            few = _FEW * len(going) <= len(held)
            if few:
                noted |= self._attention(
                    cache, [(place, row) for place, row in enumerate(held) if place not in going], tokens
                )
            if not going:
                return noted, cache
            if few:
                kept = np.array(going)
                memory, cache = self.backend.select(memory, kept), self.backend.select(cache, kept)
                held, last = [held[place] for place in going], last[kept]
                going = list(range(len(held)))
            before_step()
            for place in going:
                tokens[held[place]].append(int(last[place]))
            candidates, scores, cache = self.backend.choose(last[:, None], cache, memory, bias)
            for place in going:
                considered[held[place]].append(Considered(candidates[place, -1], scores[place, -1]))
            ended = np.setdiff1d(np.arange(len(held)), going)
            last = candidates[:, -1, 0].copy()
            last[ended] = self.vocabulary.end_of_text

    def _attention(
        self, cache: Any, ended: list[tuple[int, int]], tokens: list[list[int]]
    ) -> dict[int, NDArray[np.float32]]:
        """By row; `ended` are its place in the cache and the row itself."""
        weights = self.backend.attention(cache)
        if weights is None:
            return {}
        return {row: weights[place, :, : len(self.prompt) + len(tokens[row])] for place, row in ended}
