"""Several trainings of a model on the same machine, each from its own beginning, that are told as one and go on after
a kill; and how strong a change is best on clips that it was not learned from."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from adaptation.augmentation import Augmentation, AugmentationOptions
from adaptation.training.batches import Batches, BatchOptions, Example
from adaptation.training.loop import LoopOptions, Step, train
from adaptation.training.losses import LossWeights, total_loss
from adaptation.training.low_rank import LowRankNetwork
from speech.context import Silence
from speech.vocabulary import Vocabulary
from speech.weights import ModelSettings, read_checkpoint

if TYPE_CHECKING:
    from adaptation.finetune import FinetuneOptions
    from speech.store import InstalledModel

_MOST_PARTS = 3  # that are left out in turn
_MEASURED_S = 60.0  # of left-out clips, by which a strength can be chosen
_STRENGTHS = (0.0, 0.3, 0.6, 0.9, 1.2)


@dataclass(frozen=True)
class Advance:
    """The share of all that is done, the loss where it is, and an estimate of the time to come."""

    share: float
    loss: float
    remaining_s: float


class Lessons:
    """Trainings with the same model, general speech (in random order) and options. `folder` keeps what a killed run
    needs."""

    def __init__(
        self,
        model: InstalledModel,
        general: Sequence[Example],
        folder: Path,
        options: FinetuneOptions,
        device: str,
        on_advance: Callable[[Advance], None],
    ) -> None:
        self.folder = folder
        self._checkpoint = read_checkpoint(model.checkpoint_folder)
        settings = ModelSettings(self._checkpoint.config, self._checkpoint.generation, self._checkpoint.tokenizer)
        self._vocabulary = Vocabulary.of(settings)
        self._silence = Silence.of(self._checkpoint.config, model.min_padding_s)
        self._general = general
        self._options = options
        self._device = torch.device(device)
        self._on_advance = on_advance
        self._done_s = self._skipped_s = 0.0  # of sound
        self._planned_s = 0.0
        self._started = time.monotonic()

    def plan(self, examples: Sequence[Sequence[Example]]) -> None:
        """Says what the trainings to come learn from, for the estimate of their time."""
        self._planned_s = sum(map(_duration_s, examples))

    def beginning(self) -> LowRankNetwork:
        """A network that has learned nothing."""
        options = self._options
        return LowRankNetwork(self._checkpoint, options.matrices, options.rank, options.decoder, options.seed)

    def learn(self, name: str, examples: Sequence[Example], held_out: Sequence[Example] = ()) -> LowRankNetwork:
        """A network that has learned from the examples and as much general speech as the options ask for."""
        options, network = self._options, self.beginning()
        own_s = _duration_s(examples)
        left_s = max(own_s, self._planned_s - self._done_s - self._skipped_s)
        minutes = None if options.minutes is None else self._minutes_left(options.minutes) * own_s / left_s
        batching = BatchOptions(options.batch_seconds, self._silence, options.joined, cut=0.0, seed=options.seed)
        train(
            network,
            self._batches([*examples, *self._drawn(own_s)], batching, _augmentation()),
            self.folder / name,
            LoopOptions(epochs=options.epochs, learning_rate=options.learning_rate, weight_decay=0.0),
            held_out=self._unchanged(held_out) if held_out else None,
            device=self._device,
            minutes=minutes,
            on_step=lambda step: self._tell(step, own_s),
        )
        self._done_s += own_s
        return network

    def skip(self, examples: Sequence[Example]) -> None:
        """Counts a training as done, as it was by a run that was killed later."""
        self._skipped_s += _duration_s(examples)

    def losses(self, network: LowRankNetwork, examples: Sequence[Example]) -> list[float]:
        """The loss of all labels of the examples together at each of the strengths, in nats."""
        found = []
        for strength in _STRENGTHS:
            network.set_strength(strength)
            with torch.no_grad():
                found.append(total_loss(network, self._unchanged(examples), LossWeights(), self._device)[0])
        return found

    def _unchanged(self, examples: Sequence[Example]) -> Batches:
        options = BatchOptions(silence=self._silence, joined=0.0, cut=0.0, seed=self._options.seed)
        return self._batches(examples, options, None)

    def _batches(
        self, examples: Sequence[Example], options: BatchOptions, augmentation: Augmentation | None
    ) -> Batches:
        prompt, mels = self._vocabulary.prompt(self._options.language), self._checkpoint.config["num_mel_bins"]
        return Batches(examples, self._vocabulary, prompt, mels, augmentation, options)

    def _drawn(self, own_s: float) -> Iterator[Example]:
        """The first of the general speech, as much as makes up its share."""
        left_s = own_s * self._options.replay / (1.0 - self._options.replay)
        for example in self._general:
            if left_s <= 0.0:
                return
            yield example
            left_s -= example.duration_s

    def _minutes_left(self, minutes: float) -> float:
        return max(0.0, minutes - (time.monotonic() - self._started) / 60)

    def _tell(self, step: Step, own_s: float) -> None:
        planned_s = max(self._planned_s, self._done_s + own_s)
        now_s = self._done_s + own_s * step.step / max(1, step.steps)
        left_s = planned_s - self._skipped_s - now_s
        remaining_s = (time.monotonic() - self._started) * left_s / now_s
        self._on_advance(Advance((self._skipped_s + now_s) / planned_s, step.loss, remaining_s))


def choose_strength(lessons: Lessons, examples: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """The strength of a change learned from all the examples that will do best for its author: the one at which
    changes learned without a part of them have the lowest loss on that part; and the loss a label at each strength.

    A third is left out at a time, until a minute has been measured or all three were.
    """
    parts, measured_s = [], 0.0
    for start in range(min(_MOST_PARTS, len(examples))):
        if measured_s < _MEASURED_S:
            parts.append(list(examples[start::_MOST_PARTS]))
            measured_s += _duration_s(parts[-1])
    rests = [
        [e for index, e in enumerate(examples) if index % _MOST_PARTS != left_out] for left_out in range(len(parts))
    ]
    lessons.plan([*rests, examples])
    totals = np.zeros(len(_STRENGTHS))
    for number, (part, rest) in enumerate(zip(parts, rests, strict=True)):
        totals += _losses_without(lessons, number, part, rest)
    best = _STRENGTHS[int(np.argmin(totals))]
    return best, {str(strength): round(float(total), 2) for strength, total in zip(_STRENGTHS, totals, strict=True)}


def _losses_without(
    lessons: Lessons, number: int, part: Sequence[Example], rest: Sequence[Example]
) -> NDArray[np.float64]:
    """The losses on a part of a change learned from the rest, kept for a run that goes on."""
    path = lessons.folder / f"losses-{number}.json"
    if path.is_file():
        lessons.skip(rest)
        return np.array(json.loads(path.read_text(encoding="utf-8")))
    name = f"without-{number}"
    found = lessons.losses(lessons.learn(name, rest), part)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(found), encoding="utf-8")
    new.replace(path)
    shutil.rmtree(lessons.folder / name)  # as large as the model
    return np.array(found)


def _augmentation() -> Augmentation:
    return Augmentation(AugmentationOptions(noise=0.2, voices=0.0, hum=0.05, band=0.05, lowest_snr_db=10.0))


def _duration_s(examples: Sequence[Example]) -> float:
    return sum(example.duration_s for example in examples)
