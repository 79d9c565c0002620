"""A model as one .zip for machines without network: its manifest first, then the files of its checkpoint.

Graphs are left out, because they are built for the processor that they run on, and building takes seconds.
"""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from speech.errors import ModelError
from speech.store.manifest import CHECKPOINT_FILES, MANIFEST_FILE, Manifest, parse_manifest
from speech.store.progress import Progress

_CHUNK_BYTES = 1 << 20
_LARGEST_MANIFEST_BYTES = 1 << 20
_GET_ANOTHER = "Copy the bundle again, or make a new one with: otoscribe models export NAME FILE."
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, RuntimeError)


def write_bundle(folder: Path, manifest: Manifest, path: Path, progress: Progress) -> None:
    """Writes the bundle beside `path` and renames it, so that a half-written one is never taken for whole.

    The weights are stored as they are: packing float16 numbers takes long and saves a tenth.
    """
    files = {name: manifest.files[name] for name in CHECKPOINT_FILES}
    total = sum(record.size_bytes for record in files.values())
    slim = dataclasses.replace(manifest, files=files, graph_version=None)
    sibling = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(sibling, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(MANIFEST_FILE, slim.to_json())
            done = 0
            for name in files:
                with (folder / name).open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    while chunk := source.read(_CHUNK_BYTES):
                        target.write(chunk)
                        done += len(chunk)
                        progress.report(done / total, f"writing {path.name}")
        sibling.replace(path)
    except OSError as error:
        raise ModelError(
            f"The bundle {path} cannot be written ({error.strerror or error})", "Choose another place with room for it."
        ) from error
    finally:
        sibling.unlink(missing_ok=True)


def read_bundle_manifest(path: Path) -> Manifest:
    """The manifest of a bundle; ModelError when the file is no bundle or holds what does not belong there."""
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(MANIFEST_FILE)
            if info.file_size > _LARGEST_MANIFEST_BYTES:
                raise ValueError("its manifest is too large")
            with archive.open(info) as file:
                manifest = parse_manifest(file.read(_LARGEST_MANIFEST_BYTES).decode())
            _check_members(archive, manifest)
            return manifest
    except KeyError as error:
        raise ModelError(f"{path.name} is not a model bundle (it has no {MANIFEST_FILE})", _GET_ANOTHER) from error
    except ValueError as error:
        raise ModelError(f"{path.name} is not a usable model bundle: {error}", _GET_ANOTHER) from error
    except _UNREADABLE as error:
        raise ModelError(f"{path.name} is damaged or not a bundle", _GET_ANOTHER) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error})", "Check the path.") from error


def extract_bundle(path: Path, manifest: Manifest, folder: Path, progress: Progress) -> None:
    """Writes the checkpoint's files flat into `folder`, refusing every byte and hash that the manifest does not state.

    ModelError for a damaged bundle; OSError when the disk refuses.
    """
    total = sum(record.size_bytes for record in manifest.files.values())
    done = 0
    with zipfile.ZipFile(path) as archive:
        for name, record in manifest.files.items():
            digest, length = hashlib.sha256(), 0
            with (folder / name.rpartition("/")[2]).open("wb") as target:
                for chunk in _chunks(archive, name, record.size_bytes, path):
                    digest.update(chunk)
                    length += len(chunk)
                    target.write(chunk)
                    progress.report((done + length) / total, "unpacking")
            if length != record.size_bytes or digest.hexdigest() != record.sha256:
                raise ModelError(f"{name} in {path.name} is damaged (its SHA-256 differs)", _GET_ANOTHER)
            done += length


def _chunks(archive: zipfile.ZipFile, name: str, size_bytes: int, path: Path) -> Iterator[bytes]:
    """The member in pieces; never more than `size_bytes`, whatever the archive claims or unpacks to."""
    try:
        with archive.open(name) as source:
            remaining = size_bytes
            while chunk := source.read(min(_CHUNK_BYTES, remaining)):
                remaining -= len(chunk)
                yield chunk
    except (*_UNREADABLE, KeyError, ValueError) as error:
        raise ModelError(f"{name} in {path.name} is damaged", _GET_ANOTHER) from error


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """ValueError when members and manifest disagree, before anything is unpacked."""
    if set(manifest.files) != set(CHECKPOINT_FILES):
        raise ValueError("its manifest lists other files than a checkpoint's")
    members = [info for info in archive.infolist() if info.filename != MANIFEST_FILE]
    for info in members:
        record = manifest.files.get(info.filename)
        if record is None:
            raise ValueError(f"it holds {info.filename!r}, which does not belong there")
        if info.file_size != record.size_bytes:
            raise ValueError(f"{info.filename} is not as long as its manifest says")
    if len(members) != len(manifest.files):
        raise ValueError("it holds a file twice or lacks one")
