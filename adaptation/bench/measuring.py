"""Engines in turn over the same clips."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adaptation.bench.process import EngineError, EngineProcess
from adaptation.bench.worker import Heard, Ready
from adaptation.corpus import Clip
from speech.audio import SAMPLE_RATE_HZ, load_audio

_WARM_UP_S = 10


@dataclass(frozen=True)
class Measured:
    """What one engine did: how it describes itself, its loading time, and for each clip what each round gave."""

    description: str
    load_s: float
    heard: tuple[tuple[Heard, ...], ...]


@dataclass(frozen=True)
class Run:
    """What a measurement has come to: the engines measured by name, the clips' lengths, and why others are missing."""

    measured: dict[str, Measured]
    lengths_s: list[float]
    failed: dict[str, str]


def measure_in_turn(
    engines: Sequence[EngineProcess],
    clips: Sequence[Clip],
    rounds: int,
    on_progress: Callable[[float], None],
    *,
    required: str,
) -> Run:
    """Every engine hears every clip once a round, one after the other, and another one goes first each time.

    First each loads, alone, and hears the beginning of the first clip, which does not count. A peer that fails is left
    out and the others go on; when the one named `required` fails, its EngineError is raised. AudioError when a clip
    cannot be read.
    """
    turns = _Turns(engines, len(clips), required)
    turns.load_all(load_audio(clips[0].audio).samples[: _WARM_UP_S * SAMPLE_RATE_HZ])
    lengths_s: list[float] = []
    for turn in range(rounds * len(clips)):
        waveform = load_audio(clips[turn % len(clips)].audio)
        if turn < len(clips):
            lengths_s.append(waveform.duration_s)
        turns.take(turn, waveform.samples)
        on_progress((turn + 1) / (rounds * len(clips)))
    return Run(turns.measured(), lengths_s, turns.failed)


class _Turns:
    def __init__(self, engines: Sequence[EngineProcess], clips: int, required: str) -> None:
        self.failed: dict[str, str] = {}
        self._live = list(engines)
        self._clips = clips
        self._required = required
        self._ready: dict[str, Ready] = {}
        self._heard: dict[str, list[list[Heard]]] = {engine.name: [[] for _ in range(clips)] for engine in engines}

    def load_all(self, first: NDArray[np.float32]) -> None:
        for engine in list(self._live):
            with self._left_out_when_it_fails(engine):
                self._ready[engine.name] = engine.load()
                engine.transcribe(first)

    def take(self, turn: int, samples: NDArray[np.float32]) -> None:
        """One clip for every engine."""
        first = turn % len(self._live)
        for engine in self._live[first:] + self._live[:first]:
            with self._left_out_when_it_fails(engine):
                self._heard[engine.name][turn % self._clips].append(engine.transcribe(samples))

    def measured(self) -> dict[str, Measured]:
        return {
            engine.name: Measured(
                self._ready[engine.name].description,
                self._ready[engine.name].load_s,
                tuple(tuple(rounds) for rounds in self._heard[engine.name]),
            )
            for engine in self._live
        }

    @contextlib.contextmanager
    def _left_out_when_it_fails(self, engine: EngineProcess) -> Iterator[None]:
        try:
            yield
        except EngineError as error:
            if engine.name == self._required:
                raise
            self.failed[engine.name] = str(error)
            self._live.remove(engine)
