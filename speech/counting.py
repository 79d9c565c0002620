"""The blocks of a recording as they are heard: how many, how far, and whether the caller wants more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ, Waveform, measure_duration, stream_audio
from speech.features import LONGEST_S

_PROGRESS_STEP = 0.001


class Cancelled(Exception):
    """The caller asked for the work to end."""


class CountedBlocks:
    """The blocks of a file or waveform, counting what has been handed out and watched for the caller's sake."""

    def __init__(
        self,
        audio: Path | Waveform,
        on_progress: Callable[[float], None] | None,
        is_cancelled: Callable[[], bool] | None,
    ) -> None:
        self._audio = audio
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled
        self._asking = Lock()
        self._samples = 0
        self._told = 0.0
        self.damaged = False
        self.name = str(audio) if isinstance(audio, Path) else "waveform"
        self.total_s = measure_duration(audio) if isinstance(audio, Path) else audio.duration_s

    @property
    def heard_s(self) -> float:
        return self._samples / SAMPLE_RATE_HZ

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for block in self._blocks():
            self.stop_if_cancelled()
            self._samples += len(block)
            yield block
            self.tell(self.heard_s - LONGEST_S)  # what is younger may be part of an utterance under way

    def stop_if_cancelled(self) -> None:
        """Asks the caller, who may take his time over the answer, in the thread of his own."""
        if self._is_cancelled is not None:
            with self._asking:
                is_cancelled = self._is_cancelled()
            if is_cancelled:
                raise Cancelled

    def wait_for_caller(self) -> None:
        """Stands still in another thread while the caller is asked."""
        with self._asking:
            return

    def tell(self, done_s: float) -> None:
        """Passes progress on in steps worth showing."""
        share = min(1.0, done_s / self.total_s) if self.total_s else 0.0
        if self._on_progress is not None and share >= self._told + _PROGRESS_STEP:
            self._told = share
            self._on_progress(share)

    def tell_all_is_done(self) -> None:
        if self._on_progress is not None and self._told < 1.0:
            self._on_progress(1.0)

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        if isinstance(self._audio, Path):
            return stream_audio(self._audio, self._note_damage)
        samples = self._audio.samples
        return (samples[first : first + SAMPLE_RATE_HZ] for first in range(0, len(samples), SAMPLE_RATE_HZ))

    def _note_damage(self) -> None:
        self.damaged = True
