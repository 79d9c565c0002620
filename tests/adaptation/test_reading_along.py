"""A teacher that reads along pulls its student to itself, and batches made ahead are those made in turn."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_whisper import tiny_checkpoint
from torch import Tensor

from adaptation.augmentation import Augmentation
from adaptation.training.assembly import assemble_ahead
from adaptation.training.batches import Batch, Batches, BatchOptions, Example
from adaptation.training.loop import LoopOptions, train
from adaptation.training.network import Network
from adaptation.training.teacher import Teacher
from speech.context import Silence, sparse
from speech.features import log_mel
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings, read_settings

PROCESSOR, CARD = torch.device("cpu"), torch.device("cuda")


@pytest.fixture(scope="module")
def checkpoint(base_model: InstalledModel) -> Checkpoint:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    return tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer)


def batches_of(checkpoint: Checkpoint, augmentation: Augmentation | None = None) -> Batches:
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    noise = np.random.default_rng(0).normal(0, 0.1, (6, 16_000)).astype(np.float32)
    examples = [Example(sound, f"word number {n}", is_taught=True) for n, sound in enumerate(noise)]
    options = BatchOptions(seconds=3.0, silence=Silence(0.5))
    return Batches(examples, vocabulary, vocabulary.prompt("en"), 80, augmentation, options)


@pytest.mark.slow
def test_an_encoder_learns_to_do_without_the_silence(checkpoint: Checkpoint, tmp_path: Path) -> None:
    batches, teacher = batches_of(checkpoint), Network(checkpoint).eval()
    student = Network(checkpoint)
    torch.manual_seed(0)
    with torch.no_grad():  # a tiny one hears little silence as it hears all of it
        for layer in student.whisper.model.encoder.layers:
            layer.fc1.weight.add_(0.3 * layer.fc1.weight.std() * torch.randn_like(layer.fc1.weight))
    sound = batches.plan(0)[0][0].samples

    def distance() -> float:
        with torch.no_grad():
            wanted = teacher.encode(torch.from_numpy(log_mel(sound, 80)))[:, :50]
            found = student.eval().encode(torch.from_numpy(log_mel(sound, 80, 110)), sparse(55))[:, :50]
        return float((found - wanted).square().mean() / wanted.square().mean())

    before = distance()
    student.teach_encoder_alone()
    options = LoopOptions(epochs=8, learning_rate=1e-3)
    train(student, batches, tmp_path, options, teacher=Teacher(Network(checkpoint), hears=True))
    assert distance() < 0.7 * before
    pairs = zip(student.named_parameters(), teacher.parameters(), strict=True)
    changed = {name.split(".")[2] for (name, one), other in pairs if not torch.equal(one, other)}
    assert changed == {"encoder"}


@pytest.mark.slow
def test_a_decoder_learns_what_its_teacher_believes(checkpoint: Checkpoint, tmp_path: Path) -> None:
    batches, teacher = batches_of(checkpoint), Network(checkpoint).eval()
    student = Network(checkpoint)
    student.fading[0] = 0.0  # it has lost its first layer
    batch = batches.assemble(batches.plan(0)[0], 0, 0)

    def divergence() -> float:
        with torch.no_grad():
            sure = [
                network.project(network.decode(batch.tokens, network.encode(batch.sound, batch.context))).log_softmax(
                    -1
                )
                for network in (teacher, student.eval())
            ]
        return float((sure[0].exp() * (sure[0] - sure[1])).sum(-1).mean())

    before = divergence()
    student.teach_decoder_alone()
    options = LoopOptions(epochs=12, learning_rate=3e-3)
    train(student, batches, tmp_path, options, teacher=Teacher(Network(checkpoint), hears=False))
    assert divergence() < 0.5 * before


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_batches_made_ahead_are_those_made_in_turn(checkpoint: Checkpoint) -> None:
    batches = batches_of(checkpoint, Augmentation())
    groups = batches.plan(3)
    assert len(groups) > 2
    ahead = list(assemble_ahead(batches, groups, 3, 1, CARD))
    assert len(ahead) == len(groups) - 1
    for number, made in enumerate(ahead, start=1):
        assert_same(made, batches.assemble(groups[number], 3, number))
    for made, inline in zip(ahead, assemble_ahead(batches, groups, 3, 1, PROCESSOR), strict=True):
        assert_same(made, inline)


class DyingBatches(Batches):
    """Whoever makes one of them is ended by the system, as where its memory is full."""

    def assemble(self, group: list[Example], epoch: int, number: int) -> Batch:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_process_that_the_system_ends_is_told_as_full_memory(checkpoint: Checkpoint) -> None:
    batches = batches_of(checkpoint)
    batches.__class__ = DyingBatches
    with pytest.raises(MemoryError):
        next(assemble_ahead(batches, batches.plan(0), 0, 0, CARD))


def assert_same(one: Batch, other: Batch) -> None:
    assert one.context is not None and other.context is not None
    np.testing.assert_array_equal(one.context.rows, other.context.rows)
    tensors = [[value for value in vars(batch).values() if isinstance(value, Tensor)] for batch in (one, other)]
    for a, b in zip(*tensors, strict=True):
        assert torch.equal(a, b)
