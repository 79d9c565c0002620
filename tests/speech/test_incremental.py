"""Sound that is encoded as it comes: the network hears what it would hear of all of it at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from random_whisper import RandomWhisper

from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.backends.onnx import OnnxBackend
from speech.context import Context, thinned
from speech.decoding import decode
from speech.features import log_mel
from speech.graph import build_graphs
from speech.incremental import IncrementalEncoder
from speech.recognizer import Recognizer
from speech.segmenting import SegmentingOptions, find_utterances

Samples = NDArray[np.float32]
TOKENS = np.array([[50258, 50259, 50359, 50363, 400, 2000]])


def features(samples: Samples) -> tuple[Samples, NDArray[np.float32], Context]:
    frames = 2 * (len(samples) // 320 + 25)
    return samples, log_mel(samples, 80, frames), thinned(frames // 2)


@pytest.fixture(scope="module")
def quantized(random_whisper: RandomWhisper, tmp_path_factory: pytest.TempPathFactory) -> OnnxBackend:
    folder = tmp_path_factory.mktemp("quantized")
    build_graphs(random_whisper.checkpoint, folder, "int8")
    return OnnxBackend(folder, precision="int8")


@settings(deadline=None, max_examples=20)
@given(kept=st.lists(st.integers(1, 290), min_size=1, max_size=3))
def test_what_was_kept_need_not_be_read_again(quantized: OnnxBackend, kept: list[int]) -> None:
    """Of the same sound: then nothing that is kept knows less than the rest."""
    noise = np.random.default_rng(0).normal(0, 0.1, 6 * SAMPLE_RATE_HZ).astype(np.float32)
    _, mel, context = features(noise)
    encoded = None
    for positions in sorted(kept):
        encoded = quantized.keep(mel, context, encoded, positions)
        assert encoded is not None and encoded.positions == positions
    every = len(context.rows)
    at_once, going_on = (quantized.keep(mel, context, before, every) for before in (None, encoded))
    assert at_once is not None and going_on is not None
    for name, value in at_once.tensors.items():
        expected, found = value.numpy(), going_on.tensors[name].numpy()
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() < 0.05 * np.abs(expected).max()  # quantized by what is read together
        assert np.abs(found[:, 1:] - expected[:, :-1]).max() > 0.15 * np.abs(expected).max()
    weights = [quantized.align(TOKENS, quantized.encode(mel, context, before)) for before in (None, encoded)]
    assert np.abs(weights[0] - weights[1]).max() < 1e-3


def test_where_nothing_is_kept_all_of_it_is_read(random_backend: OnnxBackend) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    _, mel, context = features(noise)
    assert random_backend.keep(mel, context, None, 10) is None
    encoder = IncrementalEncoder(random_backend)
    encoder.keep(*features(noise[:8000]))
    memories = [random_backend.encode(mel, context), encoder.encode(*features(noise))]
    logits = [random_backend.step(TOKENS, None, memory)[0] for memory in memories]
    assert np.array_equal(logits[0], logits[1])


def test_words_are_those_of_the_whole(recognizer: Recognizer, short_sample: Path) -> None:
    samples = load_audio(short_sample).samples
    encoder = IncrementalEncoder(recognizer.backend)
    for until_s in (0.8, 2.5, 4.0):
        encoder.keep(*features(samples[: round(until_s * SAMPLE_RATE_HZ)]))
    prompt, options = recognizer.vocabulary.prompt("en"), recognizer.options
    memories = [encoder.encode(*features(samples)), recognizer.encode(samples)]
    texts = [decode(recognizer.backend, recognizer.vocabulary, each, prompt, options).text for each in memories]
    assert texts[0] == texts[1]


def test_words_behind_what_was_said_before_are_those_of_the_whole(recognizer: Recognizer, short_sample: Path) -> None:
    samples = load_audio(short_sample).samples
    said, *later = find_utterances([samples], SegmentingOptions(pause_s=0.3, padding_s=0.1))
    assert later
    encoder = IncrementalEncoder(recognizer.backend)
    encoder.keep(*features(samples[: round(said.end_s * SAMPLE_RATE_HZ)]), is_whole=True)
    prompt, options = recognizer.vocabulary.prompt("en"), recognizer.options
    memories = [each.encode(*features(samples)) for each in (encoder, IncrementalEncoder(recognizer.backend))]
    texts = [decode(recognizer.backend, recognizer.vocabulary, each, prompt, options).text for each in memories]
    assert texts[0] == texts[1]
    kept, whole = (recognizer.backend.align(TOKENS, each) for each in memories)
    assert not np.array_equal(kept, whole)  # what was said did not hear what came later


def test_other_sound_does_not_go_on_behind_what_was_kept(quantized: OnnxBackend) -> None:
    random = np.random.default_rng(1)
    first, other = (random.normal(0, 0.1, 3 * SAMPLE_RATE_HZ).astype(np.float32) for _ in range(2))
    going_on = np.concatenate([first, other])
    for sound, is_new in ((other, True), (first[:20_000], True), (going_on, False)):
        encoder = IncrementalEncoder(quantized)
        encoder.keep(*features(first))
        apart = _logits(quantized, encoder, sound) - _logits(quantized, IncrementalEncoder(quantized), sound)
        assert np.any(apart) != is_new
        encoder.forget()
        assert np.array_equal(
            _logits(quantized, encoder, sound), _logits(quantized, IncrementalEncoder(quantized), sound)
        )


def _logits(backend: OnnxBackend, encoder: IncrementalEncoder, sound: Samples) -> NDArray[np.float32]:
    return backend.step(TOKENS, None, encoder.encode(*features(sound)))[0]
