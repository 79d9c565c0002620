"""What training makes smaller: surprise at the labels, and distance from the teacher's beliefs and hearing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from adaptation.training.batches import IGNORED, Batch, Batches
from adaptation.training.network import Network


@dataclass(frozen=True)
class LossWeights:
    """`beliefs`: the divergence from the teacher's likeliest tokens; `taught_labels`: the label where those are known
    (elsewhere it counts as 1); `memory`: the distance from the teacher's encoder, as a share of its power."""

    beliefs: float = 1.0
    taught_labels: float = 0.3
    memory: float = 2.0


def compute_loss(network: Network, batch: Batch, weights: LossWeights, *, bfloat16: bool) -> Tensor:
    """The loss for each label token of the batch, in nats; with `bfloat16` the products are computed in that."""
    with torch.autocast(batch.sound.device.type, torch.bfloat16, enabled=bfloat16):
        memory = batch.sound if batch.context is None else network.encode(batch.sound, batch.context)
        hidden = network.decode(batch.tokens, memory, batch.log_counts)
        is_learned = batch.wanted != IGNORED
        logits = network.project(hidden[is_learned])
    sure = functional.log_softmax(logits.float(), dim=-1)
    label = functional.nll_loss(sure, batch.wanted[is_learned], reduction="none")
    taught = batch.is_taught[is_learned]
    believed = batch.log_probabilities[is_learned][taught].exp()
    said = sure[taught].gather(-1, batch.candidates[is_learned][taught])
    divergence = (believed * (believed.clamp_min(1e-9).log() - said)).sum()
    total = (label * torch.where(taught, weights.taught_labels, 1.0)).sum() + weights.beliefs * divergence
    loss = total / max(1, len(label))
    return loss + weights.memory * _distance(memory, batch) if len(batch.places) else loss


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


def _distance(memory: Tensor, batch: Batch) -> Tensor:
    reached = batch.places[:, 1] < memory.shape[1]
    rows, positions = batch.places[reached].T
    target = batch.memory[reached]
    return functional.mse_loss(memory[rows, positions].float(), target) / target.square().mean()
