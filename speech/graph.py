"""A `Checkpoint` as two ONNX graphs, encoder and decoder, written with onnx from numpy; no torch needed.

With precision "int8" every matrix product has int8 weights with one scale per output channel and quantizes its
activations as it runs (what coarser scales cost: benchmarks/quantization.py). The token embedding is
stored once and serves both as lookup table and as output projection. Normalisations, convolutions and position tables
stay float32.

encoder.onnx   mel float32[batch, mels, frames], frames even and at most 3000; a `speech.context.Context`'s rows and
               places int64[context] and log_counts float32[context]
               → memory float32[batch, context, state],
                 cross_key_i float32[batch, heads, context, 65], cross_value_i float32[batch, heads, context, 64];
                 quantized, cross_value_i is int8 with cross_scale_i float32[batch, heads, 1, 64]
decoder.onnx   tokens int64[batch, n], asked int64[m], which of the n are asked for what follows them, bias
               float32[vocabulary], what the encoder calls cross_* (its batch may be 1), past_key_i and past_value_i
               float32[batch, heads, past, 64]
               → present_key_i, present_value_i, and of the following what is fetched:
                 logits float32[batch, m, vocabulary];
                 candidates int64[batch, m, 16] and log_probabilities float32[batch, m, 16], the likeliest tokens
                 after the bias is added to the logits, the best first;
                 alignment float32[batch, alignment heads, n, context]

Queries and keys of the audio have a 65th dimension, one times the log count: so it is added to the scores by the fused
attention, which is slower with a bias of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from speech.backends import CANDIDATES, DECODER_FILE, ENCODER_FILE
from speech.errors import ModelError
from speech.quantization import quantize_by_blocks, quantize_per_channel, signed_products_saturate
from speech.weights import Checkpoint

Precision = Literal["int8", "fp32"]
_OPSET = 20  # the first with Gelu
_IR_VERSION = 10
_CONTRIB = "com.microsoft"
_EPSILON = 1e-5
_LEAST_OF_GELU = -0.17  # its minimum is -0.16997
_INT8_ACTIVATIONS = 4  # MatMulNBits' accuracy_level
_LARGEST_INLINE_BYTES = 1024  # onnxruntime maps larger weights from a file of their own and copies none of them


def build_graphs(checkpoint: Checkpoint, folder: Path, precision: Precision) -> list[Path]:
    """Writes encoder.onnx and decoder.onnx into `folder` and returns all files written.

    Raises ModelError when the checkpoint lacks a tensor or the disk refuses the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for name, build in ((ENCODER_FILE, _build_encoder), (DECODER_FILE, _build_decoder)):
        files += _save(build(checkpoint, precision), folder / name)
    return files


def alignment_heads(checkpoint: Checkpoint) -> list[tuple[int, int]]:
    """(layer, head) pairs whose cross-attention follows the audio; the upper half's where none are listed."""
    layers, heads = checkpoint.config["decoder_layers"], checkpoint.config["decoder_attention_heads"]
    try:
        listed = {(int(layer), int(head)) for layer, head in checkpoint.generation.get("alignment_heads") or ()}
    except (TypeError, ValueError) as error:
        raise _misfit() from error
    if any(layer < 0 or not 0 <= head < heads for layer, head in listed):
        raise _misfit()
    # a distilled student has fewer layers than the teacher whose list it carries
    present = sorted((layer, head) for layer, head in listed if layer < layers)
    return present or [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]


def _misfit() -> ModelError:
    return ModelError(
        "The model's generation_config.json lists alignment heads that it does not have",
        "Remove the folder and fetch the model again with: otoscribe models pull NAME.",
    )


def _save(model: onnx.ModelProto, path: Path) -> list[Path]:
    path.unlink(missing_ok=True)
    weights = path.with_suffix(".onnx.data")
    weights.unlink(missing_ok=True)
    try:
        external = {"location": weights.name, "size_threshold": _LARGEST_INLINE_BYTES}
        onnx.save(model, path, save_as_external_data=True, **external)
        shutil.copymode(
            path, weights
        )  # onnx makes it private; a store that several users share needs the others' modes
        return [path, weights]
    except OSError as error:
        raise ModelError(
            f"The model's {path.name} could not be written ({error.strerror})",
            "Free some disk space, then build the model again.",
        ) from error


