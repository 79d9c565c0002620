"""From clips to batches: sound cut to its own length, tokens with what the teacher believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adaptation.augmentation import Augmentation, Samples
from adaptation.training.labels import CANDIDATES, Label
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.context import Context, Silence, positions_of
from speech.features import log_mel
from speech.vocabulary import Vocabulary

IGNORED = -100
_LONGEST_S = 29.5
_LONGEST_TOKENS = 200
_PAUSES_S = (0.15, 0.9)
_MORE_S = 1.0  # of silence as it is, at most, than a student needs that learns to need little


@dataclass(frozen=True)
class Example:
    """A clip in memory. Without words it cannot be cut short, and without candidates nobody noted what the
    teacher believed; `is_taught` where the text is the teacher's. `memory` is [positions, state], what an encoder that
    does not learn made of the clip."""

    samples: Samples
    text: str
    words: tuple[tuple[int, float, float], ...] = ()
    tokens: tuple[int, ...] = ()
    candidates: tuple[tuple[int, ...], ...] = ()
    log_probabilities: tuple[tuple[float, ...], ...] = ()
    is_taught: bool = False
    memory: NDArray[np.float16] | None = None

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Batch:
    """`sound`[batch, mels, frames] is to be encoded in `context`, or without one has been already: [batch, context,
    state]; `log_counts`[batch, context] are the context's. `tokens`[batch, n] are read, `wanted`[batch, n] follow them
    (IGNORED where nothing is learned). `is_taught`[batch] rows are the teacher's text; where `is_noted`[batch, n] its
    `candidates`[batch, n, CANDIDATES] have `log_probabilities`."""

    sound: Tensor
    context: Context | None
    log_counts: Tensor
    tokens: Tensor
    wanted: Tensor
    is_taught: Tensor
    is_noted: Tensor
    candidates: Tensor
    log_probabilities: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        moved: dict[str, Any] = {name: value.to(device) for name, value in values.items() if isinstance(value, Tensor)}
        return replace(self, **moved)


@dataclass(frozen=True)
class BatchOptions:
    """`silence` is what the student needs. `joined` and `cut` are the shares of examples that become several clips in a
    row, and the beginning of a clip."""

    seconds: float = 48.0  # of sound in a batch
    silence: Silence = field(default_factory=Silence)
    joined: float = 0.25
    cut: float = 0.25
    seed: int = 0


def load_example(label: Label) -> Example | None:
    """The labelled clip with its sound, or None where there is no text. AudioError when it cannot be read."""
    if label.text is None:
        return None
    samples = load_audio(Path(label.audio)).samples
    return Example(samples, label.text, label.words, label.tokens, label.candidates, label.log_probabilities, True)


class Batches:
    """All examples once an epoch, in another order and with other draws each time; the same for the same seed."""

    def __init__(
        self,
        examples: Sequence[Example],
        vocabulary: Vocabulary,
        prompt: Sequence[int],
        mels: int,
        augmentation: Augmentation | None,
        options: BatchOptions,
    ) -> None:
        self._examples = examples
        self._vocabulary = vocabulary
        self._prompt = list(prompt)
        self._mels = mels
        self._augmentation = augmentation
        self.options = options

    def plan(self, epoch: int) -> list[list[Example]]:
        """What goes into each batch of an epoch: examples of similar length, the batches in random order."""
        draw = np.random.default_rng([self.options.seed, epoch])
        order = draw.permutation(len(self._examples))
        chosen = [self._vary(int(index), draw) for index in order]
        chosen.sort(key=lambda example: example.duration_s + 0.5 * float(draw.random()))
        groups = list(_group(chosen, self.options.seconds))
        return [groups[int(index)] for index in draw.permutation(len(groups))]

    def assemble(self, group: list[Example], epoch: int, number: int) -> Batch:
        """The batch of a plan's group, with the same noise and padding for the same epoch and number."""
        draw = np.random.default_rng([self.options.seed, epoch, number])
        sounds = [self._sound(example, int(draw.integers(2**31))) for example in group]
        silence = self.options.silence
        more = _MORE_S if silence.min_padding_s is not None else 0.0
        padding = silence.kept_s + float(draw.uniform(0.0, more))
        positions = positions_of(max(len(sound) for sound in sounds) / SAMPLE_RATE_HZ + padding)
        mel = np.concatenate([log_mel(sound, self._mels, 2 * positions) for sound in sounds])
        context = silence.context(positions)
        return self.with_tokens(torch.from_numpy(mel), context, [context.log_counts] * len(group), group)

    def vary(self, epoch: int) -> list[Example]:
        """The examples of an epoch as they would be heard in it, cut, joined and noisy."""
        draw = np.random.default_rng([self.options.seed, epoch])
        chosen = [self._vary(index, draw) for index in range(len(self._examples))]
        return [replace(each, samples=self._sound(each, int(draw.integers(2**31)))) for each in chosen]

    def _vary(self, index: int, draw: np.random.Generator) -> Example:
        example = self._examples[index]
        choice = draw.random()
        if choice < self.options.cut and len(example.words) > 1:
            return _cut(example, draw)
        if choice > 1.0 - self.options.joined and example.duration_s < _LONGEST_S / 2:
            return self._join(example, draw)
        return example

    def _join(self, example: Example, draw: np.random.Generator) -> Example:
        """Up to five clips with pauses between them, their texts in a row."""
        parts, texts, is_taught = [example.samples], [example.text], example.is_taught
        for _ in range(int(draw.integers(1, 5))):
            other = self._examples[int(draw.integers(len(self._examples)))]
            pause = np.zeros(int(draw.uniform(*_PAUSES_S) * SAMPLE_RATE_HZ), np.float32)
            if sum(map(len, [*parts, pause, other.samples])) > _LONGEST_S * SAMPLE_RATE_HZ:
                break
            parts += [pause, other.samples]
            texts.append(other.text)
            is_taught = is_taught and other.is_taught
        joined = Example(np.concatenate(parts), " ".join(texts), is_taught=is_taught)
        return joined if len(texts) > 1 else example

    def _sound(self, example: Example, seed: int) -> Samples:
        if self._augmentation is None:
            return example.samples
        changed = self._augmentation.apply(example.samples, seed)
        return changed[: int(_LONGEST_S * SAMPLE_RATE_HZ)]

    def with_tokens(
        self, sound: Tensor, context: Context | None, log_counts: list[NDArray[np.float32]], group: list[Example]
    ) -> Batch:
        """The batch of a sound, as `Batch` has it, and what is learned from it."""
        texts = [self._tokens(example) for example in group]
        longest = max(map(len, texts)) + len(self._prompt) - 1
        tokens = torch.full((len(group), longest), self._vocabulary.end_of_text)
        wanted = torch.full((len(group), longest), IGNORED)
        is_taught = torch.tensor([example.is_taught for example in group])
        is_noted = torch.zeros((len(group), longest), dtype=torch.bool)
        candidates = torch.zeros((len(group), longest, CANDIDATES), dtype=torch.long)
        believed = torch.zeros((len(group), longest, CANDIDATES))
        for row, (example, text) in enumerate(zip(group, texts, strict=True)):
            first, last = len(self._prompt) - 1, len(self._prompt) - 1 + len(text)
            tokens[row, :last] = torch.tensor([*self._prompt, *text[:-1]])
            wanted[row, first:last] = torch.tensor(text)
            if example.candidates:
                is_noted[row, first:last] = True
                candidates[row, first:last] = torch.tensor(example.candidates)
                believed[row, first:last] = torch.tensor(example.log_probabilities)
        counts = torch.from_numpy(np.stack(log_counts))
        return Batch(sound, context, counts, tokens, wanted, is_taught, is_noted, candidates, believed)

    def _tokens(self, example: Example) -> list[int]:
        if example.tokens:
            return list(example.tokens)
        return [*self._vocabulary.encode(" " + example.text)[:_LONGEST_TOKENS], self._vocabulary.end_of_text]


