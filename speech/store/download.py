"""One file over HTTP: resumed where it broke off, verified before it counts as there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests

from speech.errors import ModelError
from speech.store.hashing import Fingerprint
from speech.store.network import BUNDLE_INSTEAD, PASSING_STATUS, TIMEOUTS_S, WAITS_S, explain, host_of, is_passing

_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class RemoteFile:
    """A file to be fetched. `access` tells the user what to set where the server asks who one is."""

    url: str
    size_bytes: int
    fingerprint: Fingerprint
    access: str
    headers: Mapping[str, str] = field(default_factory=dict)


class _BrokenError(Exception):
    """The connection ended before the file did; another attempt may go on."""


def download(
    session: requests.Session, source: RemoteFile, target: Path, on_bytes: Callable[[int], None] | None = None
) -> None:
    """Fetches `source` to `target`, going on from ``target.part`` when an earlier attempt left one.

    `on_bytes` is told how many bytes of the file are there. ModelError when the server cannot be reached, refuses, or
    hands out something else than what was expected; OSError when the disk refuses.
    """
    report = on_bytes or (lambda _: None)
    if target.is_file() and target.stat().st_size == source.size_bytes and source.fingerprint.matches(target):
        report(source.size_bytes)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    continued = part.is_file()
    _fetch_whole(session, source, part, report)
    if continued and not source.fingerprint.matches(part):
        part.unlink()  # what an earlier attempt left may be of another file; begin afresh before refusing
        _fetch_whole(session, source, part, report)
    if not source.fingerprint.matches(part):
        part.unlink()
        raise ModelError(
            f"{target.name} as sent by {host_of(source.url)} is not the expected file (its {_kind(source)} differs)",
            f"Something on the way may have changed it: check proxy and mirror and try again, {BUNDLE_INSTEAD}.",
        )
    part.replace(target)


def part_of(target: Path) -> Path:
    """Where the beginning of a file lies until it is whole."""
    return target.with_name(target.name + ".part")


def _kind(source: RemoteFile) -> str:
    return "SHA-256" if source.fingerprint.algorithm == "sha256" else "git hash"


def _fetch_whole(session: requests.Session, source: RemoteFile, part: Path, report: Callable[[int], None]) -> None:
    """Attempts until the part has the full size; only attempts that bring nothing new count as failures."""
    failures = 0
    while True:
        before = _size(part)
        if before == source.size_bytes:
            return
        try:
            _fetch_rest(session, source, part, report)
        except requests.RequestException as error:
            failures = 0 if _size(part) > before else failures + 1
            if failures > len(WAITS_S) or not is_passing(error):
                raise explain(error, source.url, source.access) from error
        except _BrokenError as broken:
            failures = 0 if _size(part) > before else failures + 1
            if failures > len(WAITS_S):
                raise ModelError(
                    f"{host_of(source.url)} {broken}", f"Try again: it continues where it was; {BUNDLE_INSTEAD}."
                ) from broken
        else:
            return
        time.sleep(WAITS_S[max(failures - 1, 0)])


def _fetch_rest(session: requests.Session, source: RemoteFile, part: Path, report: Callable[[int], None]) -> None:
    """One attempt: asks for what the part lacks and appends it."""
    if urlsplit(source.url).scheme == "file":
        shutil.copyfile(url2pathname(urlsplit(source.url).path), part)
        return
    have = _size(part)
    if have > source.size_bytes:
        part.unlink()
        have = 0
    headers = {**source.headers, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with session.get(source.url, headers=headers, stream=True, timeout=TIMEOUTS_S) as response:
        if response.status_code in PASSING_STATUS:
            raise _BrokenError(f"answers with HTTP {response.status_code}")
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()
            raise _BrokenError("does not continue interrupted downloads")
        response.raise_for_status()
        continues = response.status_code == requests.codes.partial_content and have > 0
        have = have if continues else 0
        with part.open("ab" if continues else "wb") as file:
            for chunk in response.iter_content(_CHUNK_BYTES):
                file.write(chunk)
                have += len(chunk)
                report(have)
                if have > source.size_bytes:
                    break
    if have < source.size_bytes:
        raise _BrokenError("ends the file too early")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