class _Graph:
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
        product = self.add("DynamicQuantizeMatMul", [level, *self._channels(name, matrix)], f"{name}.product", _CONTRIB)
        restored = self.add("Mul", [product, size], f"{name}.restored")
        return self.add("Add", [restored, *bias_name], f"{name}.out") if bias_name else restored

    def _product_of_few(self, source: str, name: str, parts: tuple[str, str], bias: list[str]) -> str:
        rows, blocks, block = self.weights[parts[0]].dims
        inputs = [source, *parts, "", "", *bias] if bias else [source, *parts]
        sizes = {"K": blocks * block, "N": rows, "block_size": block}
        return self.add(
            "MatMulNBits", inputs, f"{name}.out", _CONTRIB, bits=8, accuracy_level=_INT8_ACTIVATIONS, **sizes
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
        node = helper.make_node(
            "MultiHeadAttention", inputs, outputs, f"{name}.attended", domain=_CONTRIB, **attributes
        )
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
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="otoscribe")


def _floats(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _build_encoder(checkpoint: Checkpoint, precision: Precision) -> onnx.ModelProto:
    config = checkpoint.config
    state, heads = config["d_model"], config["encoder_attention_heads"]
    graph = _Graph(checkpoint, precision, many_rows=True)
    normalized, hidden = "", _convolve(graph)
    for index in range(config["encoder_layers"]):
        layer = f"model.encoder.layers.{index}"
        attention = f"{layer}.self_attn"
        if index == 0:
            normalized = graph.normalize(hidden, f"{attention}_layer_norm")
        (attended,) = graph.attend(graph.look(normalized, attention, heads, "qkv"), attention, heads)
        attended = graph.linear(attended, f"{attention}.out_proj", [f"{attention}.out_proj"])
        normalized, hidden = graph.add_and_normalize(attended, hidden, f"{layer}.final_layer_norm")
        after = f"model.encoder.layers.{index + 1}.self_attn_layer_norm"
        last = index + 1 == config["encoder_layers"]
        normalized, hidden = graph.add_and_normalize(
            graph.feed_forward(normalized, layer), hidden, "model.encoder.layer_norm" if last else after
        )
    memory = graph.add("Identity", [normalized], "memory")
    outputs = [_floats(memory, "batch", "context", state)]
    heads_out = config["decoder_attention_heads"]
    for index in range(config["decoder_layers"]):
        attention = f"model.decoder.layers.{index}.encoder_attn"
        for kind, part in zip(("key", "value"), graph.look(memory, attention, heads_out, "kv"), strict=True):
            shape = ["context", f"{kind}_state"]
            name = f"cross_{kind}_{index}"
            if kind == "value" and graph.quantizes_memory:
                _quantize_values(graph, graph.by_heads(part, f"{name}.float", heads_out), index)
                outputs.append(helper.make_tensor_value_info(name, TensorProto.INT8, ["batch", heads_out, *shape]))
                outputs.append(_floats(f"cross_scale_{index}", "batch", heads_out, 1, "value_state"))
            else:
                graph.by_heads(part, name, heads_out)
                outputs.append(_floats(name, "batch", heads_out, *shape))
    inputs = [
        _floats("mel", "batch", config["num_mel_bins"], "frames"),
        *(helper.make_tensor_value_info(name, TensorProto.INT64, ["context"]) for name in ("rows", "places")),
        _floats("log_counts", "context"),
    ]
    return graph.model("encoder", inputs, outputs)


def _widen(values: NDArray[np.float32], heads: int, last: float) -> NDArray[np.float32]:
    """values[heads · n, ...] with one more, `last`, behind each head's n."""
    by_head = values.reshape(heads, -1, *values.shape[1:])
    added = np.full((heads, 1, *values.shape[1:]), last, np.float32)
    return np.concatenate([by_head, added], axis=1).reshape(-1, *values.shape[1:])


def _quantize_values(graph: _Graph, values: str, index: int) -> None:
    """values[batch, heads, context, 64] as int8, one scale a column: a decoder step reads them all, so size is time."""
    magnitude = graph.add("Abs", [values], f"{values}.magnitude")
    largest = graph.add("ReduceMax", [magnitude, graph.integers(-2)], f"{values}.largest", keepdims=1)
    step = graph.add("Mul", [largest, graph.constant("step", np.array(1 / 127, np.float32))], f"{values}.step")
    tiny = graph.constant("tiny", np.array(1e-6, np.float32))
    level = graph.add("Div", [values, graph.add("Max", [step, tiny], f"cross_scale_{index}")], f"{values}.level")
    as_is = [graph.constant("one", np.array(1, np.float32)), graph.constant("zero", np.array(0, np.int8))]
    graph.add("QuantizeLinear", [level, *as_is], f"cross_value_{index}")


def _convolve(graph: _Graph) -> str:
    source = "mel"
    for name, stride in (("conv1", 1), ("conv2", 2)):
        weights = [f"model.encoder.{name}.{kind}" for kind in ("weight", "bias")]
        inputs = [source, *(graph.constant(weight, graph.checkpoint.tensor(weight)) for weight in weights)]
        convolved = graph.add("Conv", inputs, f"{name}.out", kernel_shape=[3], pads=[1, 1], strides=[stride])
        source = graph.add("Gelu", [convolved], f"{name}.gelu")
    by_time = graph.add("Transpose", [source], "frames_by_time", perm=[0, 2, 1])
    kept = graph.add("Gather", [by_time, "rows"], "kept", axis=1)
    positions = "model.encoder.embed_positions.weight"
    table = graph.constant(positions, graph.checkpoint.tensor(positions))
    placed = graph.add("Gather", [table, "places"], "positions", axis=0)
    return graph.add("Add", [kept, placed], "embedded")


def _build_decoder(checkpoint: Checkpoint, precision: Precision) -> onnx.ModelProto:
    config = checkpoint.config
    state, heads, layers = config["d_model"], config["decoder_attention_heads"], config["decoder_layers"]
    chosen = alignment_heads(checkpoint)
    graph = _Graph(checkpoint, precision, many_rows=False)
    hidden = _embed_tokens(graph)
    normalized = graph.normalize(hidden, "model.decoder.layers.0.self_attn_layer_norm")
    followed: list[str] = []
    for index in range(layers):
        layer = f"model.decoder.layers.{index}"
        attention = f"{layer}.self_attn"
        projected = graph.linear(normalized, f"{attention}.qkv", [f"{attention}.{p}_proj" for p in "qkv"])
        past = [f"past_key_{index}", f"past_value_{index}"]
        attended, *_ = graph.attend(graph.split(projected, f"{attention}.split", [state] * 3), attention, heads, past)
        attended = graph.linear(attended, f"{attention}.out_proj", [f"{attention}.out_proj"])
        cross = f"{layer}.encoder_attn"
        normalized, hidden = graph.add_and_normalize(attended, hidden, f"{cross}_layer_norm")
        (query,) = graph.look(normalized, cross, heads, "q")
        attended, weights = _attend_to_audio(graph, query, index, heads)
        followed += _pick(graph, weights, [head for at, head in chosen if at == index])
        attended = graph.linear(attended, f"{cross}.out_proj", [f"{cross}.out_proj"])
        normalized, hidden = graph.add_and_normalize(attended, hidden, f"{layer}.final_layer_norm")
        after = f"model.decoder.layers.{index + 1}.self_attn_layer_norm"
        name = after if index + 1 < layers else "model.decoder.layer_norm"
        normalized, hidden = graph.add_and_normalize(graph.feed_forward(normalized, layer), hidden, name)
    graph.add("Concat", followed, "alignment", axis=1)
    _project(graph, normalized)
    return graph.model("decoder", *_decoder_interface(graph, len(chosen)))


def _decoder_interface(graph: _Graph, aligned: int) -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    config = graph.checkpoint.config
    heads, values = config["decoder_attention_heads"], TensorProto.INT8 if graph.quantizes_memory else TensorProto.FLOAT
    state = config["d_model"] // heads
    shapes = {"tokens": ["batch", "n"], "asked": ["m"]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()]
    outputs = [_floats("logits", "batch", "m", config["vocab_size"])]
    for index in range(config["decoder_layers"]):
        for kind in ("key", "value"):
            inputs.append(_floats(f"past_{kind}_{index}", "batch", heads, "past", state))
            outputs.append(_floats(f"present_{kind}_{index}", "batch", heads, "total", state))
        inputs.append(_floats(f"cross_key_{index}", "memories", heads, "context", state + 1))
        shape = ["memories", heads, "context", state]
        inputs.append(helper.make_tensor_value_info(f"cross_value_{index}", values, shape))
        if graph.quantizes_memory:
            inputs.append(_floats(f"cross_scale_{index}", "memories", heads, 1, state))
    inputs.append(_floats("bias", config["vocab_size"]))
    outputs.append(_floats("log_probabilities", "batch", "m", CANDIDATES))
    outputs.append(helper.make_tensor_value_info("candidates", TensorProto.INT64, ["batch", "m", CANDIDATES]))
    outputs.append(_floats("alignment", "batch", aligned, "n", "context"))
    return inputs, outputs


_EMBEDDING = "model.decoder.embed_tokens"


def _embed_tokens(graph: _Graph) -> str:
    matrix = graph.checkpoint.tensor(f"{_EMBEDDING}.weight")
    if graph.precision == "fp32":
        weight = graph.constant(f"{_EMBEDDING}.weight", matrix.T)
        looked_up = graph.add("Gather", [weight, "tokens"], "embedding.columns", axis=1)
        embedded = graph.add("Transpose", [looked_up], "embedding", perm=[1, 2, 0])
    else:
        embedded = _look_up(graph, *graph.blocks(_EMBEDDING, matrix))
    positions = "model.decoder.embed_positions.weight"
    table = graph.constant(positions, graph.checkpoint.tensor(positions))
    before = graph.add("Shape", ["past_key_0"], "past_length", start=2, end=3)
    count = graph.add("Shape", ["tokens"], "token_count", start=1, end=2)
    after = graph.add("Add", [before, count], "total_length")
    placed = graph.add("Slice", [table, before, after, graph.integers(0)], "positions")
    return graph.add("Add", [embedded, placed], "embedded")


def _look_up(graph: _Graph, weight: str, scale: str) -> str:
    """The rows of the quantized token embedding, as float32[batch, n, state]."""
    rows = graph.add("Gather", [weight, "tokens"], "embedding.rows", axis=0)
    numbers = graph.add("Cast", [rows], "embedding.numbers", to=TensorProto.FLOAT)
    centred = graph.add("Sub", [numbers, graph.constant("middle", np.array(128, np.float32))], "embedding.centred")
    scales = graph.add("Gather", [scale, "tokens"], "embedding.scales", axis=0)
    by_block = graph.add("Unsqueeze", [scales, graph.integers(-1)], "embedding.by_block")
    scaled = graph.add("Mul", [centred, by_block], "embedding.scaled")
    return graph.add("Reshape", [scaled, graph.integers(0, 0, -1)], "embedding")


def _project(graph: _Graph, hidden: str) -> None:
    matrix = graph.checkpoint.tensor(f"{_EMBEDDING}.weight")
    asked = graph.add("Gather", [hidden, "asked"], "asked_states", axis=1)
    product = graph.product(asked, _EMBEDDING, matrix)
    graph.add("Identity", [product], "logits")  # a copy, for whoever asks for them
    biased = graph.add("Add", [product, "bias"], "logits.biased")
    sure = graph.add("LogSoftmax", [biased], "logits.normal", axis=-1)
    outputs = ["log_probabilities", "candidates"]
    top = helper.make_node("TopK", [sure, graph.integers(CANDIDATES)], outputs, "best", axis=-1)
    graph.nodes.append(top)


def _attend_to_audio(graph: _Graph, query: str, index: int, heads: int) -> tuple[str, str]:
    """(attended [batch, n, state], weights [batch, heads, n, context]) of a query that is scaled already.

    Written out rather than as MultiHeadAttention: it is faster for a single token, one memory serves any number of
    rows, and the weights come with it. Keys are read as they lie: turned beforehand, a single token takes 1.4 times as
    long.
    """
    name = f"cross_{index}"
    queries = graph.by_heads(query, f"{name}.queries", heads)
    scores = graph.add("FusedMatMul", [queries, f"cross_key_{index}"], f"{name}.scores", _CONTRIB, transB=1)
    weights = graph.add("Softmax", [scores], f"{name}.weights", axis=-1)
    read = _read_values(graph, weights, index)
    turned = graph.add("Transpose", [read], f"{name}.turned", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [turned, graph.integers(0, 0, -1)], f"{name}.attended"), weights


def _read_values(graph: _Graph, weights: str, index: int) -> str:
    """weights · values; quantized, each row's largest weight counts 255, so that no row depends on another."""
    if not graph.quantizes_memory:
        return graph.add("MatMul", [weights, f"cross_value_{index}"], f"{weights}.read")
    largest = graph.add("ReduceMax", [weights, graph.integers(-1)], f"{weights}.largest", keepdims=1)
    level = graph.add("Div", [weights, largest], f"{weights}.level")
    values = [f"cross_value_{index}", f"cross_scale_{index}"]
    product = graph.add("DynamicQuantizeMatMul", [level, *values], f"{weights}.product", _CONTRIB)
    return graph.add("Mul", [product, largest], f"{weights}.read")


def _pick(graph: _Graph, weights: str, heads: list[int]) -> list[str]:
    if not heads:
        return []
    return [graph.add("Gather", [weights, graph.integers(*heads)], f"{weights}.picked", axis=1)]
