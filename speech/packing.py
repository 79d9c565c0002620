"""Utterances of a file packed into windows: what the network hears at once.

A network with a fixed context costs the same for a word as for half a minute, and any other has its silence behind
the speech to read. So windows are filled with neighbouring utterances, cut where somebody pauses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ
from speech.segmenting import Utterance

KEPT_SILENCE_S = 0.5  # on either side of a longer pause within a window
_WORTH_SPLITTING_S = 1.0
_HELD_WINDOWS = 32


@dataclass(frozen=True)
class Window:
    """Utterances, or parts of them, that follow each other; of long pauses between them the middle is left out."""

    utterances: tuple[Utterance, ...]

    @property
    def start_s(self) -> float:
        return self.utterances[0].start_s

    @property
    def end_s(self) -> float:
        return self.utterances[-1].end_s

    @cached_property
    def samples(self) -> NDArray[np.float32]:
        """float32[n] at 16 kHz."""
        return np.concatenate([utterance.samples for utterance in self.utterances])

    @property
    def duration_s(self) -> float:
        return sum(len(utterance.samples) for utterance in self.utterances) / SAMPLE_RATE_HZ

    @cached_property
    def offsets_s(self) -> tuple[float, ...]:
        """Where each utterance begins in the window."""
        lengths = [len(utterance.samples) / SAMPLE_RATE_HZ for utterance in self.utterances]
        return tuple(float(offset) for offset in np.cumsum([0.0, *lengths[:-1]]))

    def utterances_at(self, times_s: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
        """The number of the utterance that is nearest to each time in the window: the pause between two is halved."""
        places = list(zip(self.utterances, self.offsets_s, strict=True))
        middles = [
            (a.speech_end_s - a.start_s + a_offset + b.speech_start_s - b.start_s + b_offset) / 2
            for (a, a_offset), (b, b_offset) in pairwise(places)
        ]
        return np.searchsorted(np.array(middles), times_s, side="right")


def pack(utterances: Iterable[Utterance], longest_s: float) -> Iterator[Window]:
    """Windows of at most `longest_s`, each as full as the pauses allow; a longer utterance makes one of its own.

    An utterance that does not fit is split at its latest pause that does.
    """
    packed: list[Utterance] = []
    for utterance in utterances:
        rest: Utterance | None = utterance
        while rest is not None:
            joined = _join(packed, rest)
            if _length_s(joined) <= longest_s:
                packed, rest = joined, None
                continue
            head, tail = _split(packed, rest, longest_s)
            if head is not None:
                packed, rest = _join(packed, head), tail
            elif not packed:
                packed, rest = [rest], None
            if rest is not None:
                yield Window(tuple(packed))
                packed = []
    if packed:
        yield Window(tuple(packed))


def group(windows: Iterable[Window], rows: int, frames: Callable[[Window], int]) -> Iterator[list[Window]]:
    """Up to `rows` windows at a time that need the same number of `frames`, so that they can be heard together.

    Windows wait for others of their length, but not many at a time: memory is bounded however long the file.
    """
    waiting: dict[int, list[Window]] = {}
    for window in windows:
        alike = waiting.setdefault(frames(window), [])
        alike.append(window)
        if len(alike) == rows:
            yield waiting.pop(frames(window))
        elif sum(map(len, waiting.values())) >= _HELD_WINDOWS:
            yield waiting.pop(max(waiting, key=lambda length: len(waiting[length])))
    yield from sorted(waiting.values(), key=lambda alike: alike[0].start_s)


def _join(packed: list[Utterance], new: Utterance) -> list[Utterance]:
    """The utterances with another one behind them; where the pause between is long, its middle is left out."""
    if not packed:
        return [new]
    *before, last = packed
    if abs(last.end_s - new.start_s) < 1 / SAMPLE_RATE_HZ:  # a cut within speech, or in a short pause
        return [*before, last.followed_by(new)]
    last = last.between(last.start_s, min(last.end_s, last.speech_end_s + KEPT_SILENCE_S))
    return [*before, last, new.between(max(new.start_s, new.speech_start_s - KEPT_SILENCE_S), new.end_s)]


def _split(packed: list[Utterance], utterance: Utterance, longest_s: float) -> tuple[Utterance | None, Utterance]:
    """The utterance in two, of which the first still fits behind what is packed; None where no pause allows that."""
    for begin_s, end_s in reversed(utterance.pauses):
        pause_s = (begin_s + end_s) / 2
        head = utterance.between(utterance.start_s, pause_s)
        worth = head.speech_end_s - head.speech_start_s >= _WORTH_SPLITTING_S
        if worth and _length_s(_join(packed, head)) <= longest_s:
            return head, utterance.between(pause_s, utterance.end_s)
    return None, utterance


def _length_s(utterances: list[Utterance]) -> float:
    return sum(len(utterance.samples) for utterance in utterances) / SAMPLE_RATE_HZ
