"""model.json: what an installed model or a bundle holds, with size and SHA-256 of every file."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speech.errors import ModelError
from speech.store.hashing import sha256_of
from speech.weights import WEIGHTS_FILE

MANIFEST_FILE = "model.json"
CHECKPOINT_FOLDER = "checkpoint"
CHECKPOINT_FILES = tuple(
    f"{CHECKPOINT_FOLDER}/{name}" for name in ("config.json", "generation_config.json", "tokenizer.json", WEIGHTS_FILE)
)
_SCHEMA = 1
_SMALL_BYTES = 4 << 20  # files up to here are hashed each time a model is opened: some milliseconds
_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NAME = re.compile(rf"{_PART}(?:/{_PART})?")
_PATH = re.compile(r"(?:checkpoint|graphs/(?:int8|fp32))/[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ModelFacts:
    """What is known about a model apart from its files; see `InstalledModel` for the fields."""

    name: str
    title: str
    licence: str
    source: str
    revision: str | None = None
    languages: tuple[str, ...] = ()
    min_padding_s: float | None = None


@dataclass(frozen=True)
class FileRecord:
    """Size and hash that a file must have."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`files` are keyed by their path in the model's folder, with forward slashes."""

    facts: ModelFacts
    files: dict[str, FileRecord]
    graph_version: int | None

    def to_json(self) -> str:
        """The text of model.json."""
        values = {"schema": _SCHEMA, **dataclasses.asdict(self)}
        return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def is_model_name(name: str) -> bool:
    """Whether `name` can be a model's: letters, digits, dots, dashes; one slash between owner and name at most."""
    return bool(_NAME.fullmatch(name)) and "--" not in name and ".." not in name and len(name) <= 96


def parse_manifest(text: str) -> Manifest:
    """The manifest that the text holds. ValueError when it is not one, or names a file outside of a model's own."""
    try:
        values = json.loads(text)
        if values["schema"] != _SCHEMA:
            raise ValueError(f"schema {values['schema']!r}")
        facts = ModelFacts(**{**values["facts"], "languages": tuple(values["facts"]["languages"])})
        files = {path: FileRecord(**record) for path, record in values["files"].items()}
        manifest = Manifest(facts, files, values["graph_version"])
        _check(manifest)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a model manifest ({error!r})") from error
    return manifest


def _check(manifest: Manifest) -> None:
    facts = manifest.facts
    texts = (facts.name, facts.title, facts.licence, facts.source, facts.revision or "", *facts.languages)
    if not all(isinstance(text, str) for text in texts) or not is_model_name(facts.name):
        raise ValueError("unusable name or description")
    if facts.min_padding_s is not None and not isinstance(facts.min_padding_s, (int, float)):
        raise ValueError("min_padding_s is no number")
    for path, record in manifest.files.items():
        if not _PATH.fullmatch(path):
            raise ValueError(f"{path!r} does not belong into a model")
        if not isinstance(record.size_bytes, int) or record.size_bytes < 0 or not _SHA256.fullmatch(record.sha256):
            raise ValueError(f"unusable size or hash of {path}")
    if missing := [path for path in CHECKPOINT_FILES if path not in manifest.files]:
        raise ValueError(f"{missing[0]} is not listed")


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Sizes and hashes of all files of a model's folder but the manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_FILE)
    return {path.relative_to(folder).as_posix(): FileRecord(path.stat().st_size, sha256_of(path)) for path in paths}


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a model's folder; ValueError when it is missing or damaged."""
    try:
        return parse_manifest((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{MANIFEST_FILE} cannot be read") from error


def quick_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Missing files, wrong sizes, and wrong hashes of small files, one line each."""
    return _problems(folder, manifest, lambda record: record.size_bytes <= _SMALL_BYTES, lambda _: None)


def all_problems(folder: Path, manifest: Manifest, on_file: Callable[[str], None]) -> list[str]:
    """As `quick_problems`, with the hash of every file; `on_file` is told which one is being read."""
    return _problems(folder, manifest, lambda _: True, on_file)


def _problems(
    folder: Path, manifest: Manifest, is_hashed: Callable[[FileRecord], bool], on_file: Callable[[str], None]
) -> list[str]:
    problems = []
    for path, record in manifest.files.items():
        on_file(path)
        problem = _problem(folder / path, record, is_hashed(record))
        if problem is not None:
            problems.append(f"{path} {problem}")
    return problems


def _problem(path: Path, record: FileRecord, hashed: bool) -> str | None:
    try:
        size = path.stat().st_size
        if size != record.size_bytes:
            return f"is {size} bytes long instead of {record.size_bytes}"
        if hashed and sha256_of(path) != record.sha256:
            return "is damaged (its SHA-256 differs)"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def require_name(name: str) -> None:
    """ModelError unless `name` can be a model's."""
    if not is_model_name(name):
        raise ModelError(
            f"{name!r} cannot be a model's name",
            "Use letters, digits, dots and single dashes, with at most one slash between owner and name.",
        )


def folder_name(name: str) -> str:
    """owner/name as one folder; unambiguous because names hold no double dash."""
    return name.replace("/", "--")
