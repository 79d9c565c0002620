"""Teaching a decoder alone: what the encoder, which stays as it is, makes of each example is computed once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import safetensors
import safetensors.numpy
import torch
from numpy.typing import NDArray

from adaptation.training.batches import Batch, Batches, Example
from speech.context import Context, Silence, positions_of
from speech.features import log_mel

_NEVER = -1e4  # what the counts of positions that fill up a batch are the logarithm of, as good as none
_EVERY = 100  # examples between two writings


class Encoder(Protocol):
    """What hears, such as `speech.backends.onnx.OnnxBackend`."""

    def hear(self, mel: NDArray[np.float32], context: Context) -> NDArray[np.float32]:
        """mel[1, mels, frames] → [1, context, state]."""
        ...


def context_of(example: Example, silence: Silence) -> tuple[int, Context]:
    """The length of the example's mel in positions and the context in which recognition would hear it."""
    positions = positions_of(example.duration_s + silence.kept_s)
    return positions, silence.context(positions)


def hear(
    encoder: Encoder,
    examples: Sequence[Example],
    mels: int,
    silence: Silence,
    folder: Path,
    on_progress: Callable[[float], None] | None = None,
) -> list[Example]:
    """The examples with the encoder's output as float16 in `memory`, kept in `folder` for a run that goes on.

    A file is known by the sounds that it was made of: other examples never get what was kept of these.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heard: list[Example] = []
    for first in range(0, len(examples), _EVERY):
        some = examples[first : first + _EVERY]
        path = folder / f"{digest_of(some, silence)}.safetensors"
        if not path.is_file():
            memories = {str(number): _hear(encoder, example, mels, silence) for number, example in enumerate(some)}
            new = path.with_suffix(".new")
            safetensors.numpy.save_file(memories, new)
            new.replace(path)
        kept = safetensors.numpy.load_file(path)
        heard += [replace(example, memory=kept[str(number)]) for number, example in enumerate(some)]
        if on_progress is not None:
            on_progress(len(heard) / len(examples))
    return heard


def digest_of(examples: Sequence[Example], silence: Silence) -> str:
    """By which the sounds of examples are known, in their order and heard with that silence."""
    digest = hashlib.sha256(repr(silence).encode())
    for example in examples:
        digest.update(len(example.samples).to_bytes(8))
        digest.update(example.samples.tobytes())
    return digest.hexdigest()[:16]


def _hear(encoder: Encoder, example: Example, mels: int, silence: Silence) -> NDArray[np.float16]:
    positions, context = context_of(example, silence)
    memory = encoder.hear(log_mel(example.samples, mels, 2 * positions), context)[0]
    return np.asarray(memory, np.float16)


class HeardBatches(Batches):
    """Batches of examples that have been heard: every epoch the same ones in another order."""

    def _vary(self, index: int, draw: np.random.Generator) -> Example:
        return self._examples[index]

    def assemble(self, group: list[Example], epoch: int, number: int) -> Batch:
        """The batch of a plan's group, filled up to the longest context with what counts as good as nothing."""
        memories = [example.memory for example in group if example.memory is not None]
        longest = max(map(len, memories))
        sound = np.zeros((len(group), longest, memories[0].shape[1]), np.float32)
        counts = [np.full(longest, _NEVER, np.float32) for _ in group]
        for row, (example, memory) in enumerate(zip(group, memories, strict=True)):
            sound[row, : len(memory)] = memory
            counts[row][: len(memory)] = context_of(example, self.options.silence)[1].log_counts
        return self.with_tokens(torch.from_numpy(sound), None, counts, [replace(e, memory=None) for e in group])
