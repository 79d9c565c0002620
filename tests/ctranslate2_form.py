"""A checkpoint in CTranslate2 form, written byte by byte."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from speech.weights import Checkpoint

_TYPES = {
    np.dtype(np.float32): 0,
    np.dtype(np.int8): 1,
    np.dtype(np.int16): 2,
    np.dtype(np.int32): 3,
    np.dtype(np.float16): 4,
    np.dtype(ml_dtypes.bfloat16): 5,
}


def table_bytes(variables: Mapping[str, Any], *, version: int = 6) -> bytes:
    """A model.bin with these arrays and no aliases."""
    parts = [struct.pack("<I", version), _string("WhisperSpec"), struct.pack("<II", 3, len(variables))]
    for name, value in variables.items():
        array = np.asarray(value)
        header = struct.pack(f"<B{array.ndim}IBI", array.ndim, *array.shape, _TYPES[array.dtype], array.nbytes)
        parts += [_string(name), header, array.tobytes()]
    return b"".join([*parts, struct.pack("<I", 0)])


def write_whisper(checkpoint: Checkpoint, folder: Path) -> None:
    """The folder that CTranslate2's converter makes of the checkpoint."""
    variables: dict[str, Any] = {"encoder/num_heads": np.int16(checkpoint.config["encoder_attention_heads"])}
    tensors = checkpoint.tensors
    kinds = {"weight": "gamma", "bias": "beta"}
    for side in ("encoder", "decoder"):
        for kind, norm in kinds.items():
            variables[f"{side}/layer_norm/{norm}"] = tensors[f"model.{side}.layer_norm.{kind}"]
        variables[f"{side}/position_encodings/encodings"] = tensors[f"model.{side}.embed_positions.weight"]
        for index in range(checkpoint.config[f"{side}_layers"]):
            source, target = f"model.{side}.layers.{index}", f"{side}/layer_{index}"
            for ours, theirs in (("fc1", "linear_0"), ("fc2", "linear_1")):
                for kind in kinds:
                    variables[f"{target}/ffn/{theirs}/{kind}"] = tensors[f"{source}.{ours}.{kind}"]
            blocks = [("self_attn", "self_attention", ("qkv", "o"))]
            blocks += [("encoder_attn", "attention", ("q", "kv", "o"))] if side == "decoder" else []
            for ours, theirs, groups in blocks:
                for kind, norm in kinds.items():
                    variables[f"{target}/{theirs}/layer_norm/{norm}"] = tensors[f"{source}.{ours}_layer_norm.{kind}"]
                    for number, group in enumerate(groups):
                        pieces = [_projection(tensors, f"{source}.{ours}", letter, kind) for letter in group]
                        variables[f"{target}/{theirs}/linear_{number}/{kind}"] = np.concatenate(pieces)
            for kind, norm in kinds.items():
                variables[f"{target}/ffn/layer_norm/{norm}"] = tensors[f"{source}.final_layer_norm.{kind}"]
    for kind in kinds:
        for conv in ("conv1", "conv2"):
            variables[f"encoder/{conv}/{kind}"] = tensors[f"model.encoder.{conv}.{kind}"]
    embedding = tensors["model.decoder.embed_tokens.weight"]
    variables["decoder/embeddings/weight"] = variables["decoder/projection/weight"] = embedding
    variables["decoder/num_heads"] = np.int16(checkpoint.config["decoder_attention_heads"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_bytes(table_bytes(variables))
    told = {
        "alignment_heads": checkpoint.generation["alignment_heads"],
        "suppress_ids": [1, 2],
        "suppress_ids_begin": [3],
    }
    (folder / "config.json").write_text(json.dumps(told))
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")


def _projection(tensors: Mapping[str, Any], attention: str, letter: str, kind: str) -> Any:
    name = "out_proj" if letter == "o" else f"{letter}_proj"
    if (letter, kind) == ("k", "bias"):
        return np.zeros(len(tensors[f"{attention}.k_proj.weight"]), np.float32)
    return tensors[f"{attention}.{name}.{kind}"]


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data
