"""Symmetric int8 quantization with one scale per output channel, in the form the processor multiplies exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

_LARGEST = 127
_LARGEST_BLOCK = 256


@dataclass(frozen=True)
class QuantizedMatrix:
    """matrix[n, k] ≈ (values[n, k] - zero_points[n, 1]) · scales[n, 1]; values are int8 or uint8."""

    values: NDArray[Any]
    scales: NDArray[np.float32]
    zero_points: NDArray[Any]


def quantize_per_channel(matrix: NDArray[np.float32]) -> QuantizedMatrix:
    """Rounds each row to 255 levels between plus and minus its largest magnitude."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-12).astype(np.float32) / _LARGEST
    values = np.clip(np.rint(matrix / scales[:, None]), -_LARGEST, _LARGEST)
    if signed_products_saturate():
        return QuantizedMatrix((values + 128).astype(np.uint8), scales, np.full(len(matrix), 128, np.uint8))
    return QuantizedMatrix(values.astype(np.int8), scales, np.zeros(len(matrix), np.int8))


@dataclass(frozen=True)
class QuantizedBlocks:
    """matrix[n, k] ≈ (values[n, blocks, k / blocks] - 128) · scales[n, blocks], as onnxruntime's MatMulNBits reads it;
    values are uint8."""

    values: NDArray[np.uint8]
    scales: NDArray[np.float32]


def quantize_by_blocks(matrix: NDArray[np.float32]) -> QuantizedBlocks:
    """Rounds each block of a row to 255 levels between plus and minus its largest magnitude.

    A block is the largest power of two that divides the row's length, at most 256.
    """
    rows, length = matrix.shape
    block = min(_LARGEST_BLOCK, length & -length)
    blocks = matrix.reshape(rows, length // block, block)
    scales = np.maximum(np.abs(blocks).max(axis=2), 1e-12).astype(np.float32) / _LARGEST
    values = np.clip(np.rint(blocks / scales[..., None]), -_LARGEST, _LARGEST)
    return QuantizedBlocks((values + 128).astype(np.uint8), scales)


@cache
def signed_products_saturate() -> bool:
    """Whether this processor's uint8 x int8 products overflow.

    x86 processors without VNNI add pairs of such products in 16 bits and clip them (onnxruntime, "Quantize ONNX
    models", section on reduce_range). Unsigned weights take another path there, exact at some cost in speed. Found by
    multiplying the largest values rather than by reading processor flags.
    """
    import onnxruntime

    size = 64
    node = helper.make_node("MatMulInteger", ["a", "b"], ["c"])
    a = helper.make_tensor_value_info("a", TensorProto.UINT8, [size, size])
    c = helper.make_tensor_value_info("c", TensorProto.INT32, [size, size])
    weight = onnx.numpy_helper.from_array(np.full((size, size), _LARGEST, np.int8), "b")
    graph = helper.make_graph([node], "probe", [a], [c], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (product,) = session.run(None, {"a": np.full((size, size), 255, np.uint8)})
    return bool(np.any(product != 255 * _LARGEST * size))
