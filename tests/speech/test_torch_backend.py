"""What only the torch backend has: its own layers, a cache written in place, and other precisions."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from random_whisper import RandomWhisper

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import torch
    from transformers import WhisperForConditionalGeneration

    from speech.backends.torch import TorchBackend, TorchPrecision

TOKENS = np.array([[50258, 50259, 50359, 50363, 400, 2000, 31, 77]])
BATCH = np.concatenate([TOKENS, TOKENS[:, [0, 1, 2, 3, 7, 6, 5, 4]]])


def mel(frames: int, batch: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(0, 0.5, (batch, 80, frames)).astype(np.float32)


def distance(found: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """The largest difference as a share of the largest value."""
    assert found.shape == expected.shape
    return float(np.abs(found - expected).max() / np.abs(expected).max())


@pytest.fixture(scope="module")
def backend(random_whisper: RandomWhisper) -> TorchBackend:
    return TorchBackend(random_whisper.folder)


def written_by_transformers(folder: Any, features: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Logits, and the weights of the one alignment head."""
    model = WhisperForConditionalGeneration.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)
    with torch.inference_mode():
        output = model.eval()(
            input_features=torch.from_numpy(features),
            decoder_input_ids=torch.from_numpy(BATCH),
            output_attentions=True,
        )
    return output.logits.numpy(), output.cross_attentions[1][:, :1].numpy()


def test_the_layers_compute_what_those_of_transformers_do(backend: TorchBackend, random_whisper: RandomWhisper) -> None:
    features = mel(3000, batch=2)  # transformers knows the full context only
    logits, weights = written_by_transformers(random_whisper.folder, features)
    memory = backend.encode(features)
    assert distance(backend.step(BATCH, None, memory)[0], logits) < 1e-5
    assert distance(backend.align(BATCH, memory), weights) < 1e-4


@pytest.mark.parametrize(("precision", "within"), [("int8", 0.04), ("bf16", 0.04), ("fp16", 0.004)])
def test_other_precisions_stay_near(
    backend: TorchBackend, random_whisper: RandomWhisper, precision: TorchPrecision, within: float
) -> None:
    coarse = TorchBackend(random_whisper.folder, precision=precision)
    assert coarse.name == f"torch-cpu-{precision}"
    features = mel(60, batch=2)
    logits: list[list[NDArray[np.float32]]] = []
    for one in (backend, coarse):
        memory = one.encode(features)
        prompt, cache = one.step(BATCH[:, :4], None, memory)
        token, _ = one.step(BATCH[:, 4:5], cache, memory)
        logits.append([prompt, token])
    for found, expected in zip(logits[1], logits[0], strict=True):
        assert found.dtype == np.float32
        assert 1e-5 < distance(found, expected) < within  # another precision, and near


def test_texts_that_branch_from_one_cache_do_not_disturb_each_other(backend: TorchBackend) -> None:
    """Two continuations written by turns, with rows chosen from the common beginning in between."""
    memory = backend.encode(mel(60))
    _, start = backend.step(TOKENS[:, :4], None, memory)
    pieces = ([400, 2000, 31], [5, 6, 7])
    written: list[list[NDArray[np.float32]]] = [[], []]
    caches = [start, start]
    for place in range(3):
        for branch, tokens in enumerate(pieces):
            logits, caches[branch] = backend.step(np.array([[tokens[place]]]), caches[branch], memory)
            written[branch].append(logits)
        shorter, _ = backend.step(np.array([[8]]), backend.truncate(caches[0], 2), memory)
        assert np.isfinite(shorter).all()
        chosen = backend.select(backend.select(start, np.array([0, 0, 0])), np.array([2, 0]))
        backend.step(np.array([[9], [10]]), chosen, memory)
    for tokens, found in zip(pieces, written, strict=True):
        expected, _ = backend.step(np.array([[*TOKENS[0, :4], *tokens]]), None, memory)
        assert distance(np.concatenate(found, axis=1), expected[:, 4:]) < 1e-5


def test_a_cache_goes_on_with_another_memory(backend: TorchBackend) -> None:
    """Keys and values of the text belong to the cache, those of the sound to the memory."""
    first, second = backend.encode(mel(60)), backend.encode(mel(1000)[:, :, ::-1].copy())
    _, cache = backend.step(TOKENS[:, :4], None, first)
    crossed, _ = backend.step(TOKENS[:, 4:5], cache, second)
    kept, _ = backend.step(TOKENS[:, 4:5], cache, first)
    expected, _ = backend.step(TOKENS[:, :5], None, first)
    assert distance(kept, expected[:, 4:]) < 1e-5
    assert distance(crossed, expected[:, 4:]) > 1e-3


def test_more_tokens_than_the_model_holds(backend: TorchBackend) -> None:
    memory = backend.encode(mel(20))
    _, cache = backend.step(np.full((1, 448), 400), None, memory)
    with pytest.raises(ValueError, match="more than 448 tokens"):
        backend.step(np.array([[400]]), cache, memory)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
def test_the_captured_step_is_the_one_on_the_processor(
    backend: TorchBackend, random_whisper: RandomWhisper, precision: TorchPrecision
) -> None:
    on_card = TorchBackend(random_whisper.folder, device="cuda", precision=precision)
    for features in (mel(60, batch=2), mel(3000, batch=2), mel(60, batch=2)):
        logits = []
        for one in (backend, on_card):
            memory = one.encode(features)
            _, cache = one.step(BATCH[:, :4], None, memory)
            for place in range(4, 8):
                token, cache = one.step(BATCH[:, place : place + 1], cache, memory)
            logits.append(token)
        assert distance(logits[1], logits[0]) < (0.002 if precision == "fp32" else 0.04)
