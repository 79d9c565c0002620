"""A loaded recogniser shared by the tests of speech, and a random Whisper with the real tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tiny_whisper import tiny_checkpoint

from speech.backends.onnx import OnnxBackend
from speech.graph import build_graphs
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, read_checkpoint, read_settings, write_checkpoint


@dataclass(frozen=True)
class RandomWhisper:
    """Two layers, two heads, random weights, the real tokenizer: `folder` in Hugging Face form, `graphs` in fp32."""

    checkpoint: Checkpoint
    folder: Path
    graphs: Path


@pytest.fixture(scope="session")
def recognizer(base_model: InstalledModel) -> Recognizer:
    """Whisper base as users run it."""
    return Recognizer.open(base_model)


@pytest.fixture(scope="session")
def vocabulary(base_model: InstalledModel) -> Vocabulary:
    """That of multilingual Whisper."""
    return Vocabulary.of(read_settings(base_model.checkpoint_folder))


@pytest.fixture(scope="session")
def random_whisper(base_model: InstalledModel, tmp_path_factory: pytest.TempPathFactory) -> RandomWhisper:
    folder = tmp_path_factory.mktemp("random")
    tokenizer = (base_model.checkpoint_folder / "tokenizer.json").read_text(encoding="utf-8")
    write_checkpoint(tiny_checkpoint(3, vocabulary=51865, heads=2, tokenizer=tokenizer), folder)
    checkpoint = read_checkpoint(folder)  # the weights as float16 left them
    build_graphs(checkpoint, folder / "fp32", "fp32")
    return RandomWhisper(checkpoint, folder, folder / "fp32")


@pytest.fixture(scope="session")
def random_backend(random_whisper: RandomWhisper) -> OnnxBackend:
    return OnnxBackend(random_whisper.graphs, precision="fp32")
