"""Adapters: what a fine-tuning changes in a model, as one file of a few megabytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from speech.errors import OtoscribeError
from speech.weights import WEIGHTS_FILE, Checkpoint

_FORMAT = "otoscribe-adapter-1"
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


class AdapterError(OtoscribeError):
    """An adapter that is missing, damaged or made for another model."""


class MisfitError(AdapterError):
    """One that was made for other weights."""


@dataclass(frozen=True)
class Adapter:
    """A low-rank change (LoRA, Hu et al. 2021) of some of a model's matrices: W + up · down.

    `matrices` gives for a matrix's name its (up[rows, rank], down[rank, columns]). `base` names the
    model, `base_sha256` its weights. `report` says what it was made from and how well it did; never with text.
    """

    base: str
    base_sha256: str
    matrices: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = field(repr=False)
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of what was learned is left."""
        return float(self.report.get("weakened_to", 1.0))

    def weakened(self, share: float) -> Adapter:
        """That share of what was learned: less is changed and less forgotten (Ilharco et al. 2022, "Editing models with
        task arithmetic"). The report says so."""
        factor = np.float32(share / self.share)
        matrices = {name: (factor * up, down) for name, (up, down) in self.matrices.items()}
        return replace(self, matrices=matrices, report={**self.report, "weakened_to": share})

    def merge(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint with the change added."""
        tensors = dict(checkpoint.tensors)
        for name, (up, down) in self.matrices.items():
            if name not in tensors or tensors[name].shape != (up.shape[0], down.shape[1]):
                raise AdapterError(
                    f"The adapter does not fit the model at {name}", f"It was made for {self.base}; use that model."
                )
            tensors[name] = np.asarray(tensors[name], np.float32) + up @ down
        return replace(checkpoint, tensors=tensors)


def weights_digest(checkpoint_folder: Path) -> str:
    """The SHA-256 of a model's weights, by which an adapter knows its base."""
    with (checkpoint_folder / WEIGHTS_FILE).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_adapter(adapter: Adapter, path: Path) -> None:
    """Writes one .safetensors file, whole or not at all. AdapterError when the disk does not take it."""
    tensors: dict[str, NDArray[Any]] = {}
    for name, (up, down) in adapter.matrices.items():
        tensors[name + _UP], tensors[name + _DOWN] = up.astype(np.float16), down.astype(np.float16)
    metadata = {
        "format": _FORMAT,
        "base": adapter.base,
        "base_sha256": adapter.base_sha256,
        "report": json.dumps(dict(adapter.report)),
    }
    new = path.with_name(path.name + ".new")
    try:
        safetensors.numpy.save_file(tensors, new, metadata)
        new.chmod(0o600)  # what an author's voice has taught is the author's own
        new.replace(path)
    except (OSError, safetensors.SafetensorError) as error:
        new.unlink(missing_ok=True)
        raise not_written(path) from error


def not_written(path: Path) -> AdapterError:
    """What to raise where the disk does not take a file of an adapter."""
    return AdapterError(
        f"The adapter's {path.name} cannot be written", "Free some space or make the folder writable, and try again."
    )


def read_adapter(path: Path) -> Adapter:
    """The adapter in a file that `write_adapter` wrote. AdapterError when it is missing, damaged or something else."""
    try:
        with safetensors.safe_open(path, "numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: np.asarray(file.get_tensor(name), np.float32) for name in file.keys()}  # noqa: SIM118
        if metadata.get("format") != _FORMAT:
            raise AdapterError(f"{path.name} is no adapter of this version", "Use one that this Otoscribe exported.")
        names = [name.removesuffix(_UP) for name in tensors if name.endswith(_UP)]
        matrices = {name: (tensors[name + _UP], tensors[name + _DOWN]) for name in names}
        return Adapter(metadata["base"], metadata["base_sha256"], matrices, json.loads(metadata["report"]))
    except FileNotFoundError:
        raise AdapterError(f"There is no adapter {path}", "See what there is with: otoscribe adapt list") from None
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
        raise AdapterError(f"The adapter {path.name} is damaged", "Import or train it again.") from error
