"""Whoever knows already reads along: what it believes at every token, and how it got there."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from adaptation.training.batches import Batch
from adaptation.training.network import Network
from speech.context import LONGEST, whole


@dataclass(frozen=True)
class Taught:
    """Of each label token the teacher's `hidden`[n, state] behind its decoder and `sure`[n, vocabulary], the logarithm
    of its probabilities; `memory`[batch, context, state] where it has heard for itself."""

    hidden: Tensor
    sure: Tensor
    memory: Tensor | None


class Teacher:
    """A network that does not learn any more."""

    def __init__(self, network: Network, *, hears: bool) -> None:
        """With `hears` its own encoder hears the sound, with silence up to 30 s; without, it reads what the student's
        has heard, which must then be the same encoder."""
        self._network = network.eval().requires_grad_(False)
        self._hears = hears

    def read(self, batch: Batch, memory: Tensor, is_learned: Tensor, *, bfloat16: bool) -> Taught:
        """What the teacher makes of a batch whose `memory` the student's encoder made."""
        with torch.no_grad(), torch.autocast(memory.device.type, torch.bfloat16, enabled=bfloat16):
            own = self._hear(batch) if self._hears else memory
            hidden = self._network.decode(batch.tokens, own, None if self._hears else batch.log_counts)[is_learned]
            sure = functional.log_softmax(self._network.project(hidden).float(), dim=-1)
        return Taught(hidden, sure, own[:, : memory.shape[1]] if self._hears else None)

    def _hear(self, batch: Batch) -> Tensor:
        """The sound of a batch ends with silence, whose lowest value goes on up to 30 s."""
        missing = 2 * LONGEST - batch.sound.shape[2]
        silence = batch.sound[:, :, -1:].expand(-1, -1, missing)
        return self._network.encode(torch.cat([batch.sound, silence], 2), whole(LONGEST))
