"""What has been recognised of a long recording so far, kept until its transcript is written.

A command that was killed goes on from there when it is given again. The journal holds text that was dictated: it is
private to the user, lies beside the recordings, and goes when its transcript is written or after a week.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.paths import unfinished_folder
from speech.journal import Heard
from speech.transcript import Segment, Word

LONG_S = 60.0
"""Shorter recordings are done before a journal of them would help."""
_KEPT_S = 7 * 24 * 3600
_ENDING = ".jsonl"


class FileJournal:
    """Implements `speech.journal.Journal` in one file: a line of JSON for each window heard.

    When the disk refuses a line, the work goes on without a journal and `on_trouble` is told once.
    """

    def __init__(self, path: Path, on_trouble: Callable[[str], None]) -> None:
        """Reads what an earlier try has left; a line that a crash cut off, and what follows it, does not count."""
        self.path = path
        self._on_trouble = on_trouble
        self._broken = False
        self._known: dict[tuple[float, float], Heard] = {}
        self._whole_bytes = 0
        for line in _lines(path):
            try:
                heard = _heard_of(json.loads(line))
            except (ValueError, KeyError, TypeError):
                break
            self._known[heard.start_s, heard.end_s] = heard
            self._whole_bytes += len(line)

    @property
    def known_until_s(self) -> float:
        """Where the earlier try was; 0 when there was none."""
        return max((end_s for _, end_s in self._known), default=0.0)

    def find(self, start_s: float, end_s: float) -> Heard | None:
        return self._known.get((start_s, end_s))

    def keep(self, heard: list[Heard]) -> None:
        if self._broken:
            return
        lines = b"".join(json.dumps(asdict(each)).encode() + b"\n" for each in heard)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.truncate(self._whole_bytes)
                file.seek(self._whole_bytes)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            self._whole_bytes += len(lines)
        except OSError as error:
            self._broken = True
            self._on_trouble(
                f"What is done cannot be kept ({error.strerror or error}): if this is stopped, it begins anew."
            )

    def remove(self) -> None:
        """The transcript is written: nothing is left of it here."""
        with suppress(OSError):  # what cannot be removed now is too old in a week
            self.path.unlink(missing_ok=True)


@contextmanager
def open_journal(
    audio: Path, circumstances: list[str], on_trouble: Callable[[str], None]
) -> Iterator[FileJournal | None]:
    """The journal of a recording's content under the circumstances that its transcript depends on: model, language,
    lexicons. None while another command works on the same. OtoscribeError when there is no place for journals."""
    folder = unfinished_folder()
    _remove_old(folder)
    try:
        path = folder / (_key(audio, circumstances) + _ENDING)
        lock = FileLock(path.with_suffix(".lock"), mode=0o600)
        lock.acquire(timeout=0)
    except (OSError, Timeout):  # an unreadable recording is the recognizer's to complain about
        yield None
        return
    try:
        yield FileJournal(path, on_trouble)
    finally:
        with suppress(OSError):  # while it is held, or another command might be holding what is removed
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _key(audio: Path, circumstances: list[str]) -> str:
    with audio.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256("\0".join([content, *circumstances]).encode()).hexdigest()


def _remove_old(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            if path.stat().st_mtime < time.time() - _KEPT_S:
                path.unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))
    except OSError:  # there is none, or it cannot be read: the work begins anew
        return


def _heard_of(value: dict[str, Any]) -> Heard:
    segments = tuple(
        Segment(**{**segment, "words": tuple(Word(**word) for word in segment["words"])})
        for segment in value["segments"]
    )
    return Heard(**{**value, "segments": segments})
