"""A decoder taught behind an encoder that stays: it is taught on what recognition will hear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_whisper import tiny_checkpoint

from adaptation.corpus import Clip
from adaptation.distill import PRESETS, DistillOptions, distill
from adaptation.training.batches import Batch, Batches, BatchOptions, Example
from adaptation.training.hearing import HeardBatches, context_of, hear
from adaptation.training.losses import LossWeights, compute_loss
from adaptation.training.network import Network
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.backends.onnx import OnnxBackend
from speech.context import Silence
from speech.features import log_mel
from speech.graph import build_graphs
from speech.store import InstalledModel, ModelStore
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings, read_settings, write_checkpoint


@pytest.fixture(scope="module")
def checkpoint(base_model: InstalledModel) -> Checkpoint:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    return tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer)


@pytest.fixture(scope="module")
def encoder(checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> OnnxBackend:
    folder = tmp_path_factory.mktemp("graphs")
    build_graphs(checkpoint, folder, "fp32")
    return OnnxBackend(folder, precision="fp32")


@pytest.fixture(scope="module")
def examples(short_sample: Path) -> list[Example]:
    samples = load_audio(short_sample).samples
    return [Example(samples[: round(s * SAMPLE_RATE_HZ)], text) for s, text in ((7.0, "The patient"), (2.0, "has a"))]


def test_what_is_heard_once_teaches_as_what_is_heard_each_time(
    checkpoint: Checkpoint, encoder: OnnxBackend, examples: list[Example], tmp_path: Path
) -> None:
    network = Network(checkpoint).eval()
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    prompt = vocabulary.prompt("en")
    heard = hear(encoder, examples, 80, Silence(), tmp_path)
    options = BatchOptions(joined=0.0, cut=0.0)
    each_time = Batches(examples, vocabulary, prompt, 80, None, options)
    once = HeardBatches(heard, vocabulary, prompt, 80, None, options)

    def loss(batch: Batch) -> float:
        with torch.no_grad():
            return float(compute_loss(network, batch, LossWeights(), bfloat16=False))

    singly = [
        [loss(kind.assemble([example], 0, 0)) for example in some]
        for kind, some in ((each_time, examples), (once, heard))
    ]
    assert np.abs(np.subtract(*singly)).max() < 2e-3
    # together the shorter one is filled up, which no token hears
    tokens = [len(vocabulary.encode(f" {example.text}")) + 1 for example in examples]
    assert loss(once.assemble(heard, 0, 0)) == pytest.approx(np.average(singly[1], weights=tokens), abs=2e-3)


def test_what_is_kept_is_never_taken_for_other_sound(
    encoder: OnnxBackend, examples: list[Example], tmp_path: Path
) -> None:
    first = hear(encoder, examples, 80, Silence(), tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = hear(encoder, examples, 80, Silence(), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    turned = hear(encoder, examples[::-1], 80, Silence(), tmp_path)
    for one, same, other in zip(first, again, turned[::-1], strict=True):
        assert one.memory is not None and same.memory is not None and other.memory is not None
        assert np.array_equal(one.memory, same.memory) and np.array_equal(one.memory, other.memory)


def test_the_network_hears_what_the_graphs_hear(
    checkpoint: Checkpoint, encoder: OnnxBackend, examples: list[Example]
) -> None:
    network = Network(checkpoint).eval()
    for example in examples:
        positions, context = context_of(example, Silence())
        mel = log_mel(example.samples, 80, 2 * positions)
        with torch.no_grad():
            own = network.encode(torch.from_numpy(mel), context).numpy()
        assert np.abs(own - encoder.hear(mel, context)).max() < 2e-3


@pytest.mark.slow
def test_only_the_decoder_learns(checkpoint: Checkpoint, short_sample: Path, tmp_path: Path) -> None:
    write_checkpoint(checkpoint, tmp_path / "tiny")
    teacher = ModelStore(tmp_path / "models").import_folder(tmp_path / "tiny")
    options = DistillOptions(PRESETS["decoder"], epochs=20, learning_rate=1e-2)
    student = distill(teacher, [Clip("a", short_sample, "two words")], [], tmp_path / "work", options)
    before = checkpoint.tensors
    changed = {name for name, tensor in student.tensors.items() if np.abs(tensor - before[name]).max() > 1e-2}
    assert changed and all(name.startswith("model.decoder.layer") for name in changed)
