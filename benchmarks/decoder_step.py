"""A step of the decoder beside the int8 matrix products that it holds, for one token and for sixteen.

    python benchmarks/decoder_step.py [--model whisper-base] [--threads 2] [--seconds 30] [--steps 60]

The products alone are a graph of the same operators on matrices of the same sizes. Both run in turn, so that a busy
machine slows both; printed are medians in milliseconds of wall time and processor time, and the ratio.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.paths import models_folder
from speech.backends.onnx import OnnxBackend
from speech.quantization import quantize_by_blocks
from speech.store import DEFAULT_MODEL, ModelStore
from speech.weights import read_settings

PAST = 30  # tokens read before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30.0, help="of context")
    parser.add_argument("--steps", type=int, default=60)
    arguments = parser.parse_args()
    model = ModelStore(models_folder()).open(arguments.model)
    config = read_settings(model.checkpoint_folder).config
    backend = OnnxBackend(model.graph_folder("int8"), precision="int8", threads=arguments.threads)
    random = np.random.default_rng(0)
    mel = random.normal(0, 0.5, (1, config["num_mel_bins"], 2 * round(arguments.seconds * 50))).astype(np.float32)
    memory = backend.encode(mel)
    bias = np.zeros(config["vocab_size"], np.float32)
    _, cache = backend.step(random.integers(0, 1000, (1, PAST)), None, memory)
    products = _products(config["d_model"], config["decoder_layers"], config["vocab_size"], arguments.threads)
    print(f"{arguments.model}, {arguments.threads} threads, {arguments.seconds:g} s of context, {PAST} tokens before")
    print(f"{'tokens':>6}{'step, ms':>12}{'products, ms':>14}{'ratio':>8}{'step, cpu ms':>14}")
    for count in (1, 16):
        tokens = random.integers(0, 1000, (1, count))
        works = partial(backend.choose, tokens, cache, memory, bias), partial(products, count)
        step, alone = _in_turn(works, arguments.steps)
        print(f"{count:6}{step[0]:12.2f}{alone[0]:14.2f}{step[0] / alone[0]:8.2f}{step[1]:14.2f}", flush=True)


def _in_turn(works: Sequence[Callable[[], object]], rounds: int) -> list[NDArray[np.float64]]:
    """For each work the medians of (wall, processor) milliseconds."""
    taken = np.zeros((len(works), rounds, 2))
    for turn in range(rounds):
        for place, work in enumerate(works):
            wall, processor = time.perf_counter(), time.process_time()
            work()
            taken[place, turn] = time.perf_counter() - wall, time.process_time() - processor
    return list(np.median(taken, axis=1) * 1000)


def _products(width: int, layers: int, vocabulary: int, threads: int) -> Callable[[int], object]:
    sizes = [(3 * width, width), *[(width, width)] * 3, (4 * width, width), (width, 4 * width)] * layers
    random = np.random.default_rng(0)
    nodes, weights = [], []
    for number, (rows, length) in enumerate([*sizes, (vocabulary, width)]):
        parts = quantize_by_blocks(random.normal(0, 1, (rows, length)).astype(np.float32))
        names = [f"values_{number}", f"scales_{number}"]
        weights += [numpy_helper.from_array(*pair) for pair in zip((parts.values, parts.scales), names, strict=True)]
        size = {"K": length, "N": rows, "bits": 8, "block_size": parts.values.shape[2], "accuracy_level": 4}
        inputs = [f"source_{length}", *names]
        nodes.append(helper.make_node("MatMulNBits", inputs, [f"out_{number}"], domain="com.microsoft", **size))
    sources = [
        helper.make_tensor_value_info(f"source_{length}", TensorProto.FLOAT, [1, "n", length])
        for length in (width, 4 * width)
    ]
    results = [helper.make_tensor_value_info(node.output[0], TensorProto.FLOAT, None) for node in nodes]
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    graph = helper.make_graph(nodes, "products", sources, results, weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    data = helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def run(count: int) -> object:
        feed = {
            source.name: random.normal(0, 1, (1, count, length)).astype(np.float32)
            for source, length in zip(sources, (width, 4 * width), strict=True)
        }
        return session.run_with_ort_values(
            [result.name for result in results],
            {name: onnxruntime.OrtValue.ortvalue_from_numpy(value) for name, value in feed.items()},
        )

    return run


if __name__ == "__main__":
    main()
