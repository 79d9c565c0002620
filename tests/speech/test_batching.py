"""Several rows decoded at once give what each gives alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_whisper import RandomWhisper
from samples import Sample

from speech.audio import Waveform, load_audio
from speech.backends.onnx import OnnxBackend
from speech.batching import align_batch, decode_batch
from speech.context import Silence
from speech.decoding import DecodingOptions, decode
from speech.features import log_mel
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

ROWS = 6


@pytest.fixture(scope="module")
def words(random_whisper: RandomWhisper) -> Vocabulary:
    return Vocabulary.of(read_settings(random_whisper.folder))


@pytest.fixture(scope="module")
def memory(random_backend: OnnxBackend) -> Any:
    return random_backend.encode(np.random.default_rng(0).normal(0, 0.5, (ROWS, 80, 40)).astype(np.float32))


def lively(words: Vocabulary, random_whisper: RandomWhisper) -> Vocabulary:
    """Few tokens may be written, so that rows end at different places."""
    allowed = {400, 2000, 31_000}
    forbidden = [token for token in range(50257) if token not in allowed]
    return Vocabulary(random_whisper.checkpoint.tokenizer, 51865, suppressed=forbidden, suppressed_first=[0])


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        DecodingOptions(longest=30, temperatures=(0.0,)),
        DecodingOptions(longest=12, samples=2, temperatures=(0.0, 0.4), log_probability_threshold=0.0),  # all doubtful
        DecodingOptions(longest=8, beam_size=3, temperatures=(0.0,)),
    ],
)
def test_rows_decode_as_they_do_alone(
    random_backend: OnnxBackend,
    random_whisper: RandomWhisper,
    words: Vocabulary,
    memory: Any,
    options: DecodingOptions,
    few: bool,
) -> None:
    vocabulary = lively(words, random_whisper) if few else words
    prompt = vocabulary.prompt("en")
    together = decode_batch(random_backend, vocabulary, memory, ROWS, prompt, options)
    weights = align_batch(random_backend, vocabulary, memory, prompt, together)
    for row in range(ROWS):
        own = random_backend.select(memory, np.array([row]))
        alone = decode(random_backend, vocabulary, own, prompt, options)
        assert (together[row].tokens, together[row].text) == (alone.tokens, alone.text)
        assert together[row].log_probabilities == pytest.approx(alone.log_probabilities, abs=1e-3)
        assert together[row].no_speech_probability == pytest.approx(alone.no_speech_probability, rel=1e-3)
        tokens = np.array([[*prompt, *alone.tokens]])
        np.testing.assert_allclose(weights[row], random_backend.align(tokens, own)[0], atol=1e-4)


def test_encoding_many_is_encoding_each(random_backend: OnnxBackend, memory: Any) -> None:
    mels = np.random.default_rng(0).normal(0, 0.5, (ROWS, 80, 40)).astype(np.float32)
    for row in range(ROWS):
        alone = random_backend.encode(mels[row : row + 1])
        for name, value in random_backend.select(memory, np.array([row])).items():
            np.testing.assert_array_equal(value.numpy(), alone[name].numpy())


def test_a_file_reads_the_same_in_batches_and_one_by_one(
    random_backend: OnnxBackend, words: Vocabulary, sample: Sample
) -> None:
    """In float32, where no rounding depends on what else is read."""
    long = Waveform(np.tile(load_audio(sample.audio).samples, 3))
    options = DecodingOptions(longest=12, temperatures=(0.0,), no_speech_threshold=2.0)
    one_by_one, together = (
        Recognizer(
            "random", random_backend, words, mels=80, silence=Silence(0.5), options=options, rows=rows
        ).transcribe(long)
        for rows in (1, 8)
    )
    assert one_by_one.text == together.text
    assert len(one_by_one.segments) == len(together.segments) >= 3
    for a, b in zip(one_by_one.segments, together.segments, strict=True):
        assert [word.text for word in a.words] == [word.text for word in b.words]
        assert [word.start_s for word in a.words] == pytest.approx([word.start_s for word in b.words], abs=0.041)
        assert a.confidence == pytest.approx(b.confidence, abs=1e-3)


@pytest.mark.slow
def test_real_weights_write_the_same_together_and_alone(base_model: InstalledModel, short_sample: Path) -> None:
    from speech.backends.torch import TorchBackend

    backend = TorchBackend(base_model.checkpoint_folder)
    vocabulary = Vocabulary.of(read_settings(base_model.checkpoint_folder))
    samples = load_audio(short_sample).samples
    halves = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    memory = backend.encode(np.concatenate([log_mel(half, 80, 960) for half in halves]))
    prompt, options = vocabulary.prompt("en"), DecodingOptions(temperatures=(0.0,))
    together = decode_batch(backend, vocabulary, memory, 2, prompt, options)
    for row, found in enumerate(together):
        alone = decode(backend, vocabulary, backend.select(memory, np.array([row])), prompt, options)
        assert found.tokens == alone.tokens and len(found.tokens) > 5
        assert found.log_probabilities == pytest.approx(alone.log_probabilities, abs=1e-3)


def test_doubtful_rows_are_heard_again_in_a_longer_context(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    options = DecodingOptions(longest=6, temperatures=(0.0,), log_probability_threshold=0.0)  # all are doubtful
    mel = np.random.default_rng(9).normal(0, 0.5, (ROWS, 80, 90)).astype(np.float32)
    longer = [random_backend.encode(mel[row : row + 1]) for row in range(ROWS)]
    prompt = words.prompt("en")
    together = decode_batch(random_backend, words, memory, ROWS, prompt, options, again=longer.__getitem__)
    alone = [decode(random_backend, words, each, prompt, options) for each in longer]
    assert [each.tokens for each in together] == [each.tokens for each in alone]
