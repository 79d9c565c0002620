"""How loud a recording is from moment to moment, measured once and kept beside the record."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.files import replace_file
from app.paths import waveforms_folder
from speech.audio import SAMPLE_RATE_HZ, stream_audio

PEAKS_PER_S = 50
_BIN = SAMPLE_RATE_HZ // PEAKS_PER_S


@dataclass(frozen=True)
class Peaks:
    """`heights`, uint8 of shape (n,), PEAKS_PER_S of them a second: the largest sample of each, 255 at full scale. Six
    hours are one megabyte."""

    heights: NDArray[np.uint8]

    @property
    def duration_s(self) -> float:
        return len(self.heights) / PEAKS_PER_S

    def between(self, start_s: float, end_s: float, columns: int) -> NDArray[np.uint8]:
        """The largest height in each of so many columns of the stretch; nothing where there is no sound."""
        edges = np.floor(np.linspace(start_s, end_s, columns + 1) * PEAKS_PER_S).astype(np.int64)
        tallest = np.zeros(columns, np.uint8)
        inside = (edges[:-1] >= 0) & (edges[:-1] < len(self.heights))
        if inside.any():
            firsts = edges[:-1][inside]
            tallest[inside] = np.maximum.reduceat(self.heights[: max(firsts[-1] + 1, edges[-1])], firsts)
        return tallest


class Stopped(Exception):
    """Nobody wants to see the recording any more."""


def open_peaks(audio: Path, sha256: str, is_cancelled: Callable[[], bool]) -> Peaks:
    """The peaks of a recording whose content has that hash, from the last time or measured now: a second for half an
    hour. Raises AudioError, and Stopped."""
    kept = waveforms_folder() / f"{sha256}.npy"
    with suppress(OSError, ValueError, EOFError):  # not measured yet, or not a file of ours
        heights = np.load(kept, allow_pickle=False)
        if heights.dtype == np.uint8 and heights.ndim == 1:
            return Peaks(heights)
    peaks = _measure(audio, is_cancelled)
    with suppress(OSError):  # a full disk: it is measured again next time
        replace_file(kept, lambda temporary: _write(temporary, peaks.heights), private=True)
    return peaks


def _write(path: Path, heights: NDArray[np.uint8]) -> None:
    with path.open("wb") as file:
        np.save(file, heights, allow_pickle=False)


def _measure(audio: Path, is_cancelled: Callable[[], bool]) -> Peaks:
    parts: list[NDArray[np.uint8]] = []
    rest = np.zeros(0, np.float32)
    for block in stream_audio(audio):
        if is_cancelled():
            raise Stopped
        sound = np.concatenate([rest, block])
        whole = len(sound) // _BIN * _BIN
        parts.append(_heights(sound[:whole]))
        rest = sound[whole:]
    if len(rest):
        parts.append(_heights(np.pad(rest, (0, _BIN - len(rest)))))
    return Peaks(np.concatenate(parts) if parts else np.zeros(0, np.uint8))


def _heights(sound: NDArray[np.float32]) -> NDArray[np.uint8]:
    tallest = np.abs(sound.reshape(-1, _BIN)).max(axis=1, initial=0.0)
    return np.asarray(np.round(np.clip(tallest, 0.0, 1.0) * 255), np.uint8)
