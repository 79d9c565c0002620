"""From encoded audio to tokens: greedy, beam and sampled decoding over any `Backend`, with Whisper's fallbacks.

Thresholds and the order of fallbacks after openai/whisper's decoding.py and transcribe.py (MIT).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from speech.backends import CANDIDATES, Backend
from speech.vocabulary import Vocabulary

LogProbabilities = NDArray[np.float32]
_LONGEST_CYCLE, _SHORTEST_LOOP = 8, 16  # tokens


@dataclass(frozen=True)
class DecodingOptions:
    """How to decode; the defaults are openai/whisper's, except that the first try is greedy (beam_size 1)."""

    beam_size: int = 1
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    samples: int = 5  # candidates drawn at each temperature above zero
    longest: int = 224  # tokens
    compression_ratio_threshold: float = 2.4
    log_probability_threshold: float = -1.0
    no_speech_threshold: float = 0.6
    seed: int = 0


@dataclass(frozen=True)
class Reading:
    """Tokens that a backend has read, the prompt's first, with its cache of them: what others may go on from."""

    tokens: tuple[int, ...]
    cache: Any


class Considered(NamedTuple):
    """What might have come next: the likeliest tokens, the first the likeliest, and the natural logarithms of their
    probabilities."""

    tokens: NDArray[np.int64]
    log_probabilities: NDArray[np.float32]


@dataclass(frozen=True)
class Hypothesis:
    """What one pass wrote: `tokens` without prompt and end, the natural logarithm of each one's probability
    (`log_probabilities`, one longer: the end of text), and P(no speech) before the first.

    `attention`[alignment heads, prompt and tokens, context] is what the alignment heads looked at, where it was noted;
    `reading` what was read, where one row did that alone; `considered` what a greedy pass might have written in place
    of each token and of the end.
    """

    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    no_speech_probability: float
    temperature: float
    text: str = field(repr=False)
    attention: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)
    reading: Reading | None = field(default=None, repr=False, compare=False)
    considered: tuple[Considered, ...] | None = field(default=None, repr=False, compare=False)

    def rewritten(
        self,
        tokens: Sequence[int],
        log_probabilities: Sequence[float],
        text: str,
        attention: NDArray[np.float32] | None = None,
    ) -> Hypothesis:
        """Other tokens for the same sound: what was read and considered is not of them."""
        written = (tuple(tokens), tuple(log_probabilities), self.no_speech_probability, self.temperature, text)
        return Hypothesis(*written, attention)

    @property
    def average_log_probability(self) -> float:
        return float(np.sum(self.log_probabilities)) / (len(self.tokens) + 1)

    @property
    def compression_ratio(self) -> float:
        """Bytes of text over bytes of its zlib form; repetition drives it up."""
        data = self.text.encode()
        return len(data) / len(zlib.compress(data)) if data else 0.0


def decode(
    backend: Backend,
    vocabulary: Vocabulary,
    memory: Any,
    prompt: list[int],
    options: DecodingOptions,
    *,
    draft: Sequence[int] = (),
    greedy: Hypothesis | None = None,
) -> Hypothesis:
    """Decodes one utterance (a memory with batch 1); tries higher temperatures while the text repeats or is unlikely.

    `draft` is a guess at the tokens, such as what was written of the utterance so far. A greedy pass reads it at once
    and keeps what it would have written itself: a good guess saves time, and no guess changes the result, unless two
    tokens are likely to within the rounding of int8 (some hundredths of a nat). `greedy` is what a greedy pass has
    given already, where there was one. A prompt may end with the text of the first part of what is heard; the rest is
    written then, which may be nothing. Speech that the model does not hear (P(no speech) above its threshold and an
    unlikely text) gives no tokens.
    """
    best: Hypothesis | None = None
    for temperature in options.temperatures:
        if greedy is not None and temperature == 0.0:
            hypothesis = greedy
        else:
            hypothesis = _Pass(backend, vocabulary, memory, prompt, options, temperature).run(draft)
        if best is None or hypothesis.average_log_probability > best.average_log_probability or _repeats(best, options):
            best = hypothesis
        silent = (
            hypothesis.no_speech_probability > options.no_speech_threshold
            and hypothesis.average_log_probability < options.log_probability_threshold
        )
        if silent:
            return Hypothesis((), (0.0,), hypothesis.no_speech_probability, temperature, "")
        if not is_doubtful(hypothesis, options):
            return hypothesis
    assert best is not None, "there is at least one temperature"
    return best


