"""Batches made ahead by other processes, for a card that learns faster than one process cuts and mixes sound."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch.utils.data import DataLoader, Dataset

from adaptation.training.batches import Batch, Batches, Example

_MOST_WORKERS = 16


@dataclass(frozen=True)
class _Groups(Dataset[Batch]):
    batches: Batches
    groups: list[list[Example]]
    epoch: int

    def __getitem__(self, number: int) -> Batch:
        return self.batches.assemble(self.groups[number], self.epoch, number)


def assemble_ahead(
    batches: Batches, groups: list[list[Example]], epoch: int, first: int, device: torch.device
) -> Iterator[Batch]:
    """The batches of a plan's groups from `first` on, each as `assemble` makes it; for a card by as many processes as
    there are cores, where those share the examples' memory. MemoryError when the system ended one of them."""
    forks = device.type == "cuda" and sys.platform == "linux"
    workers = min(_MOST_WORKERS, len(os.sched_getaffinity(0))) if forks else 0
    loader = DataLoader(
        _Groups(batches, groups, epoch),
        batch_size=None,
        sampler=range(first, len(groups)),
        num_workers=workers,
        multiprocessing_context="fork" if workers else None,
    )
    try:
        yield from loader
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise MemoryError from error
