"""A folder in CTranslate2 form, which faster-whisper reads; the writing side of `speech.ctranslate2`.

Layout after CTranslate2's python/ctranslate2/specs/model_spec.py and converters/transformers.py (MIT). Weights are
float16; CTranslate2 quantizes them as it loads them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.ctranslate2 import BINARY_VERSION, DTYPES
from speech.export.hugging_face import feature_settings
from speech.export.tokens import all_tokens
from speech.graph import alignment_heads
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings

_SPECIFICATION, _REVISION = "WhisperSpec", 3
_GELU = 3  # CTranslate2's number of the activation
_EMBEDDING, _PROJECTION = "decoder/embeddings/weight", "decoder/projection/weight"
_NORM_KINDS = {"weight": "gamma", "bias": "beta"}
_FUSED = {  # CTranslate2's layers and the projections that each holds, one below the other
    "self_attn": ("self_attention", (("q", "k", "v"), ("out",))),
    "encoder_attn": ("attention", (("q",), ("k", "v"), ("out",))),
}


def write_ctranslate2(checkpoint: Checkpoint, folder: Path) -> None:
    """Writes model.bin, config.json, tokenizer.json, vocabulary.json and preprocessor_config.json into `folder`.

    ModelError when the tokenizer is not Whisper's; OSError when the disk refuses.
    """
    generation = checkpoint.generation
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, generation, checkpoint.tokenizer))
    told = {
        "alignment_heads": [list(pair) for pair in alignment_heads(checkpoint)],
        "lang_ids": sorted(vocabulary.languages.values()) if vocabulary.multilingual else [],
        "suppress_ids": generation.get("suppress_tokens") or [],
        "suppress_ids_begin": generation.get("begin_suppress_tokens") or [],
    }
    folder.mkdir(exist_ok=True)
    for name, value in (
        ("config.json", told),
        ("vocabulary.json", all_tokens(checkpoint)),
        ("preprocessor_config.json", feature_settings(checkpoint)),
    ):
        (folder / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
    _write_table(dict(_variables(checkpoint)), {_PROJECTION: _EMBEDDING}, folder / "model.bin")


def _write_table(variables: Mapping[str, NDArray[Any]], aliases: Mapping[str, str], path: Path) -> None:
    numbers = {np.dtype(dtype): number for number, dtype in DTYPES.items()}
    with path.open("wb") as file:
        file.write(struct.pack("<I", BINARY_VERSION) + _string(_SPECIFICATION))
        file.write(struct.pack("<II", _REVISION, len(variables)))
        for name, array in sorted(variables.items()):
            file.write(_string(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape))
            file.write(struct.pack("<BI", numbers[array.dtype], array.nbytes) + array.tobytes())
        file.write(struct.pack("<I", len(aliases)))
        for alias, name in aliases.items():
            file.write(_string(alias) + _string(name))


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def _variables(checkpoint: Checkpoint) -> Iterator[tuple[str, NDArray[Any]]]:
    """CTranslate2's names and arrays, the output projection left out."""
    yield "decoder/activation", np.array(_GELU, np.int8)
    yield "decoder/alignment_heads", np.array(1, np.int16)  # of one layer, read by translation models only
    yield "decoder/alignment_layer", np.array(-1, np.int16)
    for switch, value in (("alibi", 0), ("pre_norm", 1), ("scale_embeddings", 0), ("start_from_zero_embedding", 0)):
        yield f"decoder/{switch}", np.array(value, np.int8)
    yield _EMBEDDING, _half(checkpoint, "model.decoder.embed_tokens.weight")
    for convolution in ("conv1", "conv2"):
        for kind in _NORM_KINDS:
            yield f"encoder/{convolution}/{kind}", _half(checkpoint, f"model.encoder.{convolution}.{kind}")
    for side in ("encoder", "decoder"):
        yield f"{side}/num_heads", np.array(checkpoint.config[f"{side}_attention_heads"], np.int16)
        positions = f"model.{side}.embed_positions.weight"
        yield f"{side}/position_encodings/encodings", _half(checkpoint, positions)
        yield from _norm(checkpoint, f"model.{side}.layer_norm", f"{side}/layer_norm")
        for index in range(checkpoint.config[f"{side}_layers"]):
            yield from _layer(checkpoint, f"model.{side}.layers.{index}", f"{side}/layer_{index}", side)


def _layer(checkpoint: Checkpoint, source: str, target: str, side: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for attention in ("self_attn", "encoder_attn") if side == "decoder" else ("self_attn",):
        block, groups = _FUSED[attention]
        yield from _norm(checkpoint, f"{source}.{attention}_layer_norm", f"{target}/{block}/layer_norm")
        for number, group in enumerate(groups):
            for kind in _NORM_KINDS:
                parts = [_projection(checkpoint, f"{source}.{attention}.{part}_proj", kind) for part in group]
                yield f"{target}/{block}/linear_{number}/{kind}", np.concatenate(parts)
    yield from _norm(checkpoint, f"{source}.final_layer_norm", f"{target}/ffn/layer_norm")
    for number, name in enumerate(("fc1", "fc2")):
        for kind in _NORM_KINDS:
            yield f"{target}/ffn/linear_{number}/{kind}", _half(checkpoint, f"{source}.{name}.{kind}")


def _norm(checkpoint: Checkpoint, source: str, target: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for kind, name in _NORM_KINDS.items():
        yield f"{target}/{name}", _half(checkpoint, f"{source}.{kind}")


def _projection(checkpoint: Checkpoint, name: str, kind: str) -> NDArray[np.float16]:
    if kind == "bias" and name.endswith("k_proj"):  # Whisper's keys have none
        return np.zeros(len(checkpoint.tensors[f"{name}.weight"]), np.float16)
    return _half(checkpoint, f"{name}.{kind}")


def _half(checkpoint: Checkpoint, name: str) -> NDArray[np.float16]:
    return np.ascontiguousarray(checkpoint.tensor(name), np.float16)
