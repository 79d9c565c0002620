"""Audio files that wait to be written down, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class QueuedState(StrEnum):
    """ARRIVING → WAITING → DONE or FAILED; a file that waits can be PAUSED, one that failed waits again when asked."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"


class Move(StrEnum):
    """Where to in the queue."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class SeenFile:
    """A file as the disk shows it. `is_still`: nobody seems to be writing it."""

    path: Path
    size_bytes: int
    modified_ns: int
    is_still: bool


@dataclass(frozen=True)
class QueuedFile:
    """A file in the queue. `sha256` is None until it was read for the first time, `note_id` until it has a note;
    `problem` and `next_step` say why it failed, `problem` alone what is odd about one that is done."""

    id: int
    path: Path
    size_bytes: int
    modified_ns: int
    state: QueuedState
    author: str
    added_at: datetime
    sha256: str | None = None
    duration_s: float | None = None
    problem: str | None = None
    next_step: str | None = None
    note_id: int | None = None