def detect_language(backend: Backend, vocabulary: Vocabulary, memory: Any) -> str:
    """The likeliest language of an encoded utterance; "en" for English-only models."""
    if not vocabulary.multilingual:
        return "en"
    logits, _ = backend.step(np.array([[vocabulary.start_of_transcript]]), None, memory)
    return max(vocabulary.languages, key=lambda code: float(logits[0, -1, vocabulary.languages[code]]))


def is_doubtful(hypothesis: Hypothesis, options: DecodingOptions) -> bool:
    """Whether the text repeats itself or is unlikely as a whole."""
    unlikely = hypothesis.average_log_probability < options.log_probability_threshold
    return unlikely or _repeats(hypothesis, options)


def _repeats(hypothesis: Hypothesis, options: DecodingOptions) -> bool:
    return hypothesis.compression_ratio > options.compression_ratio_threshold or has_loop(hypothesis.tokens)


def has_loop(tokens: Sequence[int]) -> bool:
    """Whether up to eight tokens follow each other again and again, for sixteen tokens or more and four times at least.

    Half a minute of good text before it hides a loop from the compression ratio.
    """
    for period in range(1, _LONGEST_CYCLE + 1):
        run = 0
        for earlier, later in zip(tokens, tokens[period:], strict=False):
            run = run + 1 if earlier == later else 0
            if run >= max(_SHORTEST_LOOP, 4 * period) - period:
                return True
    return False


