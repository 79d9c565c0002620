"""The graph that hears: log-mel features to the keys and values that the decoder looks at."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from speech.graph.network import Graph, Precision, floats
from speech.weights import Checkpoint


def build_encoder(checkpoint: Checkpoint, precision: Precision) -> onnx.ModelProto:
    """Quantized, which is how it runs on the processor, it can go on behind positions of an earlier call."""
    config = checkpoint.config
    state, heads = config["d_model"], config["encoder_attention_heads"]
    graph = Graph(checkpoint, precision, many_rows=True)
    past = _Past(graph, state, goes_on=precision == "int8")
    normalized, hidden = "", _convolve(graph)
    for index in range(config["encoder_layers"]):
        layer = f"model.encoder.layers.{index}"
        attention = f"{layer}.self_attn"
        if index == 0:
            normalized = graph.normalize(hidden, f"{attention}_layer_norm")
        query, key, value = graph.look(normalized, attention, heads, "qkv")
        key, value = past.before(key, f"key_{index}", heads), past.before(value, f"value_{index}")
        (attended,) = graph.attend([query, key, value], attention, heads)
        attended = graph.linear(attended, f"{attention}.out_proj", [f"{attention}.out_proj"])
        normalized, hidden = graph.add_and_normalize(attended, hidden, f"{layer}.final_layer_norm")
        after = f"model.encoder.layers.{index + 1}.self_attn_layer_norm"
        last = index + 1 == config["encoder_layers"]
        normalized, hidden = graph.add_and_normalize(
            graph.feed_forward(normalized, layer), hidden, "model.encoder.layer_norm" if last else after
        )
    memory = graph.add("Identity", [normalized], "memory")
    outputs = [floats(memory, "batch", "context", state)]
    heads_out = config["decoder_attention_heads"]
    for index in range(config["decoder_layers"]):
        attention = f"model.decoder.layers.{index}.encoder_attn"
        for kind, part in zip(("key", "value"), graph.look(memory, attention, heads_out, "kv"), strict=True):
            shape = ["total", f"{kind}_state"]
            name = f"cross_{kind}_{index}"
            part = past.before(part, name, heads_out if kind == "key" else 0)
            if kind == "value" and graph.quantizes_memory:
                _quantize_values(graph, graph.by_heads(part, f"{name}.float", heads_out), index)
                outputs.append(helper.make_tensor_value_info(name, TensorProto.INT8, ["batch", heads_out, *shape]))
                outputs.append(floats(f"cross_scale_{index}", "batch", heads_out, 1, "value_state"))
            else:
                graph.by_heads(part, name, heads_out)
                outputs.append(floats(name, "batch", heads_out, *shape))
    inputs = [
        floats("mel", "batch", config["num_mel_bins"], "frames"),
        *(helper.make_tensor_value_info(name, TensorProto.INT64, ["context"]) for name in ("rows", "places")),
        floats("log_counts", "context"),
        *past.inputs,
    ]
    return graph.model("encoder", inputs, [*outputs, *past.outputs])


class _Past:
    """Keys and values of the positions before those that are read, and of both together as they are handed on."""

    def __init__(self, graph: Graph, state: int, *, goes_on: bool) -> None:
        self._graph = graph
        self._state = state
        self._goes_on = goes_on
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def before(self, part: str, name: str, wider: int = 0) -> str:
        """part[batch, context, state + wider] behind that of the past."""
        if not self._goes_on:
            return part
        width = self._state + wider
        self.inputs.append(floats(f"past_{name}", "batch", "past", width))
        self.outputs.append(floats(f"present_{name}", "batch", "total", width))
        return self._graph.add("Concat", [f"past_{name}", part], f"present_{name}", axis=1)


def _quantize_values(graph: Graph, values: str, index: int) -> None:
    """values[batch, heads, context, 64] as int8, one scale a column: a decoder step reads them all, so size is time."""
    magnitude = graph.add("Abs", [values], f"{values}.magnitude")
    largest = graph.add("ReduceMax", [magnitude, graph.integers(-2)], f"{values}.largest", keepdims=1)
    step = graph.add("Mul", [largest, graph.constant("step", np.array(1 / 127, np.float32))], f"{values}.step")
    tiny = graph.constant("tiny", np.array(1e-6, np.float32))
    level = graph.add("Div", [values, graph.add("Max", [step, tiny], f"cross_scale_{index}")], f"{values}.level")
    as_is = [graph.constant("one", np.array(1, np.float32)), graph.constant("zero", np.array(0, np.int8))]
    graph.add("QuantizeLinear", [level, *as_is], f"cross_value_{index}")


def _convolve(graph: Graph) -> str:
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
