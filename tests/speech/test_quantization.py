"""Int8 weights: how far they may be from the matrix, and what they save."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tiny_whisper import tiny_checkpoint

from speech import quantization
from speech.backends.onnx import OnnxBackend
from speech.graph import build_graphs
from speech.quantization import QuantizedMatrix, quantize_by_blocks, quantize_per_channel, signed_products_saturate
from speech.store import InstalledModel

MATRICES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.floats(-1e4, 1e4, width=32, allow_subnormal=False),
)


def restored(parts: QuantizedMatrix) -> np.ndarray:
    whole = parts.values.astype(np.float64) - parts.zero_points[:, None].astype(np.float64)
    return whole * parts.scales[:, None]


@given(matrix=MATRICES)
def test_no_value_is_off_by_more_than_half_a_step_of_its_own_channel(matrix: np.ndarray) -> None:
    parts = quantize_per_channel(matrix)
    steps = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / 127
    assert (np.abs(restored(parts) - matrix) <= 0.501 * steps).all()
    assert parts.values.shape == matrix.shape and parts.values.dtype.itemsize == 1
    assert parts.scales.shape == parts.zero_points.shape == (len(matrix),)


@given(rows=st.integers(1, 4), length=st.sampled_from([6, 64, 384, 512, 1280]), seed=st.integers(0, 999))
def test_no_value_is_off_by_more_than_half_a_step_of_its_own_block(rows: int, length: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = (random.normal(0, 1, (rows, length)) * 10.0 ** random.integers(-6, 4, (rows, 1))).astype(np.float32)
    parts = quantize_by_blocks(matrix)
    blocks, size = parts.values.shape[1:]
    assert blocks * size == length and size <= 256 and size & (size - 1) == 0 and parts.values.dtype == np.uint8
    found = (parts.values.astype(np.float64) - 128) * parts.scales[..., None]
    by_block = matrix.reshape(rows, blocks, size)
    assert (np.abs(found - by_block) <= 0.501 * np.abs(by_block).max(axis=2, keepdims=True) / 127).all()


def test_a_loud_channel_costs_the_quiet_ones_nothing() -> None:
    matrix = np.array([[1000.0, -500.0], [0.001, 0.0005]], np.float32)
    assert np.allclose(restored(quantize_per_channel(matrix))[1], matrix[1], rtol=0.01)


def test_zeros_stay_zeros() -> None:
    assert not restored(quantize_per_channel(np.zeros((3, 4), np.float32))).any()


@given(matrix=MATRICES)
def test_both_signednesses_stand_for_the_same_numbers(matrix: np.ndarray) -> None:
    with pytest.MonkeyPatch.context() as patch:  # a processor is of one kind; models must be the same on both
        found = []
        for saturates in (False, True):
            patch.setattr(quantization, "signed_products_saturate", lambda saturates=saturates: saturates)
            found.append(quantize_per_channel(matrix))
    assert found[0].values.dtype == np.int8 and found[1].values.dtype == np.uint8
    assert np.array_equal(restored(found[0]), restored(found[1]))


def test_this_processor_runs_the_variant_that_was_chosen_for_it(tmp_path: Path) -> None:
    """Weights at the end of the range, where products overflow on processors that saturate."""
    checkpoint = tiny_checkpoint()
    ends = {
        name: np.sign(tensor) * 0.1 + 0.0 * tensor if tensor.ndim == 2 and "layers" in name else tensor
        for name, tensor in checkpoint.tensors.items()
    }
    checkpoint = type(checkpoint)(checkpoint.config, checkpoint.generation, ends, checkpoint.tokenizer)
    logits = []
    mel = np.random.default_rng(0).normal(0, 1, (1, 80, 200)).astype(np.float32)
    for precision in ("int8", "fp32"):
        build_graphs(checkpoint, tmp_path / precision, precision)
        backend = OnnxBackend(tmp_path / precision, precision=precision)
        logits.append(backend.step(np.array([[5, 7, 9]]), None, backend.encode(mel))[0])
    assert np.abs(logits[0] - logits[1]).max() < 0.1 * np.abs(logits[1]).max()
    assert isinstance(signed_products_saturate(), bool)


def test_rows_and_tokens_of_int8_do_not_mix(tmp_path: Path) -> None:
    build_graphs(tiny_checkpoint(5, heads=2), tmp_path, "int8")
    backend = OnnxBackend(tmp_path, precision="int8")
    mel = np.random.default_rng(0).normal(0, 1, (1, 80, 200)).astype(np.float32)
    memory = backend.encode(mel)
    rows = np.array([[5, 7, 9], [11, 13, 300]])
    together, _ = backend.step(rows, None, memory)
    several, _ = backend.step(rows, None, backend.encode(np.repeat(mel, 2, axis=0)))
    for row in range(2):
        cache, alone = None, []
        for token in rows[row]:
            logits, cache = backend.step(np.array([[token]]), cache, memory)
            alone.append(logits[0, 0])
        for found in (together, several):
            assert np.abs(found[row] - np.stack(alone)).max() < 0.02 * np.abs(found).max()


@pytest.mark.slow
def test_int8_model_is_at_most_three_tenths_of_its_fp32_size(base_model: InstalledModel, base_in_fp32: Path) -> None:
    def size(folder: Path) -> int:
        return sum(path.stat().st_size for path in folder.iterdir())

    assert size(base_model.graph_folder("int8")) <= 0.30 * size(base_in_fp32)
