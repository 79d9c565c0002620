"""The thread between the microphone's queue and the spool."""

import functools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CaptureError
from app.capture.level import LevelMeter
from app.capture.listeners import tell
from app.capture.listening import Listening
from app.capture.microphone_stream import POLL_S, Block, Ended, MicrophoneStream
from app.capture.spool import SpoolWriter


@dataclass(frozen=True)
class SpoolingEvents:
    """Whom the thread tells: each is called from it."""

    level: Callable[[float], None]  # dBFS, about 20 times a second
    overflow: Callable[[CaptureError], None]  # sound was lost before it reached the program; once
    disk_failure: Callable[[CaptureError], None]  # the spool takes no more
    device_ended: Callable[[MicrophoneStream], None]
    nothing_heard: Callable[[], None]  # nothing was queued for POLL_S
    listener: Callable[[NDArray[np.float32]], None] | None  # 16 kHz mono


class _Finish:
    """Asks the thread to end after everything that was queued before."""


class Spooling:
    """Writes every `Block` of a queue to the spool, from construction until `finish`."""

    def __init__(self, spool: SpoolWriter, queued: "queue.SimpleQueue[Any]", events: SpoolingEvents) -> None:
        self.spool = spool
        self.overflows = 0
        self._queued = queued
        self._events = events
        self._level = LevelMeter(spool.sample_rate_hz)
        self._listening = Listening(events.listener, spool.sample_rate_hz) if events.listener else None
        self._unwritten = np.empty(0, dtype=np.int16)
        self._thread = threading.Thread(target=self._run, name="spooling")
        self._thread.start()

    def finish(self) -> None:
        """Return when everything queued until now is written, or refused by the disk; the spool stays open."""
        self._queued.put(_Finish())
        self._thread.join()

    def _run(self) -> None:
        finishing = False
        while not finishing:
            events = self._next_events()
            if not events:
                self._events.nothing_heard()
            finishing = any(isinstance(event, _Finish) for event in events)
            blocks = [event for event in events if isinstance(event, Block)]
            if blocks or finishing:
                self._take_in(blocks, is_last=finishing)
            for event in events:
                if isinstance(event, Ended):
                    self._events.device_ended(event.stream)

    def _next_events(self) -> list[Any]:
        """Wait for something in the queue and take all that is there; empty after POLL_S of nothing."""
        try:
            events = [self._queued.get(timeout=POLL_S)]
            while not self._queued.empty():
                events.append(self._queued.get_nowait())
        except queue.Empty:
            return []
        return events

    def _take_in(self, blocks: list[Block], *, is_last: bool) -> None:
        samples = np.concatenate([np.empty(0, dtype=np.int16), *(block.mono() for block in blocks)])
        self._write(samples)
        self._count_overflows(sum(block.overflowed for block in blocks))
        level_dbfs = self._level.add(samples)
        if level_dbfs is not None:
            tell(self._events.level, level_dbfs)
        if self._listening is not None:
            tell(functools.partial(self._listening.take_in, is_last=is_last), samples)

    def _write(self, samples: NDArray[np.int16]) -> None:
        """Append what waits and `samples`. What the disk does not take waits for the next call."""
        self._unwritten = np.concatenate([self._unwritten, samples])
        before = self.spool.sample_count
        try:
            self.spool.append(self._unwritten)
        except CaptureError as problem:
            self._events.disk_failure(problem)
        finally:
            self._unwritten = self._unwritten[self.spool.sample_count - before :]

    def _count_overflows(self, overflows: int) -> None:
        if overflows and not self.overflows:
            self._events.overflow(
                CaptureError(
                    "The computer was too busy to hear everything: a moment of sound is missing",
                    "Close other programs that work hard, and read this passage again; the recording goes on.",
                )
            )
        self.overflows += overflows
