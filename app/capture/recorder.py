"""Microphone to spool."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CaptureError
from app.capture.listeners import tell
from app.capture.microphone_stream import MicrophoneStream, open_microphone
from app.capture.spool import SpoolWriter
from app.capture.spooling import Spooling, SpoolingEvents
from speech.errors import OtoscribeError

_log = logging.getLogger(__name__)


class RecorderState(StrEnum):
    """IDLE → RECORDING ⇄ PAUSED → IDLE; INTERRUPTED when the device or the disk failed (resume() or stop())."""

    IDLE = "idle"
    RECORDING = "recording"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class RecordedAudio:
    """What was recorded: a WAV file in the spool folder, to be attached to a note at once.

    `problem` is the last one that on_problem was told. `overflows` counts how often the system lost sound before it
    reached the program.
    """

    path: Path
    duration_s: float
    sample_rate_hz: int
    problem: OtoscribeError | None = None
    overflows: int = 0


class Recorder:
    """Records one microphone (None: the system's default) into a spool file in `folder`.

    `on_level` gets dBFS (0 loudest, -96 silence) about 20 times a second. `on_problem` is told at once; where the
    recording cannot go on, `state` is INTERRUPTED then, everything heard is kept, and either resume() or stop() works.
    `listener` gets each block as 16 kHz mono float32 of shape (n,). All three are called from a thread of the
    recorder's own, must return quickly and must not call start, pause, resume, stop or discard; whatever they raise
    is logged and never ends the recording.
    """

    def __init__(
        self,
        folder: Path,
        *,
        microphone_id: str | None = None,
        on_level: Callable[[float], None],
        on_problem: Callable[[OtoscribeError], None],
        listener: Callable[[NDArray[np.float32]], None] | None = None,
    ) -> None:
        self._folder = folder
        self._microphone_id = microphone_id
        self._on_problem = on_problem
        self._events = SpoolingEvents(
            level=on_level,
            overflow=self._tell,
            disk_failure=self._end_for_disk,
            device_ended=self._end_for_device,
            nothing_heard=self._watch_device,
            listener=listener,
        )
        self._lock = threading.RLock()
        self._state = RecorderState.IDLE
        self._stream: MicrophoneStream | None = None
        self._queued: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._spooling: Spooling | None = None
        self._elapsed_s = 0.0
        self._problem: OtoscribeError | None = None

    @property
    def state(self) -> RecorderState:
        return self._state

    @property
    def elapsed_s(self) -> float:
        """Seconds of audio that are in the file."""
        spooling = self._spooling
        return self._elapsed_s if spooling is None else spooling.spool.duration_s

    @property
    def path(self) -> Path | None:
        """The file of the recording under way."""
        spooling = self._spooling
        return None if spooling is None else spooling.spool.path

    def start(self) -> None:
        """Begin a new recording. Raises CaptureError when the microphone or the folder cannot be used."""
        with self._lock:
            self._require(RecorderState.IDLE)
            self._queued = queue.SimpleQueue()
            stream = open_microphone(self._microphone_id, self._queued)
            try:
                spool = SpoolWriter(self._folder, stream.sample_rate_hz)
            except CaptureError:
                stream.close()
                raise
            try:
                stream.start()
            except CaptureError:
                spool.discard()
                raise
            self._problem = None
            self._stream = stream
            self._state = RecorderState.RECORDING
            self._spooling = Spooling(spool, self._queued, self._events)

    def pause(self) -> None:
        """Let go of the microphone; the file stays open. Nothing said before is lost, nothing said after is heard."""
        with self._lock:
            self._require(RecorderState.RECORDING)
            self._state = RecorderState.PAUSED
            self._close_stream()

    def resume(self) -> None:
        """Go on in the same file. Raises CaptureError, and stays as it was, when the microphone cannot be used."""
        with self._lock:
            self._require(RecorderState.PAUSED, RecorderState.INTERRUPTED)
            assert self._spooling is not None
            stream = open_microphone(self._microphone_id, self._queued, self._spooling.spool.sample_rate_hz)
            stream.start()
            self._stream = stream
            self._state = RecorderState.RECORDING

    def stop(self) -> RecordedAudio:
        """End the recording after everything that was heard is in the file; may take half a second.

        What was recorded is returned even when something failed; `problem` says what.
        """
        spooling = self._finish()
        spool = spooling.spool
        try:
            spool.close()
        except CaptureError as problem:
            self._tell(problem)
        return RecordedAudio(spool.path, spool.duration_s, spool.sample_rate_hz, self._problem, spooling.overflows)

    def discard(self) -> None:
        """End the recording and remove its file."""
        self._finish().spool.discard()

    def _finish(self) -> Spooling:
        with self._lock:
            self._require(RecorderState.RECORDING, RecorderState.PAUSED, RecorderState.INTERRUPTED)
            assert self._spooling is not None
            spooling = self._spooling
            self._state = RecorderState.IDLE
            self._close_stream()
        spooling.finish()
        self._elapsed_s = spooling.spool.duration_s
        self._spooling = None
        return spooling

    def _require(self, *states: RecorderState) -> None:
        if self._state not in states:
            raise RuntimeError(f"the recorder is {self._state}, not {' or '.join(states)}")

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _end_for_disk(self, problem: CaptureError) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
            is_news = self._problem is None or self._state in (RecorderState.RECORDING, RecorderState.PAUSED)
            if self._state is not RecorderState.IDLE:
                self._state = RecorderState.INTERRUPTED
        if is_news:
            self._tell(problem)
        if stream is not None:
            stream.close()

    def _watch_device(self) -> None:
        stream = self._stream
        if stream is not None and stream.is_lost():
            self._end_for_device(stream)

    def _end_for_device(self, stream: MicrophoneStream) -> None:
        """Go no further with `stream`, unless it was paused or replaced meanwhile. Told before the device is closed,
        because closing one that is gone can take its time."""
        with self._lock:
            if stream is not self._stream:
                return
            self._stream = None
            self._state = RecorderState.INTERRUPTED
        microphone = stream.microphone
        self._tell(
            CaptureError(
                f"The microphone {microphone.name} is gone" if microphone.is_named else "The microphone is gone",
                "What was said until now is kept. Plug it in and go on recording, or stop.",
            )
        )
        stream.close()

    def _tell(self, problem: OtoscribeError) -> None:
        self._problem = problem
        _log.warning("recording: %s", problem.what)
        tell(self._on_problem, problem)
