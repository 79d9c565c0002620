"""Which device a model is opened on, what is said when one does not work, and that it is really tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cards import WORKING_CARD, offer_broken_card, silent
from random_whisper import RandomWhisper

from speech.audio import Waveform, load_audio
from speech.backends.onnx import OnnxBackend
from speech.backends.probe import probe_device
from speech.backends.providers import PROVIDERS
from speech.context import Context
from speech.decoding import DecodingOptions
from speech.errors import ModelError
from speech.recognizer import Recognizer
from speech.store import InstalledModel, ModelStore

SHORT = DecodingOptions(temperatures=(0.0,), longest=3)


@pytest.fixture(scope="module")
def model(random_whisper: RandomWhisper, tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return ModelStore(tmp_path_factory.mktemp("models")).import_folder(random_whisper.folder, "random")


@pytest.fixture(scope="module")
def speech(short_sample: Path) -> Waveform:
    return Waveform(load_audio(short_sample).samples[:48_000])


def test_auto_is_the_processor_where_nothing_else_is_offered(model: InstalledModel) -> None:
    for backend, name in (("onnx", "onnx-cpu-int8"), ("torch", "torch-cpu-fp32")):
        told: list[str] = []
        assert Recognizer.open(model, backend=backend, device="auto", on_notice=told.append).backend.name == name
        assert told == []


def test_auto_takes_a_card_that_works_with_graphs_made_for_it(
    model: InstalledModel, speech: Waveform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROVIDERS, "cuda", WORKING_CARD)
    recognizer = Recognizer.open(model, device="auto", options=SHORT)
    assert recognizer.backend.name == "onnx-cuda-fp32"
    assert (model.graph_folder("fp32") / "encoder.onnx").is_file()
    transcript = recognizer.transcribe(speech)
    assert transcript.backend == "onnx-cuda-fp32"
    assert not any("otoscribe doctor" in warning for warning in transcript.warnings)


@silent
def test_a_card_that_fails_is_left_by_auto_and_refused_by_name(
    model: InstalledModel, speech: Waveform, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_broken_card(monkeypatch)
    told: list[str] = []
    recognizer = Recognizer.open(model, device="auto", options=SHORT, on_notice=told.append)
    assert recognizer.backend.name == "onnx-cpu-int8"
    assert len(told) == 1 and "'cuda' does not work here" in told[0] and "otoscribe doctor" in told[0]
    assert told[0] in recognizer.transcribe(speech).warnings
    assert told[0] not in recognizer.transcribe(speech).warnings and len(told) == 1
    with pytest.raises(ModelError, match=r"'cuda' does not work here.*pip install 'onnxruntime-gpu"):
        probe_device("onnx", "cuda")


def test_a_card_that_fails_in_the_middle_costs_no_words(
    model: InstalledModel, speech: Waveform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first window is written on the card; in the second one it is gone."""
    monkeypatch.setitem(PROVIDERS, "cuda", WORKING_CARD)
    monkeypatch.setattr("speech.recognizer.MOST_ROWS", 1)
    monkeypatch.setattr("speech.recognizer._FULLEST_WINDOW_S", 4.0)  # so that there are several
    short = replace(SHORT, no_speech_threshold=2.0)
    pause = np.zeros(32_000, np.float32)
    twice = Waveform(np.concatenate([speech.samples, pause, speech.samples, pause]))
    told: list[str] = []
    recognizer = Recognizer.open(model, device="cuda", options=short, on_notice=told.append)
    on_card, on_processor = (
        [segment.text for segment in each.transcribe(twice).segments]
        for each in (recognizer, Recognizer.open(model, options=short))
    )
    assert len(on_card) == len(on_processor) > 1 and told == []
    encode, calls = OnnxBackend.encode, iter([False, True])

    def fails_the_second_time(self: OnnxBackend, mel: np.ndarray, context: Context | None) -> object:
        gone = self.name == "onnx-cuda-fp32" and next(calls)
        return encode(self, mel[:, :7] if gone else mel, context)  # of a shape that onnxruntime refuses

    monkeypatch.setattr(OnnxBackend, "encode", fails_the_second_time)
    found = recognizer.transcribe(twice)
    assert [segment.text for segment in found.segments] == [on_card[0], *on_processor[1:]]
    assert told == [warning for warning in found.warnings if "otoscribe doctor" in warning] and len(told) == 1
    assert found.backend == "onnx-cpu-int8"


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_devices_that_are_not_offered(model: InstalledModel, backend: str) -> None:
    before = sorted(model.folder.rglob("*"))
    with pytest.raises(ModelError, match=r"offers no device 'directml' here\. Use --device with one of: cpu"):
        Recognizer.open(model, backend=backend, device="directml")
    assert sorted(model.folder.rglob("*")) == before  # no graphs are built for it


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_the_processor_passes_its_own_trial(backend: str) -> None:
    probe_device(backend, "cpu")


def test_wrong_numbers_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "cuda", WORKING_CARD)
    encode = OnnxBackend.encode

    def forgets_a_frame(self: OnnxBackend, mel: np.ndarray) -> object:
        return encode(self, np.roll(mel, 7, axis=2) if "cuda" in self.name else mel)

    monkeypatch.setattr(OnnxBackend, "encode", forgets_a_frame)
    with pytest.raises(ModelError, match="computes wrong numbers"):
        probe_device("onnx", "cuda")


def test_what_is_kept_on_a_device_is_bound_there(
    random_whisper: RandomWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way that tensors take on CUDA, with the processor's memory as the place where they are kept."""
    mel = np.random.default_rng(0).normal(0, 0.5, (1, 80, 60)).astype(np.float32)
    tokens = np.array([[50258, 50259, 50359, 50363]])
    results = []
    for keeps in (None, "cpu"):
        monkeypatch.setitem(PROVIDERS, "cpu", replace(PROVIDERS["cpu"], keeps=keeps))
        backend = OnnxBackend(random_whisper.graphs, precision="fp32", threads=1)
        memory = backend.encode(mel)
        logits, cache = backend.step(tokens, None, memory)
        after, _ = backend.step(tokens[:, :1], cache, memory)
        results.append([logits, after, backend.align(tokens, memory)])
    for bound, plain in zip(results[1], results[0], strict=True):
        assert np.array_equal(bound, plain)
