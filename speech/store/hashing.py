"""Fingerprints of files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Fingerprint:
    """A file's expected hash: plain SHA-256, or git's name for it as an object ("git-blob", SHA-1), in hexadecimal."""

    algorithm: Literal["sha256", "git-blob"]
    digest: str

    def matches(self, path: Path) -> bool:
        """Whether the file has it; reads the whole file."""
        digest = hashlib.sha256() if self.algorithm == "sha256" else hashlib.sha1(usedforsecurity=False)
        if self.algorithm == "git-blob":
            digest.update(b"blob %d\0" % path.stat().st_size)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest() == self.digest.lower()


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
