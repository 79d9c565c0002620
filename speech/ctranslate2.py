"""Whisper weights in CTranslate2 form: a plain table of named tensors, read without CTranslate2.

Layout after CTranslate2's model specification (python/ctranslate2/specs/model_spec.py, MIT): binary version, name and
revision of the specification, then for each variable its name, rank, dimensions, data type and bytes, then aliases.
"""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from speech.errors import ModelError

BINARY_VERSION = 6
_MULTILINGUAL_VOCABULARY = 51865  # English-only models have one token less
DTYPES: dict[int, Any] = {
    0: np.float32,
    1: np.int8,
    2: np.int16,
    3: np.int32,
    4: np.float16,
    5: ml_dtypes.bfloat16,
}
_LEAST_SCALE = 1e-30  # weights of less would be beyond float32
_PULL_AGAIN = "Remove the folder and fetch the model again with: otoscribe models pull NAME."


def read_table(path: Path) -> dict[str, NDArray[Any]]:
    """All variables of a model.bin by name, aliases left out. ModelError when the file is not whole."""
    try:
        with path.open("rb") as file:
            return _read_variables(file)
    except (struct.error, UnicodeDecodeError, ValueError, KeyError, EOFError) as error:
        raise ModelError(f"The model's {path.name} is damaged or cut off", _PULL_AGAIN) from error
    except OSError as error:
        raise ModelError(f"The model's {path.name} cannot be read", _PULL_AGAIN) from error


def read_whisper(folder: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, NDArray[Any]]]:
    """(config, generation, tensors) under Hugging Face's names from a folder with model.bin and config.json."""
    table = read_table(folder / "model.bin")
    try:
        return _config(table), _generation(folder), _rename(table)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise ModelError("The model.bin is not a Whisper model in CTranslate2 form", _PULL_AGAIN) from error


def _read_variables(file: BinaryIO) -> dict[str, NDArray[Any]]:
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    (version,) = _unpack(file, "<I")
    if version != BINARY_VERSION:
        raise ValueError(f"binary version {version}")
    _read_string(file)  # the specification's name
    _revision, count = _unpack(file, "<II")
    table: dict[str, NDArray[Any]] = {}
    for _ in range(count):
        name = _read_string(file)
        (rank,) = _unpack(file, "<B")
        shape = _unpack(file, f"<{rank}I")
        dtype_id, size = _unpack(file, "<BI")
        if size > end - file.tell():  # checked first, because reading reserves the memory that a header asks for
            raise EOFError
        table[name] = np.frombuffer(file.read(size), dtype=DTYPES[dtype_id]).reshape(shape)
    return {name: _dequantize(name, array, table) for name, array in table.items() if not name.endswith("_scale")}


def _dequantize(name: str, array: NDArray[Any], table: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """int8 and int16 weights are stored multiplied by a scale per row."""
    scale = table.get(f"{name}_scale")
    if scale is None:
        return array
    if not np.all(scale > _LEAST_SCALE):
        raise ValueError(f"{name}_scale")
    return np.asarray(array, np.float32) / np.asarray(scale, np.float32).reshape(-1, *([1] * (array.ndim - 1)))


def _unpack(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _read_string(file: BinaryIO) -> str:
    (length,) = _unpack(file, "<H")
    return str(file.read(length).rstrip(b"\0").decode())


def _config(table: dict[str, NDArray[Any]]) -> dict[str, Any]:
    def layers(side: str) -> int:
        return len({name.split("/")[1] for name in table if name.startswith(f"{side}/layer_")} - {"layer_norm"})

    state, mels, _ = table["encoder/conv1/weight"].shape
    vocabulary = table["decoder/embeddings/weight"].shape[0]
    end_of_text = 50257 if vocabulary >= _MULTILINGUAL_VOCABULARY else 50256
    return {
        "model_type": "whisper",
        "architectures": ["WhisperForConditionalGeneration"],
        "d_model": state,
        "num_mel_bins": mels,
        "vocab_size": vocabulary,
        "max_source_positions": table["encoder/position_encodings/encodings"].shape[0],
        "max_target_positions": table["decoder/position_encodings/encodings"].shape[0],
        "encoder_layers": layers("encoder"),
        "decoder_layers": layers("decoder"),
        "encoder_attention_heads": int(table["encoder/num_heads"]),
        "decoder_attention_heads": int(table["decoder/num_heads"]),
        "encoder_ffn_dim": table["encoder/layer_0/ffn/linear_0/weight"].shape[0],
        "decoder_ffn_dim": table["decoder/layer_0/ffn/linear_0/weight"].shape[0],
        "activation_function": "gelu",
        "scale_embedding": False,
        "decoder_start_token_id": end_of_text + 1,
        "bos_token_id": end_of_text,
        "eos_token_id": end_of_text,
        "pad_token_id": end_of_text,
    }


def _generation(folder: Path) -> dict[str, Any]:
    try:
        source = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("The model's config.json is missing or damaged", _PULL_AGAIN) from error
    if not isinstance(source, dict):
        raise ModelError("The model's config.json is missing or damaged", _PULL_AGAIN)
    return {
        "alignment_heads": source["alignment_heads"],
        "suppress_tokens": source["suppress_ids"],
        "begin_suppress_tokens": source["suppress_ids_begin"],
    }


def _rename(table: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    tensors: dict[str, NDArray[Any]] = {}
    for name, array in table.items():
        if array.ndim == 0 or name.endswith(("alignment_heads", "alignment_layer")):
            continue
        if name.startswith("decoder/projection/"):  # tied to the token embedding
            continue
        tensors.update(_rename_one(name, array))
    return tensors


def _rename_one(name: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    side, *path = name.split("/")
    kind = {"gamma": "weight", "beta": "bias"}.get(path[-1], path[-1])
    whole = {"embeddings": "embed_tokens", "position_encodings": "embed_positions"}
    if path[0] in whole:
        return {f"model.{side}.{whole[path[0]]}.weight": array}
    if not path[0].startswith("layer_") or path[0] == "layer_norm":
        return {f"model.{side}.{path[0]}.{kind}": array}
    layer = f"model.{side}.layers.{path[0].removeprefix('layer_')}"
    block, part = path[1], path[2]
    if block == "ffn":
        target = {"layer_norm": "final_layer_norm", "linear_0": "fc1", "linear_1": "fc2"}[part]
        return {f"{layer}.{target}.{kind}": array}
    attention = {"self_attention": "self_attn", "attention": "encoder_attn"}[block]
    if part == "layer_norm":
        return {f"{layer}.{attention}_layer_norm.{kind}": array}
    return _split_projections(f"{layer}.{attention}", block, part, kind, array)


def _split_projections(prefix: str, block: str, part: str, kind: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """CTranslate2 fuses q, k, v (self-attention) and k, v (cross-attention); Whisper's keys have no bias."""
    fused = {
        ("self_attention", "linear_0"): ("q_proj", "k_proj", "v_proj"),
        ("self_attention", "linear_1"): ("out_proj",),
        ("attention", "linear_0"): ("q_proj",),
        ("attention", "linear_1"): ("k_proj", "v_proj"),
        ("attention", "linear_2"): ("out_proj",),
    }[block, part]
    pieces = zip(fused, np.split(array, len(fused)), strict=True)
    return {f"{prefix}.{name}.{kind}": piece for name, piece in pieces if (name, kind) != ("k_proj", "bias")}
