"""How many 15 s segments a torch device writes down a second, by shape of model and batch, with random weights.

    python benchmarks/gpu_throughput.py --device cuda [--shapes base,large-v3] [--batches 1,16] [--peer]

A segment is encoded, its prompt is read, and 40 tokens are written, which is what 15 s of dictation take. The first
round of each row is not counted: it allocates, and on CUDA captures the step. Memory is the most that torch had
allocated on the card at a time, or on a processor the most that the program had taken so far.

--peer measures transformers' `generate` in the same run, with the same weights and batch, in the same precision (beside
int8 in the device's own). It encodes 30 s, as it always does, and encoding is not timed apart.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration
from transformers.utils import logging

from adaptation.bench.machine import describe_machine
from speech.backends.torch import TorchBackend, TorchPrecision, best_precision
from speech.random_weights import random_checkpoint
from speech.weights import Checkpoint

SEGMENT_S = 15
FRAMES = SEGMENT_S * 100
LONGEST_FRAMES = 3000
TOKENS = 40
PROMPT = [50258, 50259, 50360, 50364]
TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


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


class Writer(Protocol):
    """What writes segments down."""

    def write(self, mel: np.ndarray) -> tuple[float, float]:
        """Seconds for the whole and, where it is known, for the encoder alone."""
        ...


class Ours:
    """speech.backends.torch."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device, precision: TorchPrecision) -> None:
        self._backend = TorchBackend.of(checkpoint, device, precision)
        self._device = device

    def write(self, mel: np.ndarray) -> tuple[float, float]:
        rows = len(mel)
        bias = np.zeros(self._backend.vocabulary, np.float32)
        started = time.perf_counter()
        memory = self._backend.encode(mel)
        synchronize(self._device)
        encoded = time.perf_counter()
        best, _, cache = self._backend.choose(np.tile(PROMPT, (rows, 1)), None, memory, bias)
        for _ in range(TOKENS - 1):
            best, _, cache = self._backend.choose(np.ascontiguousarray(best[:, -1:, 0]), cache, memory, bias)
        return time.perf_counter() - started, encoded - started


class Peer:
    """transformers' Whisper."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device, precision: TorchPrecision) -> None:
        without_ends = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None, "decoder_start_token_id": 0}
        model = WhisperForConditionalGeneration(WhisperConfig(**{**checkpoint.config, **without_ends}))
        model.load_state_dict(
            {name: torch.from_numpy(array) for name, array in checkpoint.tensors.items()}, strict=False
        )
        model.tie_weights()
        self._model = model.to(device, TYPES.get(precision) or TYPES[best_precision(device)]).eval()

    def write(self, mel: np.ndarray) -> tuple[float, float]:
        started = time.perf_counter()
        features = torch.from_numpy(mel).to(self._model.device, self._model.dtype)
        features = torch.nn.functional.pad(features, (0, LONGEST_FRAMES - mel.shape[2]))
        prompt = torch.tensor([PROMPT] * len(mel), device=self._model.device)
        written = self._model.generate(features, decoder_input_ids=prompt, max_new_tokens=TOKENS, do_sample=False)
        assert written.shape[1] >= TOKENS
        synchronize(self._model.device)
        return time.perf_counter() - started, float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="a device as torch names it")
    parser.add_argument("--shapes", default="base,student-6-2,student-12-2,large-v3", help=f"of {', '.join(SHAPES)}")
    parser.add_argument("--batches", default="1,4,16,64")
    parser.add_argument("--precision", choices=["fp32", "fp16", "bf16", "int8"], help="by default the device's own")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="measure transformers too")
    arguments = parser.parse_args()
    device = checked_device(arguments.device)
    shapes = arguments.shapes.split(",")
    if unknown := set(shapes) - set(SHAPES):
        sys.exit(f"There is no shape {', '.join(sorted(unknown))}. Use of: {', '.join(SHAPES)}.")
    logging.set_verbosity_error()
    precision: TorchPrecision = arguments.precision or best_precision(device)
    print(f"{card_name(device)}, torch {torch.__version__}, {precision}, {TOKENS} tokens a segment")
    print(f"{'shape':<14}{'batch':>6}{'by':>14}{'segments/s':>12}{'x real time':>13}{'encoding':>10}{'memory, MB':>12}")
    makers = {"ours": Ours, "transformers": Peer} if arguments.peer else {"ours": Ours}
    for name in shapes:
        checkpoint = SHAPES[name].build()
        for by, make in makers.items():
            writer = make(checkpoint, device, precision)
            for batch in map(int, arguments.batches.split(",")):
                figures = row(writer, SHAPES[name].mels, batch, arguments.rounds, device)
                print(f"{name:<14}{batch:>6}{by:>14}{figures}", flush=True)
            del writer
            if device.type == "cuda":
                torch.cuda.empty_cache()


def synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


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


def row(writer: Writer, mels: int, batch: int, rounds: int, device: torch.device) -> str:
    """The figures of one row of the table, or that the batch does not fit."""
    mel = np.random.default_rng(0).normal(0, 0.5, (batch, mels, FRAMES)).astype(np.float32)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    try:
        writer.write(mel)
        times = [writer.write(mel) for _ in range(rounds)]
    except torch.OutOfMemoryError:
        return f"{'out of memory':>47}"
    total_s = statistics.median(whole for whole, _ in times)
    share = statistics.median(encoding / whole for whole, encoding in times)
    speed = batch / total_s
    encoding = f"{share:.0%}" if share == share else ""
    return f"{speed:>12.2f}{speed * SEGMENT_S:>13.0f}{encoding:>10}{memory_mb(device):>12.0f}"


def memory_mb(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    main()
