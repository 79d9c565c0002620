"""The silence behind the sound, thinned: the model hears what it hears with all of it."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_whisper import RandomWhisper

from speech.audio import load_audio
from speech.backends import Backend
from speech.backends.onnx import OnnxBackend
from speech.context import LONGEST, Silence, sparse, thinned, whole
from speech.decoding import decode
from speech.features import log_mel
from speech.graph import build_graphs
from speech.recognizer import Recognizer
from speech.weights import write_checkpoint

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from speech.backends.torch import TorchBackend

TOKENS = np.array([[50258, 50259, 50359, 50363, 400, 2000]])


@given(positions=st.integers(4, LONGEST - 1))
def test_what_is_kept_stands_for_the_whole_thirty_seconds(positions: int) -> None:
    context = thinned(positions)
    assert np.exp(context.log_counts.astype(np.float64)).sum() == pytest.approx(LONGEST)
    assert np.all(np.diff(context.places) > 0) and context.places[-1] < LONGEST
    sound = context.places < positions - 1
    assert np.array_equal(context.rows[sound], context.places[sound]) and not context.log_counts[sound].any()
    assert set(context.rows[~sound]) == {positions - 2}


PLACES = st.lists(st.integers(0, LONGEST - 1), max_size=120, unique=True)


@given(positions=st.integers(4, LONGEST - 1), registers=PLACES)
def test_half_a_second_stands_for_the_whole_thirty(positions: int, registers: list[int]) -> None:
    context = sparse(positions, tuple(registers))
    assert np.exp(context.log_counts.astype(np.float64)).sum() == pytest.approx(LONGEST)
    assert np.all(np.diff(context.places) > 0) and context.places[-1] < LONGEST
    own = positions - 1
    assert np.array_equal(context.places[:own], np.arange(own)) and not context.log_counts[:own].any()
    assert set(context.rows[own:]) == {own - 1} and len(context.rows) - own <= 25


def test_no_register_stands_for_silence_and_the_strongest_stand_for_all() -> None:
    registers = (1453, 1445, 1032, 560, 950, 40, 100)
    context = sparse(200, registers)
    silent = dict(zip(context.places[199:].tolist(), np.exp(context.log_counts[199:]), strict=True))
    assert {place for place in registers if place in silent} == {1453, 1032, 560, 950}
    assert all(silent[place] == pytest.approx(5 / 4) for place in (1453, 1032, 560, 950))
    assert 558 in silent or 562 in silent


def test_what_a_student_needs_is_read_as_it_is_or_stood_for() -> None:
    assert (Silence().kept_s, Silence(0.5).kept_s, Silence(2.0).kept_s) == (0.5, pytest.approx(0.1), 1.6)
    assert len(Silence(0.5).context(200).rows) < len(Silence().context(200).rows) / 2
    assert Silence(0.5).context(LONGEST) is whole(LONGEST)


@pytest.fixture(scope="module", params=["onnx", "torch"])
def placeless(
    request: pytest.FixtureRequest, random_whisper: RandomWhisper, tmp_path_factory: pytest.TempPathFactory
) -> Backend:
    """A model to which all silent positions are the same."""
    table = "model.encoder.embed_positions.weight"
    tensors = {**random_whisper.checkpoint.tensors, table: np.zeros_like(random_whisper.checkpoint.tensors[table])}
    folder = tmp_path_factory.mktemp("placeless")
    write_checkpoint(replace(random_whisper.checkpoint, tensors=tensors), folder)
    if request.param == "torch":
        return TorchBackend(folder)
    build_graphs(replace(random_whisper.checkpoint, tensors=tensors), folder, "fp32")
    return OnnxBackend(folder, precision="fp32")


def test_thinning_is_exact_where_silence_is_all_the_same(placeless: Backend) -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 16000).astype(np.float32)
    full = placeless.encode(log_mel(sound, 80))
    short = log_mel(sound, 80, 150)
    logits = [placeless.step(TOKENS, None, memory)[0] for memory in (full, placeless.encode(short, thinned(75)))]
    assert np.abs(logits[0] - logits[1]).max() < 2e-3 * np.abs(logits[0]).max()
    uncounted = replace(thinned(75), log_counts=np.zeros_like(thinned(75).log_counts))
    for other in (uncounted, whole(75)):
        apart, _ = placeless.step(TOKENS, None, placeless.encode(short, other))
        assert np.abs(logits[0] - apart).max() > 1e-2 * np.abs(logits[0]).max()


def test_whisper_hears_in_the_thinned_what_it_hears_in_the_whole(recognizer: Recognizer, short_sample: Path) -> None:
    samples = load_audio(short_sample).samples
    backend, vocabulary, prompt = recognizer.backend, recognizer.vocabulary, recognizer.vocabulary.prompt("en")
    memories = [recognizer.encode(samples), backend.encode(log_mel(samples, 80))]
    heard = [decode(backend, vocabulary, memory, prompt, recognizer.options) for memory in memories]
    assert heard[0].attention is not None and heard[0].attention.shape[2] < LONGEST / 2
    assert heard[0].tokens == heard[1].tokens
    assert np.abs(np.subtract(*(each.log_probabilities for each in heard))).max() < 0.15
