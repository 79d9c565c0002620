"""Recordings that were left behind by a crash."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import Timeout

from app.capture.errors import CaptureError
from app.capture.spool import SpoolName, lock_of
from app.capture.wave_header import BYTES_PER_SAMPLE, HEADER_BYTES, wave_header

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecoveredRecording:
    """A valid WAV file in the spool folder that no running program is writing. `started_at` is in UTC."""

    path: Path
    started_at: datetime
    duration_s: float


def recover(folder: Path) -> list[RecoveredRecording]:
    """List what was left in `folder`, oldest first, each made whole; attach it to a note or unlink its path.

    Recordings that another process is still writing are left alone, and so are files that are no spool files. Those
    that hold no sample are removed. Raises CaptureError when the folder cannot be read.
    """
    try:
        candidates = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise CaptureError(
            f"The folder of unsaved recordings {folder} cannot be read ({error.strerror})",
            "Check that it is a folder and that you may read it.",
        ) from error
    found = [_recover_file(path, name) for path in candidates if (name := SpoolName.parse(path)) is not None]
    _remove_stale_locks(candidates)
    return [recording for recording in found if recording is not None]


def _recover_file(path: Path, name: SpoolName) -> RecoveredRecording | None:
    lock = lock_of(path)
    try:
        with lock.acquire(timeout=0):
            data_bytes = _repair(path, name.sample_rate_hz)
    except Timeout:
        return None
    except OSError as error:
        # A file that cannot be repaired must not hide the others, nor be passed over: its samples are still there.
        _log.warning("unsaved recording %s could not be repaired: %s", path.name, error.strerror)
        data_bytes = _whole_samples(path)
    Path(lock.lock_file).unlink(missing_ok=True)
    if data_bytes == 0:
        return None
    return RecoveredRecording(path, name.started_at, data_bytes / BYTES_PER_SAMPLE / name.sample_rate_hz)


def _repair(path: Path, sample_rate_hz: int) -> int:
    """Make the header count every sample in the file; return how many bytes they are. Without samples, remove it."""
    data_bytes = _whole_samples(path)
    if data_bytes == 0:
        path.unlink(missing_ok=True)
        return 0
    header = wave_header(sample_rate_hz, data_bytes)
    with path.open("r+b") as file:
        if file.read(HEADER_BYTES) != header or path.stat().st_size != HEADER_BYTES + data_bytes:
            file.seek(0)
            file.write(header)
            file.truncate(HEADER_BYTES + data_bytes)
            file.flush()
            os.fsync(file.fileno())
    return data_bytes


def _whole_samples(path: Path) -> int:
    size = path.stat().st_size if path.exists() else 0
    return max(0, size - HEADER_BYTES) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE


def _remove_stale_locks(candidates: list[Path]) -> None:
    """Remove the locks of recordings that were moved away or never begun, unless somebody holds them."""
    for path in candidates:
        recording = path.with_suffix(".wav")
        if path.suffix != ".lock" or SpoolName.parse(recording) is None or recording.exists():
            continue
        try:
            with lock_of(recording).acquire(timeout=0):
                pass
        except Timeout:
            continue
        path.unlink(missing_ok=True)
