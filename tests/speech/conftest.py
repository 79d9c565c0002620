"""A loaded recogniser shared by the tests of speech, and a random Whisper with the real tokenizer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from random_whisper import RandomWhisper
from tiny_whisper import tiny_checkpoint

from speech.backends.onnx import OnnxBackend
from speech.graph import build_graphs
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import read_checkpoint, read_settings, write_checkpoint


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
    tiny = tiny_checkpoint(3, vocabulary=51865, heads=2, tokenizer=tokenizer)
    lively = {name: tensor * 4 if "_proj.weight" in name else tensor for name, tensor in tiny.tensors.items()}
    write_checkpoint(replace(tiny, tensors=lively), folder)  # attention that makes a difference
    checkpoint = read_checkpoint(folder)  # the weights as float16 left them
    build_graphs(checkpoint, folder / "fp32", "fp32")
    return RandomWhisper(checkpoint, folder, folder / "fp32")


@pytest.fixture(scope="session")
def random_backend(random_whisper: RandomWhisper) -> OnnxBackend:
    return OnnxBackend(random_whisper.graphs, precision="fp32")


@pytest.fixture(scope="session")
def base_in_fp32(base_model: InstalledModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Whisper base's graphs without quantization."""
    folder = tmp_path_factory.mktemp("base-fp32")
    build_graphs(read_checkpoint(base_model.checkpoint_folder), folder, "fp32")
    return folder
