"""What both graphs are made of: nodes and weights, and the operations of a transformer in either precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from speech.quantization import quantize_by_blocks, quantize_per_channel, signed_products_saturate
from speech.weights import Checkpoint

Precision = Literal["int8", "fp32"]
CONTRIB = "com.microsoft"
_OPSET = 20  # the first with Gelu
_IR_VERSION = 10
_EPSILON = 1e-5
_LEAST_OF_GELU = -0.17  # its minimum is -0.16997
_INT8_ACTIVATIONS = 4  # MatMulNBits' accuracy_level


class Graph:
    """Collects nodes and weights; each method adds an operation and returns the name of its result."""

    def __init__(self, checkpoint: Checkpoint, precision: Precision, *, many_rows: bool) -> None:
        """`many_rows` says for which number of rows, hundreds or few, quantized products are to be fast."""
        self.checkpoint = checkpoint
        self.precision = precision
        self.many_rows = many_rows
        # clipped products would cost more than they save
        self.quantizes_memory = precision == "int8" and not signed_products_saturate()
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}
        self._levels: dict[str, tuple[str, str]] = {}
        self._counted: dict[int, str] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.weights:
            self.weights[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("integers_" + "_".join(map(str, values)).replace("-", "m"), np.array(values, np.int64))

    def add(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [output], output, domain=domain, **attributes))
        return output

    def normalize(self, source: str, name: str) -> str:
        inputs = [source, *self._normalization(name)]
        return self.add("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=_EPSILON)

    def add_and_normalize(self, source: str, residual: str, name: str) -> tuple[str, str]:
        """(normalised sum, sum)."""
        total = self.add("Add", [source, residual], f"{name}.sum")
        return self.normalize(total, name), total

    def _normalization(self, name: str) -> list[str]:
        return [self.constant(n, self.checkpoint.tensor(n)) for n in (f"{name}.weight", f"{name}.bias")]

    def linear(self, source: str, name: str, parts: Sequence[str], *, least: float | None = None) -> str:
        """source · Wᵀ + b, the matrices of several projections side by side.

        `least` is what no value of the source lies below, where that is known.
        """
        matrix = np.concatenate([self.checkpoint.tensor(f"{part}.weight") for part in parts])
        bias = np.concatenate([self._bias(part) for part in parts])
        return self.product(source, name, matrix, bias, least=least)

    def look(self, source: str, attention: str, heads: int, parts: str) -> list[str]:
        """The projections of an attention to audio, "qkv" or some of them, with the scale in the query.

        Each head of query and key is one longer than that of the value: by one, and by the position's log count.
        """
        matrices, biases = [], []
        for part in parts:
            name = f"{attention}.{part}_proj"
            matrix, bias = self.checkpoint.tensor(f"{name}.weight"), self._bias(name)
            if part == "q":
                scale = np.float32((len(matrix) // heads) ** -0.5)
                matrix, bias = matrix * scale, bias * scale
            if part != "v":
                matrix, bias = _widen(matrix, heads, 0.0), _widen(bias, heads, 1.0 if part == "q" else 0.0)
            matrices.append(matrix)
            biases.append(bias)
        name = f"{attention}.{parts}"
        projected = self.product(source, name, np.concatenate(matrices), np.concatenate(biases))
        outputs = self.split(projected, f"{name}.split", [len(bias) for bias in biases])
        for at in range(len(parts)):
            if parts[at] == "k":
                counted = self._counted_in(len(biases[at]), heads)
                outputs[at] = self.add("Add", [outputs[at], counted], f"{name}.counted")
        return outputs

    def _counted_in(self, width: int, heads: int) -> str:
        """float32[context, width], the log counts in the last dimension of each head."""
        if width not in self._counted:
            last = self.constant(f"last_of_{width}", _widen(np.zeros(width - heads, np.float32), heads, 1.0))
            column = self.add("Unsqueeze", ["log_counts", self.integers(-1)], f"log_counts.{width}")
            self._counted[width] = self.add("Mul", [column, last], f"counted_in.{width}")
        return self._counted[width]

    def _bias(self, part: str) -> NDArray[np.float32]:
        if f"{part}.bias" in self.checkpoint.tensors:
            return self.checkpoint.tensor(f"{part}.bias")
        return np.zeros(len(self.checkpoint.tensors[f"{part}.weight"]), np.float32)

    def product(
        self,
        source: str,
        name: str,
        matrix: NDArray[np.float32],
        bias: NDArray[np.float32] | None = None,
        *,
        least: float | None = None,
    ) -> str:
        """source[..., k] · matrix[n, k]ᵀ (+ bias[n]); quantized, each row of the source by its own range."""
        bias_name = [self.constant(f"{name}.bias", bias)] if bias is not None else []
        if self.precision == "fp32":
            weight = self.constant(f"{name}.weight", matrix.T)
            product = self.add("MatMul", [source, weight], f"{name}.product")
            return self.add("Add", [product, *bias_name], f"{name}.out") if bias_name else product
        if not self.many_rows:
            return self._product_of_few(source, name, self.blocks(name, matrix), bias_name)
        level, size = self._level(source, least)
        product = self.add("DynamicQuantizeMatMul", [level, *self._channels(name, matrix)], f"{name}.product", CONTRIB)
        restored = self.add("Mul", [product, size], f"{name}.restored")
        return self.add("Add", [restored, *bias_name], f"{name}.out") if bias_name else restored

    def _product_of_few(self, source: str, name: str, parts: tuple[str, str], bias: list[str]) -> str:
        rows, blocks, block = self.weights[parts[0]].dims
        inputs = [source, *parts, "", "", *bias] if bias else [source, *parts]
        sizes = {"K": blocks * block, "N": rows, "block_size": block}
        return self.add(
            "MatMulNBits", inputs, f"{name}.out", CONTRIB, bits=8, accuracy_level=_INT8_ACTIVATIONS, **sizes
        )

    def _level(self, source: str, least: float | None) -> tuple[str, str]:
        """The source with each row divided by its largest magnitude, and those magnitudes.

        onnxruntime quantizes a whole activation with one scale; over 1,500 positions the loudest would set it for all.
        """
        if source in self._levels:
            return self._levels[source]
        axis = self.integers(-1)
        largest = [self.add("ReduceMax", [source, axis], f"{source}.largest", keepdims=1)]
        if least is None:
            smallest = self.add("ReduceMin", [source, axis], f"{source}.smallest", keepdims=1)
            largest.append(self.add("Neg", [smallest], f"{source}.opposite"))
        floor = 1e-6 if least is None else -least
        size = self.add(
            "Max", [*largest, self.constant(f"floor_{floor}", np.array(floor, np.float32))], f"{source}.size"
        )
        self._levels[source] = self.add("Div", [source, size], f"{source}.level"), size
        return self._levels[source]

    def _channels(self, name: str, matrix: NDArray[np.float32]) -> list[str]:
        """Names of the weight [k, n], scales [n] and zero points [n] of a quantized matrix[n, k]."""
        parts = quantize_per_channel(matrix)
        return [
            self.constant(f"{name}.weight", parts.values.T),
            self.constant(f"{name}.scale", parts.scales),
            self.constant(f"{name}.zero_point", parts.zero_points),
        ]

    def blocks(self, name: str, matrix: NDArray[np.float32]) -> tuple[str, str]:
        """Names of the weight [n, blocks, block] and scales [n, blocks] of a matrix[n, k] quantized by blocks."""
        names = f"{name}.weight", f"{name}.scale"
        if names[0] not in self.weights:
            parts = quantize_by_blocks(matrix)
            self.constant(names[0], parts.values), self.constant(names[1], parts.scales)
        return names

    def attend(self, sources: Sequence[str], name: str, heads: int, past: Sequence[str] = ()) -> list[str]:
        """Attention over (query, key, value), the scale in the query already; with `past` causal, scaled here, and with
        [output, present key, present value]."""
        inputs = list(sources)
        outputs = [f"{name}.attended"]
        if past:
            inputs += ["", "", "", *past]
            outputs += [p.replace("past", "present") for p in past]
        attributes = {"num_heads": heads, "unidirectional": 1} if past else {"num_heads": heads, "scale": 1.0}
        node = helper.make_node("MultiHeadAttention", inputs, outputs, f"{name}.attended", domain=CONTRIB, **attributes)
        self.nodes.append(node)
        return outputs

    def split(self, source: str, name: str, widths: Sequence[int]) -> list[str]:
        if len(widths) == 1:
            return [source]
        outputs = [f"{name}.{index}" for index in range(len(widths))]
        self.nodes.append(helper.make_node("Split", [source, self.integers(*widths)], outputs, name, axis=-1))
        return outputs

    def by_heads(self, source: str, name: str, heads: int) -> str:
        """[batch, length, state] as [batch, heads, length, 64]."""
        shaped = self.add("Reshape", [source, self.integers(0, 0, heads, -1)], f"{name}.shaped")
        return self.add("Transpose", [shaped], name, perm=[0, 2, 1, 3])

    def feed_forward(self, source: str, layer: str) -> str:
        inner = self.linear(source, f"{layer}.fc1", [f"{layer}.fc1"])
        active = self.add("Gelu", [inner], f"{layer}.gelu")
        return self.linear(active, f"{layer}.fc2", [f"{layer}.fc2"], least=_LEAST_OF_GELU)

    def model(
        self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self.weights.values()))
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="otoscribe")


def floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _widen(values: NDArray[np.float32], heads: int, last: float) -> NDArray[np.float32]:
    """values[heads · n, ...] with one more, `last`, behind each head's n."""
    by_head = values.reshape(heads, -1, *values.shape[1:])
    added = np.full((heads, 1, *values.shape[1:]), last, np.float32)
    return np.concatenate([by_head, added], axis=1).reshape(-1, *values.shape[1:])
