"""Whether a device works: a tiny Whisper with random weights is run on it, and its numbers are compared."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.backends.onnx import OnnxBackend
from speech.backends.providers import unusable
from speech.errors import ModelError
from speech.graph import build_graphs
from speech.random_weights import random_checkpoint
from speech.weights import Checkpoint

_PROMPT = np.array([[1, 2, 3, 4], [4, 3, 2, 1]])
_WITHIN = 0.05  # of the largest logit: devices may compute in half precision


def probe_device(backend: str, device: str) -> None:
    """Raises ModelError with what to do when the backend ("onnx", "torch") cannot compute on that device.

    Everything that recognition asks of a device is asked here: a batch, a prompt, tokens one by one, chosen rows.
    """
    checkpoint = random_checkpoint(64, 1, 1, vocabulary=64)
    with tempfile.TemporaryDirectory() as folder:
        build_graphs(checkpoint, Path(folder), "fp32")
        expected = _run(OnnxBackend(Path(folder), precision="fp32"))
        found = _run_on_torch(checkpoint, device) if backend == "torch" else _run_on_onnx(Path(folder), device)
    if not np.abs(found - expected).max() <= _WITHIN * np.abs(expected).max():
        raise ModelError(
            f"The device {device!r} computes wrong numbers", "Update its driver; until then use --device cpu."
        )


def _run_on_onnx(graphs: Path, device: str) -> NDArray[np.float32]:
    runner = OnnxBackend(graphs, precision="fp32", device=device)
    try:
        return _run(runner)
    except runner.failures as error:
        raise unusable(device) from error


def _run_on_torch(checkpoint: Checkpoint, device: str) -> NDArray[np.float32]:
    from speech.backends.torch import TorchBackend, require_device

    try:
        return _run(TorchBackend.of(checkpoint, require_device(device)))
    except TorchBackend.failures as error:
        raise ModelError(
            f"torch does not work on {device!r} here",
            "Update the graphics card's driver, or install the torch that suits it: pytorch.org/get-started.",
        ) from error


def _run(backend: Backend) -> NDArray[np.float32]:
    """The logits after five tokens of two utterances in the other order."""
    memory = backend.encode(np.random.default_rng(0).normal(0, 1, (2, 80, 20)).astype(np.float32))
    _, cache = backend.step(_PROMPT, None, memory)
    *_, longer = backend.choose(_PROMPT[:, :1], cache, memory, np.zeros(64, np.float32))
    rows = np.array([1, 0])
    chosen: list[Any] = [backend.select(kept, rows) for kept in (longer, memory)]
    logits, _ = backend.step(_PROMPT[:, 1:2], *chosen)
    return logits