def _cut(example: Example, draw: np.random.Generator) -> Example:
    """The beginning of the clip, ending behind a word as a live session hears it."""
    last = int(draw.integers(1, len(example.words)))
    end, _, word_end_s = example.words[last - 1]
    following_s = example.words[last][1]
    end_s = min(word_end_s + float(draw.uniform(0.0, 0.25)), max(word_end_s, following_s))
    samples = example.samples[: max(1, int(end_s * SAMPLE_RATE_HZ))]
    return Example(samples, example.text[:end], is_taught=example.is_taught)


def _group(examples: Sequence[Example], seconds: float) -> Iterator[list[Example]]:
    """Runs of neighbours that together, filled up to their longest, are not much above that many seconds."""
    group: list[Example] = []
    for example in examples:
        if group and (len(group) + 1) * max(example.duration_s, 1.5) > seconds:
            yield group
            group = []
        group.append(example)
    if group:
        yield group


def restrict(example: Example, numbers: NDArray[np.int64]) -> Example:
    """The example in a smaller vocabulary; `numbers` gives each old token its new one, or -1. What it cannot say is
    encoded anew from the text, without the teacher's beliefs."""
    if not example.tokens:
        return example
    tokens = numbers[list(example.tokens)]
    if (tokens < 0).any():
        return replace(example, tokens=(), candidates=(), log_probabilities=())
    candidates = numbers[np.array(example.candidates)]
    believed = np.where(candidates < 0, -np.inf, np.array(example.log_probabilities))
    return replace(
        example,
        tokens=tuple(map(int, tokens)),
        candidates=tuple(map(tuple, np.maximum(candidates, 0).tolist())),
        log_probabilities=tuple(map(tuple, believed.tolist())),
    )
