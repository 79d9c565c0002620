"""A checkpoint as one small file: safetensors with int8 matrices, one scale a row, all else in its metadata.

Every tensor is deflated (zlib): weights lie thickest around zero, so that a seventh of the bytes goes and no number
changes. Unpacked weights round to the same int8 numbers again: graphs built from them lose nothing more.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from speech.errors import ModelError
from speech.weights import Checkpoint

_FORMAT = "otoscribe-packed-2"
_SCALE = ".scale"
_LARGEST = 127


def write_packed(checkpoint: Checkpoint, path: Path) -> None:
    """Writes the checkpoint to a .safetensors file; position tables, convolutions and vectors stay float16."""
    tensors: dict[str, NDArray[Any]] = {}
    for name in checkpoint.tensors:
        array = checkpoint.tensor(name)
        if array.ndim == 2 and "embed_positions" not in name:
            scales = np.maximum(np.abs(array).max(axis=1), 1e-12).astype(np.float32) / _LARGEST
            tensors[name] = np.clip(np.rint(array / scales[:, None]), -_LARGEST, _LARGEST).astype(np.int8)
            tensors[name + _SCALE] = scales
        else:
            tensors[name] = np.ascontiguousarray(array, np.float16)
    settings = {
        "format": _FORMAT,
        "layout": json.dumps({name: [array.dtype.name, array.shape] for name, array in tensors.items()}),
        "config": json.dumps(dict(checkpoint.config)),
        "generation": json.dumps(dict(checkpoint.generation)),
        "tokenizer": checkpoint.tokenizer,
    }
    deflated = {name: np.frombuffer(zlib.compress(array.data, 9), np.uint8) for name, array in tensors.items()}
    safetensors.numpy.save_file(deflated, path, settings)


def read_packed(path: Path) -> Checkpoint:
    """The checkpoint with its matrices as float32 again. ModelError when the file is damaged or something else."""
    try:
        with safetensors.safe_open(path, "numpy") as file:
            settings = file.metadata() or {}
            if settings.get("format") != _FORMAT:
                raise ModelError(f"{path.name} is no packed model of this version", "Install Otoscribe again.")
            layout: Mapping[str, tuple[str, list[int]]] = json.loads(settings["layout"])
            tensors = {name: _inflated(file.get_tensor(name), *layout[name]) for name in file.keys()}  # noqa: SIM118
        whole = {name: _unpacked(name, tensors) for name in tensors if not name.endswith(_SCALE)}
        config, generation = json.loads(settings["config"]), json.loads(settings["generation"])
        return Checkpoint(config, generation, whole, settings["tokenizer"])
    except (OSError, ValueError, KeyError, zlib.error, safetensors.SafetensorError) as error:
        raise ModelError(f"The model {path.name} is damaged", "Install Otoscribe again to restore it.") from error


def _inflated(deflated: NDArray[np.uint8], dtype: str, shape: list[int]) -> NDArray[Any]:
    """ValueError when the bytes are not as many as the shape takes."""
    return np.frombuffer(zlib.decompress(deflated.data), dtype).reshape(shape)


def _unpacked(name: str, tensors: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    array = np.asarray(tensors[name], np.float32)
    if array.ndim == 2 and name + _SCALE in tensors:
        return np.asarray(array * tensors[name + _SCALE][:, None], np.float32)
    return array
