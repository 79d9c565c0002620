"""A `Checkpoint` as two ONNX graphs, encoder and decoder, written with onnx from numpy; no torch needed.

With precision "int8" every matrix product has int8 weights with one scale per output channel and quantizes its
activations as it runs (what coarser scales cost: benchmarks/quantization.py). The token embedding is
stored once and serves both as lookup table and as output projection. Normalisations, convolutions and position tables
stay float32.

encoder.onnx   mel float32[batch, mels, frames], frames even and at most 3000; a `speech.context.Context`'s rows and
               places int64[context] and log_counts float32[context]
               → memory float32[batch, context, state],
                 cross_key_i float32[batch, heads, context, 65], cross_value_i float32[batch, heads, context, 64];
                 quantized, cross_value_i is int8 with cross_scale_i float32[batch, heads, 1, 64].
               For precision int8 it goes on: past_key_i, past_value_i, past_cross_key_i and past_cross_value_i
               float32[batch, past, width] are what an earlier call gave as present_* for the positions before these,
               none at first; cross_* and present_* are of all positions, those of the past first
decoder.onnx   tokens int64[batch, n], asked int64[m], which of the n are asked for what follows them, bias
               float32[vocabulary], what the encoder calls cross_* (its batch may be 1), past_key_i and past_value_i
               float32[batch, heads, past, 64]
               → present_key_i, present_value_i, and of the following what is fetched:
                 logits float32[batch, m, vocabulary];
                 candidates int64[batch, m, 16] and log_probabilities float32[batch, m, 16], the likeliest tokens
                 after the bias is added to the logits, the best first;
                 alignment float32[batch, alignment heads, n, context]

Queries and keys of the audio have a 65th dimension, one times the log count: so it is added to the scores by the fused
attention, which is slower with a bias of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import onnx

from speech.backends import DECODER_FILE, ENCODER_FILE
from speech.errors import ModelError
from speech.graph.decoder import build_decoder
from speech.graph.encoder import build_encoder
from speech.graph.heads import alignment_heads
from speech.graph.network import Precision

if TYPE_CHECKING:
    from speech.weights import Checkpoint

__all__ = ["Precision", "alignment_heads", "build_graphs"]

_LARGEST_INLINE_BYTES = 1024  # onnxruntime maps larger weights from a file of their own and copies none of them


def build_graphs(checkpoint: Checkpoint, folder: Path, precision: Precision) -> list[Path]:
    """Writes encoder.onnx and decoder.onnx into `folder` and returns all files written.

    Raises ModelError when the checkpoint lacks a tensor or the disk refuses the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for name, build in ((ENCODER_FILE, build_encoder), (DECODER_FILE, build_decoder)):
        files += _save(build(checkpoint, precision), folder / name)
    return files


def _save(model: onnx.ModelProto, path: Path) -> list[Path]:
    path.unlink(missing_ok=True)
    weights = path.with_suffix(".onnx.data")
    weights.unlink(missing_ok=True)
    try:
        external = {"location": weights.name, "size_threshold": _LARGEST_INLINE_BYTES}
        onnx.save(model, path, save_as_external_data=True, **external)
        shutil.copymode(
            path, weights
        )  # onnx makes it private; a store that several users share needs the others' modes
        return [path, weights]
    except OSError as error:
        raise ModelError(
            f"The model's {path.name} could not be written ({error.strerror})",
            "Free some disk space, then build the model again.",
        ) from error
