"""The gradients of a batch: of its parts one after the other, where the memory does not hold it at once."""

from __future__ import annotations

from collections.abc import Callable

import torch

from adaptation.training.batches import IGNORED, Batch, Example
from adaptation.training.losses import LossWeights, compute_loss
from adaptation.training.network import Network
from adaptation.training.teacher import Teacher


class Gradients:
    """Adds up what a network is to learn. Once a batch did not fit, all that follow are cut into as many parts."""

    def __init__(
        self,
        network: Network,
        weights: LossWeights,
        device: torch.device,
        *,
        bfloat16: bool,
        teacher: Teacher | None = None,
    ) -> None:
        self._network = network
        self._teacher = teacher
        self._weights = weights
        self._device = device
        self._bfloat16 = bfloat16
        self._parts = 1

    def add(self, group: list[Example], assemble: Callable[[list[Example]], Batch]) -> float:
        """Leaves the group's gradients in the network's parameters and gives the loss a label. MemoryError when not
        even one example fits."""
        while True:
            try:
                return self._add(
                    [assemble(group[start :: self._parts]) for start in range(min(self._parts, len(group)))]
                )
            except (MemoryError, RuntimeError) as error:
                if not _is_memory_full(error):
                    raise
                self._network.zero_grad(set_to_none=True)
                if self._parts >= len(group):
                    raise MemoryError from error
                self._parts = min(2 * self._parts, len(group))

    def _add(self, batches: list[Batch]) -> float:
        labels = [int((batch.wanted != IGNORED).sum()) for batch in batches]
        total = 0.0
        for batch, own in zip(batches, labels, strict=True):
            loss = compute_loss(
                self._network, batch.to(self._device), self._weights, bfloat16=self._bfloat16, teacher=self._teacher
            )
            loss = loss * (own / max(1, sum(labels)))
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total


def _is_memory_full(error: Exception) -> bool:
    """torch has an exception for the memory of devices, and none for the processor's, nor has oneDNN."""
    is_told = any(words in str(error) for words in ("DefaultCPUAllocator", "could not create a primitive"))
    return is_told or isinstance(error, (MemoryError, torch.OutOfMemoryError))
