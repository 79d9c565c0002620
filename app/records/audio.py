"""The audio files of notes: looked at, hashed, and brought into the recordings folder without a moment of no copy."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from app.files import sync_folder
from app.records.errors import RecordsError

_log = logging.getLogger(__name__)
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class AudioFacts:
    """What the record keeps about an audio file."""

    sha256: str
    duration_s: float
    sample_rate_hz: int


def examine_audio(audio: Path) -> AudioFacts:
    """Hashes the file and reads its length and rate from its header; RecordsError when it is no audio."""
    import av  # loads FFmpeg, which most uses of the record do without

    try:
        with av.open(str(audio), metadata_errors="replace") as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise _not_audio(audio)
            duration_s = (container.duration or 0) / av.time_base
            sample_rate_hz = stream.rate
        return AudioFacts(sha256_of(audio), duration_s, sample_rate_hz)
    except OSError as error:
        raise _unreadable(audio, error) from error
    except (av.FFmpegError, ValueError) as error:
        raise _not_audio(audio) from error


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in hexadecimal; OSError when it cannot be read."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def place_audio(audio: Path, target: Path, *, may_link: bool) -> bool:
    """Makes `target` the same audio, complete and on the disk before it has its name; `audio` stays.

    Returns whether `target` is new. With may_link a second name for the same file is enough, as the caller takes the
    first one away. Raises RecordsError when the disk refuses, with nothing left behind.
    """
    try:
        if target.exists() and target.samefile(audio):
            return False
        is_new = not target.exists()
        temporary = target.with_name(target.name + ".part")
        temporary.unlink(missing_ok=True)
        try:
            if not (may_link and _link(audio, temporary)):
                _copy(audio, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
        return is_new
    except OSError as error:
        raise RecordsError(
            f"The recording {audio} cannot be put into {target.parent} ({error.strerror or error})",
            "Free some space and make the folder writable, then try again; the recording is where it was.",
        ) from error


def _link(audio: Path, temporary: Path) -> bool:
    """False where the file system has no second names, or is another one."""
    try:
        os.link(audio, temporary)
    except OSError:
        return False
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    return True


def _copy(audio: Path, temporary: Path) -> None:
    with audio.open("rb") as source, temporary.open("xb") as target:
        temporary.chmod(0o600)
        while block := source.read(_BLOCK_BYTES):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())


def _not_audio(audio: Path) -> RecordsError:
    return RecordsError(f"{audio} holds no audio that can be kept", "Choose a recording; the file is where it was.")


def _unreadable(audio: Path, error: OSError) -> RecordsError:
    return RecordsError(
        f"The recording {audio} cannot be read ({error.strerror or error})", "Check that it is there and readable."
    )


def remove_source(audio: Path) -> None:
    """Removes the file that is in the record by now. One that another program holds open (Windows) stays: it is only
    a second copy, and RecordStore.find_recording tells it from a lost one."""
    try:
        audio.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("A recording already in the record could not be removed from where it was: %s", error.strerror)
