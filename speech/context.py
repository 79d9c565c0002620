"""Which of the 1,500 positions of Whisper's 30 s the encoder reads: all of the sound, and of the silence behind it some
that stand for the rest.

Stock checkpoints were trained with silence up to 30 s and write nonsense without it, but one silent position says much
the same as its neighbours. So every second one is kept close behind the sound and before the end, one in four
between, or one in sixteen in a live session, and each counts in every attention for as many as it stands for: their
number's logarithm is added to its scores, which is exact as far as the others have its key and value. How far that
holds: benchmarks/thinned_silence.py. Students that were taught so make do with half a second's worth of positions,
where it is known at which places their encoder keeps what it needs everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 1500
REGISTERS_KEY = "encoder_registers"  # in a checkpoint's config
POSITIONS_PER_S = 50
_KEPT_S = 0.5  # of the silence behind the sound is read as it is
_LEAST_S = 0.1  # by students that were taught with little silence
_CLOSE, _BEFORE_THE_END = 100, 50
_CLOSE_STRIDE = 2
_SPARSE_S = 0.4  # what the positions of a sparse silence would last if they stood for themselves
_SPARSE_CLOSE = 6
_FIRST_PLAIN, _PLAIN_STRIDE = 40, 130
_KEPT_REGISTERS, _APART = 4, 64
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
    return _standing(own, np.concatenate([*(np.arange(*stride) for stride in strides), [LONGEST]]))


@dataclass(frozen=True)
class Silence:
    """What a checkpoint needs of the silence behind the sound. `min_padding_s` None: all up to 30 s, thinned; otherwise
    as much as positions for that many seconds hold, most of which stand for the rest (`sparse`)."""

    min_padding_s: float | None = None
    registers: tuple[int, ...] = ()

    @classmethod
    def of(cls, config: Mapping[str, Any], min_padding_s: float | None) -> Silence:
        """With the registers that a checkpoint's config names."""
        return cls(min_padding_s, tuple(config.get(REGISTERS_KEY, ())))

    @property
    def kept_s(self) -> float:
        """How much of it is read as it is."""
        return _KEPT_S if self.min_padding_s is None else max(_LEAST_S, self.min_padding_s - _SPARSE_S)

    def context(self, positions: int, stride: int = STRIDE) -> Context:
        """Of a mel of that length, which ends with what is read as it is; `stride` is that of thinned silence."""
        if positions == LONGEST:
            return whole(positions)
        return thinned(positions, stride) if self.min_padding_s is None else sparse(positions, self.registers)


@cache
def sparse(positions: int, registers: tuple[int, ...] = ()) -> Context:
    """A mel of that length, at least whose last three positions are silent, and the rest of 30 s by about twenty.

    `registers` are places at which the encoder keeps what it needs everywhere, whatever was said (after Darcet et al.
    2023, "Vision transformers need registers"), the strongest first. Their states are many times as large as others':
    some of them stand for all of them, and none of them for silence.
    """
    own = positions - 1
    middle = min(LONGEST, own + _CLOSE_STRIDE * _SPARSE_CLOSE)
    behind = [place for place in registers if place >= middle]
    kept: list[int] = []
    for place in behind:
        if len(kept) < _KEPT_REGISTERS and all(abs(place - other) >= _APART for other in kept):
            kept.append(place)
    plain = np.array([place for place in _plain_places(registers) if place >= middle + _CLOSE_STRIDE], np.int64)
    near = np.arange(own, middle, _CLOSE_STRIDE)
    if not len(plain):
        return _standing(own, np.append(np.arange(own, LONGEST, _CLOSE_STRIDE), LONGEST))
    edges = np.concatenate([[middle], (plain[1:] + plain[:-1]) / 2, [LONGEST]])
    share = 1.0 - len(behind) / (LONGEST - middle)
    each = len(behind) / max(1, len(kept))
    counts = [np.diff(np.append(near, middle)), share * np.diff(edges), np.full(len(kept), each)]
    places = np.concatenate([near, plain, kept]).astype(np.int64)
    order = np.argsort(places)
    return _context(own, places[order], np.concatenate(counts)[order])


@cache
def _plain_places(registers: tuple[int, ...]) -> tuple[int, ...]:
    """Places all over the 30 s, the same whatever was said, beside the registers."""
    taken = {place + by for place in registers for by in (-1, 0, 1)}
    free = [place for place in range(LONGEST) if place not in taken]
    wanted = range(_FIRST_PLAIN, LONGEST, _PLAIN_STRIDE)
    return tuple(min(free, key=lambda place: abs(place - near)) for near in wanted)


def _standing(own: int, bounds: NDArray[np.int64]) -> Context:
    """The first `own` positions as they are, and the middle one of each stretch of silence between two bounds."""
    counts = np.diff(bounds)
    return _context(own, bounds[:-1] + (counts - 1) // 2, counts)


def _context(own: int, silent: NDArray[np.int64], counts: NDArray[Any]) -> Context:
    """The first `own` positions as they are, then `silent` places and how many each stands for."""
    return Context(
        np.concatenate([np.arange(own), np.full(len(silent), own - 1)]),
        np.concatenate([np.arange(own), silent]),
        np.log(np.concatenate([np.ones(own), counts])).astype(np.float32),
    )
