"""A model that lies ready on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Precision = Literal["int8", "fp32"]
PRECISIONS: tuple[Precision, ...] = ("int8", "fp32")


@dataclass(frozen=True)
class InstalledModel:
    """A model in the store.

    `source` says where it came from in words, `revision` the exact version there (a commit or a package version).
    `min_padding_s` is the silence that the model needs after the speech; None means its full 30 s context.
    `precisions` are the graphs built so far; `ModelStore.ensure_graphs` builds others.
    """

    name: str
    title: str
    folder: Path
    licence: str
    source: str
    revision: str | None
    languages: tuple[str, ...]
    min_padding_s: float | None
    size_bytes: int
    precisions: tuple[Precision, ...]

    @property
    def checkpoint_folder(self) -> Path:
        """Holds config.json, generation_config.json, tokenizer.json and model.safetensors (float16)."""
        return self.folder / "checkpoint"

    def graph_folder(self, precision: Precision) -> Path:
        """Where encoder.onnx and decoder.onnx of that precision lie once built; builds nothing."""
        return self.folder / "graphs" / precision
