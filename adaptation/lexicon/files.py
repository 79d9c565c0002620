"""Files that are either the old or the new one, never half of each."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from adaptation.lexicon.terms import LexiconError


def replace_bytes(path: Path, content: bytes) -> None:
    """The file with this content, as `replace_file` makes it."""
    replace_file(path, lambda file: file.write(content))


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a sibling, brings it onto the disk and puts it in the place of `path`. Raises OSError, the old file
    untouched."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":  # Windows makes a rename lasting by itself and cannot open folders
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def writing_explained(path: Path) -> Iterator[None]:
    """Turns an OSError of writing into a LexiconError that says what to do about it."""
    try:
        yield
    except OSError as error:
        raise LexiconError(
            f"{path} cannot be written ({error.strerror or error})",
            "Make the folder writable or free some space; what was there before is kept.",
        ) from error
