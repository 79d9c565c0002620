"""What training makes smaller: surprise at the labels, and distance from the teacher's beliefs and hearing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from adaptation.training.batches import IGNORED, Batch, Batches
from adaptation.training.network import Network
from adaptation.training.teacher import Teacher


@dataclass(frozen=True)
class LossWeights:
    """`beliefs`: the divergence from what the teacher believes; `taught_labels`: the label where that is known
    (elsewhere it counts as 1); `states`: the distance from the teacher's last states, of its decoder and of an encoder
    that learns too, as a share of their power."""

    beliefs: float = 1.0
    taught_labels: float = 0.3
    states: float = 1.0


def compute_loss(
    network: Network, batch: Batch, weights: LossWeights, *, bfloat16: bool, teacher: Teacher | None = None
) -> Tensor:
    """The loss for each label token of the batch, in nats; with `bfloat16` the products are computed in that.

    A `teacher` says what it believes and how it got there; without one, what a label says of its beliefs counts.
    """
    is_learned = batch.wanted != IGNORED
    with torch.autocast(batch.sound.device.type, torch.bfloat16, enabled=bfloat16):
        memory = batch.sound if batch.context is None else network.encode(batch.sound, batch.context)
        hidden = network.decode(batch.tokens, memory, batch.log_counts)[is_learned]
        logits = network.project(hidden)
    sure = functional.log_softmax(logits.float(), dim=-1)
    label = functional.nll_loss(sure, batch.wanted[is_learned], reduction="none")
    if teacher is None:
        is_known = batch.is_noted[is_learned]
        divergence = _noted_divergence(sure[is_known], batch, is_learned & batch.is_noted)
        distance = torch.zeros((), device=label.device)
    else:
        is_known = batch.is_taught.unsqueeze(1).expand_as(is_learned)[is_learned]
        taught = teacher.read(batch, memory, is_learned, bfloat16=bfloat16)
        divergence = functional.kl_div(sure[is_known], taught.sure[is_known], reduction="sum", log_target=True)
        distance = _distance(hidden[is_known], taught.hidden[is_known])
        if taught.memory is not None:
            distance = distance + _distance(memory, taught.memory)
    total = (label * torch.where(is_known, weights.taught_labels, 1.0)).sum() + weights.beliefs * divergence
    return total / max(1, len(label)) + weights.states * distance


def _noted_divergence(sure: Tensor, batch: Batch, where: Tensor) -> Tensor:
    """`sure`[n, vocabulary] against what is noted of the teacher's beliefs there."""
    believed = batch.log_probabilities[where].exp()
    return (believed * (believed.clamp_min(1e-9).log() - sure.gather(-1, batch.candidates[where]))).sum()


def mean_loss(network: Network, batches: Batches, weights: LossWeights, device: torch.device) -> float:
    """The loss a label over all batches of the first epoch; the caller says whether gradients are kept."""
    total, labels = total_loss(network, batches, weights, device)
    return total / labels


def total_loss(network: Network, batches: Batches, weights: LossWeights, device: torch.device) -> tuple[float, int]:
    """The loss of all labels of the first epoch, in float32, and how many they are."""
    total, labels = 0.0, 0
    for number, group in enumerate(batches.plan(0)):
        batch = batches.assemble(group, 0, number).to(device)
        learned = int((batch.wanted != IGNORED).sum())
        total += learned * float(compute_loss(network, batch, weights, bfloat16=False))
        labels += learned
    return total, labels


def _distance(found: Tensor, wanted: Tensor) -> Tensor:
    """As a share of the power of what is wanted; 0 of nothing."""
    wanted = wanted.float()
    return functional.mse_loss(found.float(), wanted, reduction="sum") / wanted.square().sum().clamp_min(1e-9)
