"""Microphone to spool."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speech.errors import OtoscribeError


class RecorderState(StrEnum):
    """IDLE → RECORDING ⇄ PAUSED → IDLE; INTERRUPTED when the device or the disk failed (resume() or stop())."""

    IDLE = "idle"
    RECORDING = "recording"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class RecordedAudio:
    """What was recorded: a WAV file in the spool folder. `problem` is the last one that on_problem was told."""

    path: Path
    duration_s: float
    sample_rate_hz: int
    problem: OtoscribeError | None = None
    overflows: int = 0


class Recorder:
    """Records one microphone (None: the system's default) into a spool file in `folder`.

    `on_level` gets dBFS (0 loudest, -96 silence) about 20 times a second; `on_problem` is told at once;
    `listener` gets each block as 16 kHz mono float32. All three are called from a thread of the recorder's own.
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
        raise NotImplementedError

    @property
    def state(self) -> RecorderState:
        raise NotImplementedError

    @property
    def elapsed_s(self) -> float:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def pause(self) -> None:
        raise NotImplementedError

    def resume(self) -> None:
        raise NotImplementedError

    def stop(self) -> RecordedAudio:
        raise NotImplementedError

    def discard(self) -> None:
        raise NotImplementedError