class _Pass:
    """One decoding pass at one temperature over a batch of rows: beams at zero, independent samples above."""

    def __init__(
        self,
        backend: Backend,
        vocabulary: Vocabulary,
        memory: Any,
        prompt: list[int],
        options: DecodingOptions,
        temperature: float,
    ) -> None:
        self.backend = backend
        self.vocabulary = vocabulary
        self.memory = memory
        self.prompt = prompt
        self.options = options
        self.temperature = temperature
        self.width = options.beam_size if temperature == 0.0 else options.samples
        self.random = np.random.default_rng(options.seed)

    def run(self, draft: Sequence[int]) -> Hypothesis:
        prompt = np.array([self.prompt], np.int64)
        start = self.prompt.index(self.vocabulary.start_of_transcript)
        logits, cache = self.backend.step(prompt, None, self.memory, [start, len(self.prompt) - 1])
        at_start = log_softmax(logits[0, 0])
        self.no_speech = float(np.exp(at_start[self.vocabulary.no_speech]))
        has_text = self.prompt[-1] < self.vocabulary.end_of_text  # the prompt ends with what was written before
        first = log_softmax(logits[:, -1] + self.vocabulary.bias(first=not has_text))
        greedy = self.width == 1 and self.temperature == 0.0
        rows: Sequence[Any] = self._greedy(first, cache, draft) if greedy else self._several(first, cache)
        return max((self._hypothesis(*row) for row in rows), key=lambda h: h.average_log_probability)

    def _hypothesis(
        self,
        tokens: list[int],
        scores: list[float],
        attention: NDArray[np.float32] | None = None,
        reading: Reading | None = None,
        considered: tuple[Considered, ...] | None = None,
    ) -> Hypothesis:
        text = self.vocabulary.decode(tokens)
        heard = (attention, reading, considered)
        return Hypothesis(tuple(tokens), tuple(scores), self.no_speech, self.temperature, text, *heard)

    def _greedy(
        self, scores: LogProbabilities, cache: Any, draft: Sequence[int]
    ) -> list[tuple[list[int], list[float], NDArray[np.float32] | None, Reading, tuple[Considered, ...]]]:
        tokens: list[int] = []
        considered = [likeliest(scores[0])]
        guess = list(takewhile(range(self.vocabulary.end_of_text).__contains__, draft))[: self.options.longest]
        while (token := int(considered[-1].tokens[0])) != self.vocabulary.end_of_text:
            if len(tokens) >= self.options.longest:
                break
            cache = self._read(guess if guess[:1] == [token] else [token], cache, tokens, considered)
            guess = []
        noted = self.backend.attention(cache)
        reading = Reading((*self.prompt, *tokens), cache)
        chosen = [float(each.log_probabilities[0]) for each in considered]
        return [(tokens, chosen, None if noted is None else noted[0], reading, tuple(considered))]

    def _read(self, guess: list[int], cache: Any, tokens: list[int], considered: list[Considered]) -> Any:
        """Reads a guess, whose first token is right, and appends what of it is right, each with what may come next.

        Returns the cache of all that was appended.
        """
        bias = self.vocabulary.bias(first=False)
        candidates, scores, cache = self.backend.choose(np.array([guess]), cache, self.memory, bias)
        following = guess[0]
        for place, token in enumerate(guess):
            if token != following:
                return self.backend.truncate(cache, len(self.prompt) + len(tokens))
            tokens.append(token)
            following = int(candidates[0, place, 0])
            considered.append(Considered(candidates[0, place], scores[0, place]))
        return cache

    def _several(self, scores: LogProbabilities, cache: Any) -> list[tuple[list[int], list[float]]]:
        live: list[tuple[list[int], list[float]]] = [([], [])]
        ended: list[tuple[list[int], list[float]]] = []
        for _ in range(self.options.longest):
            parents, live = self._extend(live, scores, ended)
            if not live or len(ended) >= self.width:
                break
            rows = np.array(parents, np.int64)
            cache = self.backend.select(cache, rows)
            last = np.array([[tokens[-1]] for tokens, _ in live], np.int64)
            logits, cache = self.backend.step(last, cache, self.memory)
            scores = log_softmax(logits[:, -1] + self.vocabulary.bias(first=False))
        return ended or live

    def _extend(
        self,
        live: Sequence[tuple[list[int], list[float]]],
        scores: LogProbabilities,
        ended: list[tuple[list[int], list[float]]],
    ) -> tuple[list[int], list[tuple[list[int], list[float]]]]:
        """Rows go on by one token; those that reach the end move to `ended`. Returns parents and the rows that live."""
        parents: list[int] = []
        extended: list[tuple[list[int], list[float]]] = []
        for parent, token in self._choose(live, scores):
            tokens, chosen = live[parent]
            chosen = [*chosen, float(scores[parent, token])]
            if token == self.vocabulary.end_of_text:
                ended.append((tokens, chosen))
            else:
                parents.append(parent)
                extended.append(([*tokens, token], chosen))
        return parents, extended

    def _choose(self, live: Sequence[tuple[list[int], list[float]]], scores: LogProbabilities) -> list[tuple[int, int]]:
        """(row, token) pairs: the best continuations of all beams together, or one draw for every sample."""
        if self.temperature == 0.0:
            totals = scores + np.array([sum(chosen) for _, chosen in live], np.float32)[:, None]
            best = np.argpartition(totals, -self.width, axis=None)[-self.width :]
            return [divmod(int(index), scores.shape[1]) for index in best[np.argsort(-totals.ravel()[best])]]
        parents = range(len(live)) if live[0][0] else [0] * self.width
        gumbel = self.random.gumbel(size=(len(parents), scores.shape[1]))
        drawn = (scores[list(parents)] / self.temperature + gumbel).argmax(axis=1)
        return [(parent, int(token)) for parent, token in zip(parents, drawn, strict=True)]


def likeliest(scores: LogProbabilities) -> Considered:
    """Of the log-probabilities of all tokens the largest."""
    best = np.argpartition(-scores, CANDIDATES)[:CANDIDATES]
    best = best[np.argsort(-scores[best], kind="stable")]
    return Considered(best, scores[best])


def log_softmax(logits: NDArray[np.float32]) -> LogProbabilities:
    """Natural logarithms of probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
