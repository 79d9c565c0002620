"""What int8 costs, and what it would cost with coarser scales: the model's predictions and words against fp32's.

    python benchmarks/quantization.py MANIFEST [--clips 40] [--threads 2]

Four builds of the installed default model: fp32; int8 as shipped (a weight scale per output channel or block of one,
activations by row); the same with one weight scale per matrix; the same with one activation scale for all rows of a
matrix in the encoder. `divergence` is the Kullback-Leibler divergence in nats of the next-token predictions from fp32's
over the clips' own text; WER is medwer's.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import medwer
import numpy as np
from numpy.typing import NDArray
from predictions import divergence, predict
from tokenizers import Tokenizer

from adaptation.corpus import Clip, read_manifest
from app.paths import models_folder
from speech import graph
from speech.audio import load_audio
from speech.backends.onnx import OnnxBackend
from speech.quantization import QuantizedBlocks, QuantizedMatrix, quantize_by_blocks, quantize_per_channel
from speech.recognizer import Recognizer
from speech.store import DEFAULT_MODEL, ModelStore
from speech.vocabulary import Vocabulary
from speech.weights import read_checkpoint, read_settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    clips = [clip for clip in read_manifest(arguments.manifest) if clip.text]
    clips = clips[:: max(1, len(clips) // arguments.clips)]
    checkpoint_folder = ModelStore(models_folder()).open(DEFAULT_MODEL).checkpoint_folder
    with tempfile.TemporaryDirectory() as folder:
        _compare(checkpoint_folder, Path(folder), clips, arguments.threads)


def _compare(checkpoint_folder: Path, folder: Path, clips: list[Clip], threads: int) -> None:
    checkpoint, settings = read_checkpoint(checkpoint_folder), read_settings(checkpoint_folder)
    vocabulary, tokenizer = Vocabulary.of(settings), Tokenizer.from_str(settings.tokenizer)
    expected: list[NDArray[np.float32]] = []
    print(f"{DEFAULT_MODEL}, {len(clips)} clips, {threads} threads")
    print(f"{'':34}{'divergence':>12}{'WER':>9}{'on disk':>10}")
    builds = (("fp32", _as_shipped), ("int8 as shipped", _as_shipped))
    coarse = (("int8, a weight scale per matrix", _weight_scale_per_matrix), ("int8, one activation scale", _one_scale))
    for name, built in (*builds, *coarse):
        precision: graph.Precision = "fp32" if name == "fp32" else "int8"
        place = folder / name
        with built():
            size = sum(path.stat().st_size for path in graph.build_graphs(checkpoint, place, precision))
        backend = OnnxBackend(place, precision=precision, threads=threads)
        recognizer = Recognizer(name, backend, vocabulary, mels=settings.config["num_mel_bins"])
        predicted = [
            predict(recognizer, tokenizer, clip, recognizer.encode(load_audio(clip.audio).samples)) for clip in clips
        ]
        expected = expected or predicted
        mean = np.mean([divergence(p, q) for p, q in zip(expected, predicted, strict=True)])
        heard = [recognizer.transcribe(clip.audio).text for clip in clips]
        wer = medwer.Scorer().corpus([clip.text or "" for clip in clips], heard)["wer"]
        print(f"{name:34}{mean:12.4f}{wer:9.2%}{size / 1e6:7.0f} MB", flush=True)


@contextmanager
def _as_shipped() -> Iterator[None]:
    yield


@contextmanager
def _weight_scale_per_matrix() -> Iterator[None]:
    def quantize(matrix: NDArray[np.float32]) -> QuantizedMatrix:
        flat = quantize_per_channel(matrix.reshape(1, -1))
        rows = len(matrix)
        return QuantizedMatrix(
            flat.values.reshape(matrix.shape), np.repeat(flat.scales, rows), np.repeat(flat.zero_points, rows)
        )

    def quantize_blocks(matrix: NDArray[np.float32]) -> QuantizedBlocks:
        parts = quantize_by_blocks(matrix)
        scale = parts.scales.max()
        values = np.rint((parts.values.astype(np.float32) - 128) * (parts.scales / scale)[..., None]) + 128
        return QuantizedBlocks(values.astype(np.uint8), np.full_like(parts.scales, scale))

    with _replaced(graph, "quantize_per_channel", quantize), _replaced(graph, "quantize_by_blocks", quantize_blocks):
        yield


@contextmanager
def _one_scale() -> Iterator[None]:
    def as_they_are(self: Any, source: str, least: float | None) -> tuple[str, str]:
        return source, self.constant("one", np.array(1, np.float32))

    with _replaced(graph._Graph, "_level", as_they_are):
        yield


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


if __name__ == "__main__":
    main()
