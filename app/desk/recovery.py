"""Recordings that a crash left in the spool folder: those that the record does not hold yet."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.capture import RecoveredRecording
    from app.records import RecordStore


def find_left_behind(store: RecordStore, folder: Path) -> list[RecoveredRecording]:
    """The recordings in `folder` that belong to no note, oldest first.

    One that the record holds already (the crash came between copying and clearing up) is removed from the folder.
    """
    from app.capture import recover

    left: list[RecoveredRecording] = []
    for recording in recover(folder):
        if store.find_recording(recording.path) is not None:
            with contextlib.suppress(OSError):
                recording.path.unlink()
        else:
            left.append(recording)
    return left
