"""A batch that the memory does not hold teaches the same in parts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny_whisper import tiny_checkpoint
from torch import Tensor

from adaptation.training.batches import Batch, Batches, BatchOptions, Example
from adaptation.training.gradients import Gradients
from adaptation.training.losses import LossWeights
from adaptation.training.network import Network
from speech.context import Context
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import ModelSettings, read_settings

PROCESSOR = torch.device("cpu")


class SmallMachine(Network):
    """Has no room for more than so many clips at a time, as a graphics card hasn't."""

    most = 99

    def encode(self, mel: Tensor, context: Context | None = None) -> Tensor:
        if len(mel) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().encode(mel, context)


@pytest.fixture(scope="module")
def batches(base_model: InstalledModel) -> Batches:
    checkpoint = tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer(base_model))
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    noise = np.random.default_rng(0).normal(0, 0.1, (5, 16_000)).astype(np.float32)
    texts = ["one", "two words", "three of them", "no word more", "five"]
    examples = [Example(sound, text) for sound, text in zip(noise, texts, strict=True)]
    options = BatchOptions(joined=0.0, cut=0.0)
    return Batches(examples, vocabulary, vocabulary.prompt("en"), 80, None, options)


def tokenizer(model: InstalledModel) -> str:
    return read_settings(model.checkpoint_folder).tokenizer


def learned(batches: Batches, model: InstalledModel, most: int) -> tuple[float, dict[str, Tensor], list[int]]:
    network = SmallMachine(tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer(model)))
    network.most = most
    sizes = []

    def assemble(part: list[Example]) -> Batch:
        sizes.append(len(part))
        return batches.assemble(part, 0, 0)

    gradients = Gradients(network, LossWeights(), PROCESSOR, bfloat16=False)
    for _ in range(2):
        network.zero_grad()
        loss = gradients.add(sorted(batches.plan(0)[0], key=lambda example: example.text), assemble)
    return loss, {name: p.grad for name, p in network.named_parameters() if p.grad is not None}, sizes


def test_parts_teach_what_the_whole_batch_does(batches: Batches, base_model: InstalledModel) -> None:
    whole, parts = learned(batches, base_model, 99), learned(batches, base_model, 2)
    assert whole[0] == pytest.approx(parts[0], rel=1e-5)
    for name, gradient in whole[1].items():
        torch.testing.assert_close(parts[1][name], gradient, atol=1e-5, rtol=1e-3)
    assert len(set(whole[2])) == 1
    assert max(parts[2][-4:]) <= 2  # the second batch is not tried as a whole again


def test_a_machine_without_room_for_one_clip_says_so(batches: Batches, base_model: InstalledModel) -> None:
    with pytest.raises(MemoryError):
        learned(batches, base_model, 0)
