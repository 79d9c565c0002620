"""Putting a document where the user wants it, whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from app.export.document import ExportError
from app.files import replace_file


def write_document(path: Path, write: Callable[[Path], object]) -> None:
    """Lets `write` make a temporary sibling and puts it in the place of `path`; an old file stays whole until then.

    Raises ExportError with what to do when the path is a folder, its folder is missing, or the disk refuses.
    """
    check_writable(path)
    try:
        replace_file(path, write)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error})", _next_step(error)) from error


def check_writable(path: Path) -> None:
    """Raises ExportError when it is plain before the work that nothing can be written there."""
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "not an ordinary file"
            raise ExportError(f"{path} is {kind}", "Give the name of the document to write.")
        if not path.parent.is_dir():
            raise ExportError(f"The folder {path.parent} is not there", "Make it first, or choose another.")
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error})", _next_step(error)) from error


def check_apart(path: Path, read: Iterable[Path]) -> None:
    """Raises ExportError where writing `path` would replace a file that is read."""
    for each in read:
        with suppress(OSError):  # one of them is not there
            if path.samefile(each):
                raise ExportError(f"{path} is what is read", "Give another name to write to.")


def write_file(text: str, path: Path) -> None:
    """Writes the text as UTF-8 with write_document's care."""
    content = text.encode("utf-8", "replace")
    write_document(path, lambda temporary: temporary.write_bytes(content))


def _next_step(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "Free some space or choose another disk."
    if isinstance(error, PermissionError):
        return "Close the document in other programs, or choose a folder that you may write to."
    return "Choose another place or name."
