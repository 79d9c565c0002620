"""Which of the 1,500 positions of Whisper's 30 s the encoder reads: all of the sound, and of the silence behind it some
that stand for the rest.

Stock checkpoints were trained with silence up to 30 s and write nonsense without it, but one silent position says much
the same as its neighbours. So every second one is kept close behind the sound and before the end, one in four
between, or one in sixteen in a live session, and each counts in every attention for as many as it stands for: their
number's logarithm is added to its scores, which is exact as far as the others have its key and value. How far that
holds: benchmarks/thinned_silence.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

LONGEST = 1500
POSITIONS_PER_S = 50
KEPT_S = 0.5  # of the silence behind the sound is read as it is
_CLOSE, _BEFORE_THE_END = 100, 50
_CLOSE_STRIDE = 2
STRIDE, WIDE_STRIDE = 4, 16


@dataclass(frozen=True, eq=False)
class Context:
    """What the encoder reads at each of n positions: `rows`[n] of the mel's (two frames make one), each with the
    embedding of the place in `places`[n], and the logarithm of how many each stands for in `log_counts`[n]."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    log_counts: NDArray[np.float32]


def positions_of(seconds: float) -> int:
    """How many positions hold as many seconds; at most the 1,500 that there are."""
    return min(LONGEST, int(np.ceil(seconds * POSITIONS_PER_S)))


@cache
def whole(positions: int) -> Context:
    """Every position of a mel of that length once."""
    every = np.arange(positions)
    return Context(every, every, np.zeros(positions, np.float32))


@cache
def thinned(positions: int, stride: int = STRIDE) -> Context:
    """A mel of that length, at least whose last three positions are silent, and the rest of 30 s thinned, between
    sound and end to one position in `stride`."""
    own = positions - 1  # the last one's window reaches over the end of the mel
    middle = min(LONGEST, own + _CLOSE)
    end = max(middle, LONGEST - _BEFORE_THE_END)
    strides = [(own, middle, _CLOSE_STRIDE), (middle, end, stride), (end, LONGEST, _CLOSE_STRIDE)]
    bounds = np.concatenate([*(np.arange(*stride) for stride in strides), [LONGEST]])
    counts = np.diff(bounds)
    kept = bounds[:-1] + (counts - 1) // 2
    return Context(
        np.concatenate([np.arange(own), np.full(len(kept), own - 1)]),
        np.concatenate([np.arange(own), kept]),
        np.log(np.concatenate([np.ones(own), counts])).astype(np.float32),
    )
