"""How many 15 s segments a torch device writes down a second, by shape of model and batch, with random weights.

    python benchmarks/gpu_throughput.py --device cuda [--shapes base,large-v3] [--batches 1,16] [--precision fp16]

A segment is encoded, its prompt is read, and 40 tokens are written, which is what 15 s of dictation take. The first
round of each row is not counted: it allocates, and on CUDA captures the step. Memory is the most that torch had
allocated on the card at a time, or on a processor the most that the program had taken so far.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch

from adaptation.bench.machine import describe_machine
from speech.backends.torch import TorchBackend, TorchPrecision, best_precision
from speech.random_weights import random_checkpoint
from speech.weights import Checkpoint

SEGMENT_S = 15
FRAMES = SEGMENT_S * 100
TOKENS = 40
PROMPT = [50258, 50259, 50360, 50364]


@dataclass(frozen=True)
class Shape:
    """As in speech.random_weights."""

    state: int
    encoder_layers: int
    decoder_layers: int
    mels: int = 80
    vocabulary: int = 51865

    def build(self) -> Checkpoint:
        return random_checkpoint(
            self.state, self.encoder_layers, self.decoder_layers, mels=self.mels, vocabulary=self.vocabulary
        )


SHAPES = {
    "tiny": Shape(384, 4, 4),
    "base": Shape(512, 6, 6),
    "student-6-2": Shape(512, 6, 2),
    "student-12-2": Shape(768, 12, 2),
    "large-v3": Shape(1280, 32, 32, 128, 51866),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="a device as torch names it")
    parser.add_argument("--shapes", default="base,student-6-2,student-12-2,large-v3", help=f"of {', '.join(SHAPES)}")
    parser.add_argument("--batches", default="1,4,16,64")
    parser.add_argument("--precision", choices=["fp32", "fp16", "bf16", "int8"], help="by default the device's own")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    device = checked_device(arguments.device)
    shapes = arguments.shapes.split(",")
    if unknown := set(shapes) - set(SHAPES):
        sys.exit(f"There is no shape {', '.join(sorted(unknown))}. Use of: {', '.join(SHAPES)}.")
    precision: TorchPrecision = arguments.precision or best_precision(device)
    print(f"{card_name(device)}, torch {torch.__version__}, {precision}, {TOKENS} tokens a segment")
    print(f"{'shape':<14}{'batch':>6}{'segments/s':>12}{'x real time':>13}{'encoding':>10}{'memory, MB':>12}")
    for name in shapes:
        backend = TorchBackend.of(SHAPES[name].build(), device, precision)
        for batch in map(int, arguments.batches.split(",")):
            print(f"{name:<14}{batch:>6}{row(backend, SHAPES[name].mels, batch, arguments.rounds, device)}", flush=True)
        del backend


def checked_device(name: str) -> torch.device:
    """The device; exits with a line when torch cannot put a tensor there."""
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        sys.exit(f"torch cannot use {name}: {str(error).splitlines()[0]} Try --device cpu --shapes tiny --batches 1,4.")
    return device


def card_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{describe_machine().processor} ({device.type}, {torch.get_num_threads()} threads)"


def row(backend: TorchBackend, mels: int, batch: int, rounds: int, device: torch.device) -> str:
    """The figures of one row of the table, or that the batch does not fit."""
    mel = np.random.default_rng(0).normal(0, 0.5, (batch, mels, FRAMES)).astype(np.float32)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    try:
        write(backend, mel, device)
        times = [write(backend, mel, device) for _ in range(rounds)]
    except torch.OutOfMemoryError:
        return f"{'out of memory':>47}"
    total_s = statistics.median(whole for whole, _ in times)
    share = statistics.median(encoding / whole for whole, encoding in times)
    speed = batch / total_s
    return f"{speed:>12.2f}{speed * SEGMENT_S:>13.0f}{share:>10.0%}{memory_mb(device):>12.0f}"


def write(backend: TorchBackend, mel: np.ndarray, device: torch.device) -> tuple[float, float]:
    """Seconds for the whole and for the encoder alone."""
    rows = len(mel)
    bias = np.zeros(backend.vocabulary, np.float32)
    started = time.perf_counter()
    memory = backend.encode(mel)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    encoded = time.perf_counter()
    best, _, cache = backend.choose(np.tile(PROMPT, (rows, 1)), None, memory, bias)
    for _ in range(TOKENS - 1):
        best, _, cache = backend.choose(np.ascontiguousarray(best[:, -1:, 0]), cache, memory, bias)
    return time.perf_counter() - started, encoded - started


def memory_mb(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    main()
