"""Recordings that were left behind by a crash."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class RecoveredRecording:
    """A valid WAV file in the spool folder that no running program is writing. `started_at` is in UTC."""

    path: Path
    started_at: datetime
    duration_s: float


def recover(folder: Path) -> list[RecoveredRecording]:
    """List what was left in `folder`, oldest first, each made whole; attach it to a note or unlink its path."""
    raise NotImplementedError
