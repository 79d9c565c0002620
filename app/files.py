"""Files that are either the old or the new one, never half of each."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path


def replace_file(path: Path, write: Callable[[Path], object], *, private: bool = False) -> None:
    """Lets `write` make a temporary sibling, brings it safely onto the disk, then puts it in the place of `path`.

    An existing file keeps its permissions; a new private one is for the user alone (0600 on POSIX). Raises OSError,
    with the old file untouched and the temporary one gone.
    """
    path = path.resolve()
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        if private:
            temporary.touch(mode=0o600)
        write(temporary)
        if path.exists():
            shutil.copymode(path, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new name in the folder survive a power cut; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
