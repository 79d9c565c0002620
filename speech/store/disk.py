"""Folders that appear whole or not at all, and plain words for what a disk refuses."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from speech.errors import ModelError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def disk_problems_explained(folder: Path) -> Iterator[None]:
    """Turns an OSError of a file into a ModelError that says what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full(folder) from error
        raise ModelError(
            f"The models folder {folder} cannot be used ({error.strerror or error})",
            "Make it writable for you, or close the programs that use the model, and try again.",
        ) from error


def require_space(folder: Path, needed_bytes: int) -> None:
    """ModelError when the disk that holds `folder` has less room than that."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise ModelError(
            f"The model needs {_megabytes(needed_bytes)} MB of disk space in {folder}, and {_megabytes(free_bytes)} MB "
            "are free",
            "Free some space and try again.",
        )


def make_durable(folder: Path) -> None:
    """Waits until everything in `folder` is on the disk, so that a crash after a rename leaves no empty files."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            sync_folder(path)


def sync_folder(folder: Path) -> None:
    """Makes renames inside `folder` lasting; Windows does it by itself and cannot open folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def move_into_place(new: Path, place: Path, scratch: Path) -> None:
    """Renames the folder `new` to `place`; what was there goes to `scratch` first and is deleted afterwards."""
    make_durable(new)
    old: Path | None = None
    if place.exists():
        old = scratch / f"replaced-{uuid.uuid4().hex}"
        place.rename(old)
    new.rename(place)
    sync_folder(place.parent)
    if old is not None:
        shutil.rmtree(old)


def write_text_atomically(path: Path, text: str) -> None:
    """Writes a sibling and renames it over `path`."""
    sibling = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with sibling.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sibling.replace(path)
    finally:
        sibling.unlink(missing_ok=True)
    sync_folder(path.parent)


def _full(folder: Path) -> ModelError:
    return ModelError(
        f"The disk is full, or refuses large files, at {folder}",
        "Free some space and try again: what was fetched is kept.",
    )


def _megabytes(count: int) -> int:
    return -(-count // 1_000_000)
