"""A live session: partials that may change while somebody speaks, finals that don't after each pause."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ
from speech.segmenting import Segmenter, SegmentingOptions, Utterance
from speech.transcript import Segment

PAUSE_S = 0.6
_FIRST_PARTIAL_S = 0.5


@dataclass(frozen=True)
class Partial:
    """What the utterance under way sounds like so far; the next event may change it."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Final:
    """A whole utterance; nothing changes it any more."""

    segment: Segment

    @property
    def text(self) -> str:
        return self.segment.text

    @property
    def start_s(self) -> float:
        return self.segment.start_s

    @property
    def end_s(self) -> float:
        return self.segment.end_s


class LiveSession:
    """Cuts a stream at its pauses and recognises each utterance, as it grows and when it has ended.

    A partial is attempted when twice as much new sound has come as the last one took to compute, so that a slow machine
    gives fewer partials and never falls behind for their sake.
    """

    def __init__(self, recognize: Callable[[Utterance], Segment | None], *, pause_s: float = PAUSE_S) -> None:
        self._recognize = recognize
        self._segmenter = Segmenter(SegmentingOptions(pause_s=pause_s))
        self._cost_s = _FIRST_PARTIAL_S
        self._partial_end_s = 0.0

    def listen(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[Partial | Final]:
        """Blocks of float32 samples at 16 kHz → events in order. Ends with the stream."""
        for block in blocks:
            yield from self._finals(self._segmenter.push(block))
            yield from self._partial()
        yield from self._finals(self._segmenter.finish())

    def _finals(self, utterances: list[Utterance]) -> Iterator[Final]:
        for utterance in utterances:
            segment = self._recognize(utterance)
            if segment is not None:
                yield Final(segment)

    def _partial(self) -> Iterator[Partial]:
        utterance = self._segmenter.pending if self._segmenter.speaking else None
        if utterance is None:
            return
        since = max(self._partial_end_s, utterance.start_s)
        if utterance.end_s - since < max(2 * self._cost_s, _FIRST_PARTIAL_S):
            return
        started = time.perf_counter()
        segment = self._recognize(utterance)
        self._cost_s = time.perf_counter() - started
        self._partial_end_s = utterance.end_s
        if segment is not None:
            yield Partial(segment.text, segment.start_s, len(utterance.samples) / SAMPLE_RATE_HZ + utterance.start_s)
