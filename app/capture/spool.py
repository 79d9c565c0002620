"""The file that a recording is written to while it is being made."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.capture.errors import CaptureError
from app.capture.wave_header import BYTES_PER_SAMPLE, HEADER_BYTES, MAXIMUM_DATA_BYTES, wave_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SYNC_EVERY_S = 1.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NAME = re.compile(r"(?P<start>\d{8}T\d{6}\.\d{6})Z-(?P<rate>\d+)hz-[0-9a-f]{32}\.wav")
_START_FORMAT = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class SpoolName:
    """What a spool file's name says of it, so that a file whose header was lost can still be read."""

    started_at: datetime
    sample_rate_hz: int

    @classmethod
    def parse(cls, path: Path) -> SpoolName | None:
        """Read a spool file's name; None when it is no spool file."""
        match = _NAME.fullmatch(path.name)
        if match is None:
            return None
        started_at = datetime.strptime(match["start"], _START_FORMAT).replace(tzinfo=UTC)
        return cls(started_at, int(match["rate"]))

    def new_file_name(self) -> str:
        """A file name that no other recording has."""
        return f"{self.started_at.strftime(_START_FORMAT)}Z-{self.sample_rate_hz}hz-{uuid.uuid4().hex}.wav"


def lock_of(recording: Path) -> FileLock:
    """The lock that is held for as long as `recording` is being written; the system frees it when the writer dies."""
    return FileLock(recording.with_suffix(".lock"), mode=0o600, thread_local=False)


class SpoolWriter:
    """Appends int16 mono samples to a WAV file in `folder` that is valid after every append.

    Samples are written before the header that counts them, so a process killed at any moment leaves a file that every
    reader opens, at worst without its last block; `recover` finds that block too. The disk is synced once a second,
    so a power cut loses no more than that. Folder and file are readable by their owner only. Raises CaptureError.
    """

    def __init__(self, folder: Path, sample_rate_hz: int) -> None:
        name = SpoolName(datetime.now(UTC), sample_rate_hz)
        self.path = folder / name.new_file_name()
        self.sample_rate_hz = sample_rate_hz
        self._data_bytes = 0
        self._lock = lock_of(self.path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix":
                folder.chmod(0o700)
            self._lock.acquire(timeout=5)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except (OSError, Timeout) as error:
            self._forget_lock()
            raise _cannot_write(folder, error) from error
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            self._write_all(wave_header(sample_rate_hz, 0))
            self._sync()
        except OSError as error:
            self.discard()
            raise _cannot_write(folder, error) from error

    @property
    def sample_count(self) -> int:
        """How many samples the file holds."""
        return self._data_bytes // BYTES_PER_SAMPLE

    @property
    def duration_s(self) -> float:
        return self.sample_count / self.sample_rate_hz

    def append(self, samples: NDArray[np.int16]) -> None:
        """Add samples of shape (n,). On CaptureError those counted by `sample_count` are kept, the rest are not."""
        if samples.dtype != "int16" or samples.ndim != 1:
            raise ValueError(f"the spool takes int16 samples of one dimension, not {samples.dtype} {samples.shape}")
        if self._data_bytes + samples.nbytes > MAXIMUM_DATA_BYTES:
            raise CaptureError("The recording has reached the 4 GB that a WAV file can hold", "Stop and start another.")
        try:
            self._file.seek(HEADER_BYTES + self._data_bytes)
            self._write_all(samples.astype("<i2", copy=False).tobytes())
            self._count(samples.nbytes)
            if time.monotonic() - self._synced_at >= _SYNC_EVERY_S:
                self._sync()
        except OSError as error:
            self._keep_what_was_written(error)
            raise _cannot_write(self.path.parent, error) from error

    def close(self) -> Path:
        """Sync and close the file; it stays in the folder, for `recover` to find, until it is moved or removed."""
        try:
            self._sync()
        except OSError as error:
            raise _cannot_write(self.path.parent, error) from error
        finally:
            self._file.close()
            self._forget_lock()
        return self.path

    def discard(self) -> None:
        """Close and remove the file."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        self._forget_lock()

    def _count(self, more_bytes: int) -> None:
        """Count bytes that were written behind the last sample."""
        self._file.seek(0)
        self._write_all(wave_header(self.sample_rate_hz, self._data_bytes + more_bytes))
        self._data_bytes += more_bytes

    def _keep_what_was_written(self, cause: OSError) -> None:
        """After a write failed halfway: count the whole samples that reached the file, cut off half a sample."""
        try:
            end = HEADER_BYTES + self._data_bytes
            complete = (os.fstat(self._file.fileno()).st_size - end) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
            self._file.truncate(end + complete)
            self._count(complete)
            self._sync()
        except OSError as error:
            # The samples stay where they are; `recover` counts them from the size of the file.
            cause.add_note(f"the header could not be brought up to date either: {error.strerror}")

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def _forget_lock(self) -> None:
        self._lock.release()
        with contextlib.suppress(OSError):  # a lock file that stays is removed by `recover`
            Path(self._lock.lock_file).unlink()


def _cannot_write(folder: Path, error: OSError | Timeout) -> CaptureError:
    if isinstance(error, OSError) and error.errno in _FULL:
        return CaptureError(
            f"The disk is full: {folder} takes no more audio",
            "What was recorded until now is kept. Free some space, then go on recording or stop.",
        )
    reason = error.strerror if isinstance(error, OSError) else "another program holds its lock"
    return CaptureError(
        f"The recording cannot be written to {folder} ({reason})",
        "Check that the folder exists and that you may write to it.",
    )
