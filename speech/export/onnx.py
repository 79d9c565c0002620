"""The graphs of `speech.graph` in fp32, for any processor; int8 ones are built for the processor that runs them.

What they take and give: `speech.graph`; a mel is encoded whole with rows and places from 0 on and log_counts of 0."""

from __future__ import annotations

import json
from pathlib import Path

from speech.weights import Checkpoint


def write_onnx(checkpoint: Checkpoint, folder: Path) -> None:
    """Writes encoder.onnx, decoder.onnx, settings and tokenizer into `folder`; ModelError or OSError when it fails."""
    from speech.graph import build_graphs  # onnx takes long to import

    build_graphs(checkpoint, folder, "fp32")
    for name, value in (("config.json", checkpoint.config), ("generation_config.json", checkpoint.generation)):
        (folder / name).write_text(json.dumps(dict(value), indent=1), encoding="utf-8")
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
