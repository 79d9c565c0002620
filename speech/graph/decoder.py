"""The graph that writes: tokens, and what was heard, to what may come next."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from speech.backends import CANDIDATES
from speech.graph.heads import alignment_heads
from speech.graph.network import CONTRIB, Graph, Precision, floats
from speech.weights import Checkpoint


def build_decoder(checkpoint: Checkpoint, precision: Precision) -> onnx.ModelProto:
    config = checkpoint.config
    state, heads, layers = config["d_model"], config["decoder_attention_heads"], config["decoder_layers"]
    chosen = alignment_heads(checkpoint)
    graph = Graph(checkpoint, precision, many_rows=False)
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


def _decoder_interface(graph: Graph, aligned: int) -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    config = graph.checkpoint.config
    heads, values = config["decoder_attention_heads"], TensorProto.INT8 if graph.quantizes_memory else TensorProto.FLOAT
    state = config["d_model"] // heads
    shapes = {"tokens": ["batch", "n"], "asked": ["m"]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()]
    outputs = [floats("logits", "batch", "m", config["vocab_size"])]
    for index in range(config["decoder_layers"]):
        for kind in ("key", "value"):
            inputs.append(floats(f"past_{kind}_{index}", "batch", heads, "past", state))
            outputs.append(floats(f"present_{kind}_{index}", "batch", heads, "total", state))
        inputs.append(floats(f"cross_key_{index}", "memories", heads, "context", state + 1))
        shape = ["memories", heads, "context", state]
        inputs.append(helper.make_tensor_value_info(f"cross_value_{index}", values, shape))
        if graph.quantizes_memory:
            inputs.append(floats(f"cross_scale_{index}", "memories", heads, 1, state))
    inputs.append(floats("bias", config["vocab_size"]))
    outputs.append(floats("log_probabilities", "batch", "m", CANDIDATES))
    outputs.append(helper.make_tensor_value_info("candidates", TensorProto.INT64, ["batch", "m", CANDIDATES]))
    outputs.append(floats("alignment", "batch", aligned, "n", "context"))
    return inputs, outputs


_EMBEDDING = "model.decoder.embed_tokens"


def _embed_tokens(graph: Graph) -> str:
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


def _look_up(graph: Graph, weight: str, scale: str) -> str:
    """The rows of the quantized token embedding, as float32[batch, n, state]."""
    rows = graph.add("Gather", [weight, "tokens"], "embedding.rows", axis=0)
    numbers = graph.add("Cast", [rows], "embedding.numbers", to=TensorProto.FLOAT)
    centred = graph.add("Sub", [numbers, graph.constant("middle", np.array(128, np.float32))], "embedding.centred")
    scales = graph.add("Gather", [scale, "tokens"], "embedding.scales", axis=0)
    by_block = graph.add("Unsqueeze", [scales, graph.integers(-1)], "embedding.by_block")
    scaled = graph.add("Mul", [centred, by_block], "embedding.scaled")
    return graph.add("Reshape", [scaled, graph.integers(0, 0, -1)], "embedding")


def _project(graph: Graph, hidden: str) -> None:
    matrix = graph.checkpoint.tensor(f"{_EMBEDDING}.weight")
    asked = graph.add("Gather", [hidden, "asked"], "asked_states", axis=1)
    product = graph.product(asked, _EMBEDDING, matrix)
    graph.add("Identity", [product], "logits")  # a copy, for whoever asks for them
    biased = graph.add("Add", [product, "bias"], "logits.biased")
    sure = graph.add("LogSoftmax", [biased], "logits.normal", axis=-1)
    outputs = ["log_probabilities", "candidates"]
    top = helper.make_node("TopK", [sure, graph.integers(CANDIDATES)], outputs, "best", axis=-1)
    graph.nodes.append(top)


def _attend_to_audio(graph: Graph, query: str, index: int, heads: int) -> tuple[str, str]:
    """(attended [batch, n, state], weights [batch, heads, n, context]) of a query that is scaled already.

    Written out rather than as MultiHeadAttention: it is faster for a single token, one memory serves any number of
    rows, and the weights come with it. Keys are read as they lie: turned beforehand, a single token takes 1.4 times as
    long.
    """
    name = f"cross_{index}"
    queries = graph.by_heads(query, f"{name}.queries", heads)
    scores = graph.add("FusedMatMul", [queries, f"cross_key_{index}"], f"{name}.scores", CONTRIB, transB=1)
    weights = graph.add("Softmax", [scores], f"{name}.weights", axis=-1)
    read = _read_values(graph, weights, index)
    turned = graph.add("Transpose", [read], f"{name}.turned", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [turned, graph.integers(0, 0, -1)], f"{name}.attended"), weights


def _read_values(graph: Graph, weights: str, index: int) -> str:
    """weights · values; quantized, each row's largest weight counts 255, so that no row depends on another."""
    if not graph.quantizes_memory:
        return graph.add("MatMul", [weights, f"cross_value_{index}"], f"{weights}.read")
    largest = graph.add("ReduceMax", [weights, graph.integers(-1)], f"{weights}.largest", keepdims=1)
    level = graph.add("Div", [weights, largest], f"{weights}.level")
    values = [f"cross_value_{index}", f"cross_scale_{index}"]
    product = graph.add("DynamicQuantizeMatMul", [level, *values], f"{weights}.product", CONTRIB)
    return graph.add("Mul", [product, largest], f"{weights}.read")


def _pick(graph: Graph, weights: str, heads: list[int]) -> list[str]:
    if not heads:
        return []
    return [graph.add("Gather", [weights, graph.integers(*heads)], f"{weights}.picked", axis=1)]
