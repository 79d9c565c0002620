"""A device that runs out of memory or fails in the middle costs nothing but time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from random_whisper import RandomWhisper

from speech.backends import Backend
from speech.backends.fallback import FallbackBackend
from speech.backends.onnx import OnnxBackend
from speech.batching import align_batch, decode_batch
from speech.context import Context
from speech.decoding import DecodingOptions, Hypothesis, decode
from speech.errors import ModelError
from speech.vocabulary import Vocabulary

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import torch

    from speech.backends.torch import TorchBackend

BATCH = np.array([[50258, 50259, row] for row in range(5)])
OPTIONS = (
    DecodingOptions(temperatures=(0.0,), longest=5),
    DecodingOptions(temperatures=(0.0,), longest=4, beam_size=3),
)


class Failing(TorchBackend):
    """The real backend, whose n-th piece of work fails when it is told so; torch has no other way to on a processor."""

    def __init__(self, folder: Path, fails: Callable[[int, int], Exception | None]) -> None:
        super().__init__(folder, threads=1)
        self.calls = 0
        self.fails = fails

    def _count(self, rows: int) -> None:
        self.calls += 1
        if (error := self.fails(self.calls, rows)) is not None:
            raise error

    def encode(self, mel: NDArray[np.float32], context: Context | None = None) -> Any:
        self._count(len(mel))
        return super().encode(mel, context)

    def _read(self, tokens: NDArray[np.int64], cache: Any, memory: Any) -> Any:
        self._count(len(tokens))
        return super()._read(tokens, cache, memory)

    def align(self, tokens: NDArray[np.int64], memory: Any) -> NDArray[np.float32]:
        self._count(len(tokens))
        return super().align(tokens, memory)

    def select(self, kept: Any, rows: NDArray[np.int64]) -> Any:
        self._count(len(rows))
        return super().select(kept, rows)


class Breaking(OnnxBackend):
    """The real backend, which is given features of a wrong shape from one call on: onnxruntime raises its own error."""

    sound = True

    def encode(self, mel: NDArray[np.float32], context: Context | None = None) -> Any:
        return super().encode(mel if self.sound else mel[:, :7], context)


def mel(batch: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(0, 0.5, (batch, 80, 60)).astype(np.float32)


def out_of_memory() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


def write(backend: Backend, vocabulary: Vocabulary) -> tuple[list[Hypothesis], NDArray[np.float32]]:
    memory = backend.encode(mel())
    prompt = vocabulary.prompt("en")
    return [decode(backend, vocabulary, memory, prompt, each) for each in OPTIONS], backend.align(BATCH[:1], memory)


@pytest.mark.parametrize("error", [out_of_memory(), RuntimeError("CUDA error: device lost")], ids=["memory", "lost"])
def test_an_utterance_goes_on_wherever_the_device_fails(
    random_whisper: RandomWhisper, random_backend: OnnxBackend, vocabulary: Vocabulary, error: Exception
) -> None:
    expected, expected_weights = write(random_backend, vocabulary)
    healthy = Failing(random_whisper.folder, lambda call, rows: None)
    write(healthy, vocabulary)
    assert healthy.calls > 8
    failing = Failing(random_whisper.folder, lambda call, rows: error if call == 0 else None)
    for calls_before in range(healthy.calls):
        told: list[str] = []
        failing.calls = -calls_before - 1
        backend = FallbackBackend(failing, lambda: random_backend, told.append)
        hypotheses, weights = write(backend, vocabulary)
        assert [each.tokens for each in hypotheses] == [each.tokens for each in expected]
        for found, wanted in zip(hypotheses, expected, strict=True):
            assert np.allclose(found.log_probabilities, wanted.log_probabilities, atol=1e-3)
        assert np.allclose(weights, expected_weights, atol=1e-4)
        full = isinstance(error, torch.OutOfMemoryError)
        assert len(told) == 1 or (full and not told)  # two beams that fit one after the other need no processor
        assert (backend.name == random_backend.name) == (len(told) == 1)
        assert all("otoscribe doctor" in line and ("ran out of memory" in line) == full for line in told)


def test_what_fits_no_longer_is_done_in_smaller_batches(
    random_whisper: RandomWhisper, random_backend: OnnxBackend
) -> None:
    most: list[int] = []

    def fails(call: int, rows: int) -> Exception | None:
        if rows > 2:
            return out_of_memory()
        most.append(rows)
        return None

    told: list[str] = []
    backend = FallbackBackend(Failing(random_whisper.folder, fails), lambda: random_backend, told.append)
    results = []
    for one in (backend, random_backend):
        memory = one.encode(mel(5))
        logits, cache = one.step(BATCH, None, memory)
        best, scores, longer = one.choose(BATCH[:, :1], cache, memory, np.zeros(logits.shape[-1], np.float32))
        weights = one.align(BATCH, memory)
        rows = np.array([4, 0, 0])
        chosen, _ = one.step(BATCH[:3, :1], one.select(longer, rows), one.select(memory, rows))
        shared, _ = one.step(BATCH, None, one.select(memory, np.array([3])))
        results.append([logits, best, scores, weights, chosen, shared])
    for found, expected in zip(*results, strict=True):
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() <= 1e-3 * np.abs(expected).max()
    assert max(most) == 2 and not told and backend.name == "torch-cpu-fp32"


def test_onnxruntimes_own_errors_count(random_whisper: RandomWhisper, random_backend: OnnxBackend) -> None:
    told: list[str] = []
    breaking = Breaking(random_whisper.graphs, precision="fp32")
    backend = FallbackBackend(breaking, lambda: random_backend, told.append)
    memory = backend.encode(mel())
    before, _ = backend.step(BATCH[:1], None, memory)
    breaking.sound = False
    other = backend.encode(mel())
    for each in (other, memory):
        assert np.abs(backend.step(BATCH[:1], None, each)[0] - before).max() < 1e-4
    assert len(told) == 1 and "failed" in told[0]


def test_wrong_use_is_no_failure_of_the_device(random_whisper: RandomWhisper, random_backend: OnnxBackend) -> None:
    told: list[str] = []
    backend = FallbackBackend(TorchBackend(random_whisper.folder), lambda: random_backend, told.append)
    with pytest.raises(ValueError, match="more than 448 tokens"):
        backend.step(np.full((1, 449), 400), None, backend.encode(mel()))
    assert not told


def test_a_spare_that_is_not_there(random_whisper: RandomWhisper, tmp_path: Path) -> None:
    failing = Failing(random_whisper.folder, lambda call, rows: out_of_memory())
    backend = FallbackBackend(failing, lambda: OnnxBackend(tmp_path, precision="fp32"), lambda line: None)
    with pytest.raises(ModelError, match="missing or damaged"):
        backend.encode(mel())


@pytest.mark.parametrize("error", [out_of_memory(), RuntimeError("CUDA error: device lost")], ids=["memory", "lost"])
def test_rows_that_are_decoded_together_go_on_wherever_the_device_fails(
    random_whisper: RandomWhisper, random_backend: OnnxBackend, error: Exception
) -> None:
    """Rows that end at different places, so that memory and cache are cut down on the way."""
    allowed = {400, 2000, 31_000}
    forbidden = [token for token in range(50257) if token not in allowed]
    lively = Vocabulary(random_whisper.checkpoint.tokenizer, 51865, suppressed=forbidden, suppressed_first=[0])
    prompt, options, rows = lively.prompt("en"), DecodingOptions(temperatures=(0.0,), longest=12), 5

    def write_all(backend: Backend) -> tuple[list[Hypothesis], list[NDArray[np.float32]]]:
        memory = backend.encode(mel(rows))
        hypotheses = decode_batch(backend, lively, memory, rows, prompt, options)
        return hypotheses, align_batch(backend, lively, memory, prompt, hypotheses)

    expected, expected_weights = write_all(random_backend)
    failing = Failing(random_whisper.folder, lambda call, rows: None)
    write_all(failing)
    healthy = failing.calls
    failing.fails = lambda call, rows: error if call == 0 else None
    for calls_before in range(healthy):
        told: list[str] = []
        failing.calls = -calls_before - 1
        hypotheses, weights = write_all(FallbackBackend(failing, lambda: random_backend, told.append))
        assert [each.tokens for each in hypotheses] == [each.tokens for each in expected]
        for found, wanted in zip(weights, expected_weights, strict=True):
            assert found.shape == wanted.shape and np.allclose(found, wanted, atol=1e-4)
        full = isinstance(error, torch.OutOfMemoryError)
        assert len(told) == 1 or (full and not told)  # a single row that is left can't be made smaller
        assert not (full and calls_before == 0 and told)  # all of them can


def test_one_memory_serves_all_rows_on_the_processor_as_well(random_backend: OnnxBackend) -> None:
    memory = random_backend.encode(mel())
    together = random_backend.align(BATCH, memory)
    for row in range(len(BATCH)):
        assert np.allclose(together[row : row + 1], random_backend.align(BATCH[row : row + 1], memory), atol=1e-5)
