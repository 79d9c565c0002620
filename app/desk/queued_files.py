"""Audio files that are to be written down, as the disk shows them, and a copy of each that stays as it is."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.paths import unfinished_folder
from app.records import QueuedFile, SeenFile
from speech.errors import AudioError, OtoscribeError

if TYPE_CHECKING:
    from app.desk.lanes import Job

_AUDIO = re.compile(
    r"\.(3gp|aac|ac3|aif|aifc|aiff|amr|au|caf|dss|flac|m4a|m4b|mka|mkv|mov|mp2|mp3|mp4|mpga|oga|ogg|opus|spx|wav|weba|"
    r"webm|wma)",
    re.IGNORECASE,
)
_LIST = re.compile(r"\.(csv|dic|tsv|txt)", re.IGNORECASE)
_STILL_S = 5.0
_BLOCK_BYTES = 1 << 20


class ChangedFileError(OtoscribeError):
    """Somebody writes to the file."""


@dataclass(frozen=True)
class CopiedFile:
    """A file's sound as it was; `path` is our own copy, named by its content."""

    path: Path
    sha256: str
    duration_s: float | None


def see(paths: Sequence[Path]) -> list[SeenFile]:
    """The files that somebody chose as they are now: of a folder the audio files in it. One that is not there has no
    size. OtoscribeError where there is none."""
    found = [_see(each) for path in paths for each in (_audio_in(path) if path.is_dir() else [path])]
    if paths and not found:
        raise OtoscribeError(
            f"The folder {paths[0].name} holds no audio files", "Choose another folder, or the files themselves."
        )
    return found


def watch(folder: Path | None, arriving: Sequence[QueuedFile]) -> list[SeenFile]:
    """What is in the watched folder, and what is still arriving elsewhere. A file stands still that is as it was when
    it was seen last. OtoscribeError when the folder cannot be read."""
    before = {each.path: (each.size_bytes, each.modified_ns) for each in arriving}
    paths = dict.fromkeys([*(_audio_in(folder) if folder is not None else []), *before])
    seen = [_see(path) for path in paths]
    return [replace(now, is_still=before.get(now.path) == (now.size_bytes, now.modified_ns)) for now in seen]


def copy_file(file: QueuedFile, job: Job) -> CopiedFile:
    """A private copy, which cannot change or vanish any more; the file itself is only read.

    AudioError when it is no audio, ChangedFileError when somebody writes to it, OtoscribeError when it cannot be read
    or the disk is full.
    """
    from speech.audio import measure_duration, stream_audio

    if file.sha256 is None or not _place_of(file).exists():
        _check_unchanged(file)
        if not file.path.exists():
            raise AudioError(
                f"{file.path.name} is not where it was",
                "Put it back or connect its drive and press Try again, or take it off the list.",
            )
        if _LIST.fullmatch(file.path.suffix):
            raise AudioError(
                f"{file.path.name} is a text, not audio",
                "Import a list of terms under Lexicons (Ctrl+L), a template under Templates (Ctrl+Shift+I).",
            )
        measure_duration(file.path)  # complains of a file that is empty or may not be read
        try:
            file = replace(file, sha256=_copy(file, job))
        except OSError as error:
            raise _explain(error, file) from error
    place, sha256 = _place_of(file), file.sha256
    assert sha256 is not None
    try:
        next(stream_audio(place), None)  # no audio: it is told now, not after all that waits before it
    except AudioError as problem:
        place.unlink(missing_ok=True)
        raise name_as(problem, place, file) from problem
    return CopiedFile(place, sha256, measure_duration(place))


def drop_copies(files: Sequence[QueuedFile]) -> None:
    """Removes the copies of files that nobody wants written down any more."""
    for file in files:
        if file.sha256 is not None:
            _place_of(file).unlink(missing_ok=True)


def name_as(problem: OtoscribeError, place: Path, file: QueuedFile) -> OtoscribeError:
    """A problem with our copy, told of the user's file."""
    return OtoscribeError(problem.what.replace(place.name, file.path.name), problem.next_step)


def _see(path: Path) -> SeenFile:
    try:
        found = path.stat()
    except OSError:
        return SeenFile(path, 0, 0, is_still=True)
    return SeenFile(path, found.st_size, found.st_mtime_ns, is_still=time.time() - found.st_mtime > _STILL_S)


def _audio_in(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if _AUDIO.fullmatch(path.suffix))
        return [path for path in found if not path.name.startswith(".") and path.is_file()]
    except OSError as error:
        raise OtoscribeError(
            f"The folder {folder} cannot be read ({error.strerror})",
            "Connect its drive, or choose another folder; Otoscribe looks again by itself.",
        ) from error


def _place_of(file: QueuedFile) -> Path:
    return unfinished_folder() / f"{file.sha256}{file.path.suffix.lower()}"


def _check_unchanged(file: QueuedFile) -> None:
    now = _see(file.path)
    if now.size_bytes and (now.size_bytes, now.modified_ns) != (file.size_bytes, file.modified_ns):
        raise ChangedFileError(f"{file.path.name} is still being written", "It is taken as soon as it stands still.")


def _copy(file: QueuedFile, job: Job) -> str:
    """Copies the file to its place and returns its SHA-256; OSError, with nothing left behind."""
    temporary = unfinished_folder() / f"{secrets.token_hex(8)}.part"
    content = hashlib.sha256()
    try:
        temporary.touch(mode=0o600)
        with file.path.open("rb") as source, temporary.open("wb") as target:
            while not job.is_cancelled and (block := source.read(_BLOCK_BYTES)):
                content.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        _check_unchanged(file)
        sha256 = content.hexdigest()
        if not job.is_cancelled:
            temporary.replace(_place_of(replace(file, sha256=sha256)))
        return sha256
    finally:
        temporary.unlink(missing_ok=True)


def _explain(error: OSError, file: QueuedFile) -> OtoscribeError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        needed = max(1, round(file.size_bytes / 1e6))
        return OtoscribeError(
            f"The disk is too full to write {file.path.name} down",
            f"Free {needed} MB or more, then press Try again; the file is where it was.",
        )
    return OtoscribeError(
        f"{file.path.name} cannot be read ({error.strerror or error})",
        "Check that its drive is connected and that you may read it, then press Try again.",
    )
