"""The adapters on this machine: one file each, which of them is in use, and the way back."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from adaptation.adapters import (
    Adapter,
    AdapterError,
    MisfitError,
    not_written,
    read_adapter,
    weights_digest,
    write_adapter,
)
from adaptation.training.curve import draw_curve
from speech.store import InstalledModel, ModelFacts, ModelStore
from speech.weights import read_checkpoint, write_checkpoint

_NAME = re.compile(r"(?!none$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")  # "none" is the plain model
_ENDING = ".safetensors"
_VERDICT_ENDING = ".verdict.json"
_USE_FILE = "in-use.json"
_MERGED_FOLDER = ".merged"


@dataclass(frozen=True)
class StoredAdapter:
    """An adapter in the store."""

    name: str
    path: Path
    base: str
    is_in_use: bool


class AdapterStore:
    """Adapters under the folder `root`. Any number of programs may use the same folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> list[StoredAdapter]:
        """Every readable adapter by name; a damaged file is left out here and refused by `get`."""
        found = []
        for path in sorted(self.root.glob(f"*{_ENDING}")):
            try:
                base = read_adapter(path).base
            except AdapterError:
                continue
            name = path.name.removesuffix(_ENDING)
            found.append(StoredAdapter(name, path, base, self.in_use(base) == name))
        return found

    def get(self, name: str) -> Adapter:
        """The adapter of that name. AdapterError when it is not there or damaged."""
        if not self.has(name):
            raise AdapterError(f"There is no adapter {name!r}", "See what there is with: otoscribe adapt list")
        return read_adapter(self._path(name))

    def add(self, name: str, adapter: Adapter) -> None:
        """Keeps an adapter under a new name. AdapterError when the name is taken or cannot be one."""
        with self._lock():
            self.require_free(name)
            write_adapter(adapter, self._path(name))

    def add_trained(self, name: str, adapter: Adapter) -> None:
        """Keeps an adapter that was trained here under a new name, with the picture of its curve beside it."""
        self.add(name, adapter)
        if not adapter.report["curve"]:  # nothing was learned
            return
        picture = draw_curve(adapter.report["curve"], f"Loss while training {name}")
        try:
            self._curve_path(name).write_text(picture, encoding="utf-8")
        except OSError as error:
            self.remove(name)
            raise not_written(self._curve_path(name)) from error

    def weaken(self, name: str, share: float) -> None:
        """Keeps only that share of what the adapter has learned. AdapterError when it is not there."""
        weaker = self.get(name).weakened(share)
        with self._lock():
            write_adapter(weaker, self._path(name))
            self._remove_merged(name)

    def has(self, name: str) -> bool:
        """Whether an adapter of that name is there, damaged or not."""
        return bool(_NAME.fullmatch(name)) and self._path(name).is_file()

    def keep_verdict(self, name: str, verdict: Mapping[str, Any]) -> None:
        """Keeps what the gate said of an adapter beside it; no text. AdapterError when the adapter is not there."""
        if not self.has(name):
            raise AdapterError(f"There is no adapter {name!r}", "See what there is with: otoscribe adapt list")
        new = self.root / f"{name}{_VERDICT_ENDING}.new"
        new.write_text(json.dumps(verdict, indent=1), encoding="utf-8")
        new.replace(self._verdict_path(name))

    def verdict(self, name: str) -> dict[str, Any] | None:
        """What the gate said of an adapter; None where it was not asked, or the file is damaged."""
        try:
            value: dict[str, Any] = json.loads(self._verdict_path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return value

    def require_free(self, name: str) -> None:
        """AdapterError when a new adapter cannot have that name."""
        if not _NAME.fullmatch(name):
            raise AdapterError(f"{name!r} cannot be an adapter's name", "Use letters, digits, dots and dashes.")
        if self._path(name).exists():
            raise AdapterError(
                f"An adapter {name} is there already", f"Choose another name, or run: otoscribe adapt remove {name}"
            )

    def remove(self, name: str) -> None:
        """Removes the adapter, what was built from it, and its use. AdapterError when it is not there."""
        if not self.has(name):
            raise AdapterError(f"There is no adapter {name!r}", "See what there is with: otoscribe adapt list")
        with self._lock():
            self._path(name).unlink()
            self._verdict_path(name).unlink(missing_ok=True)
            self._curve_path(name).unlink(missing_ok=True)
            self._remove_merged(name)
            history = {base: [n for n in names if n != name] for base, names in self._history().items()}
            self._write_history(history)

    def in_use(self, base: str) -> str | None:
        """The adapter that recognition with this model uses unless told otherwise."""
        used = self._history().get(base)
        return used[-1] if used else None

    def promote(self, name: str) -> None:
        """Puts the adapter into use for its model; the one before is remembered."""
        base = self.get(name).base
        with self._lock():
            history = self._history()
            history.setdefault(base, []).append(name)
            self._write_history(history)

    def roll_back(self, base: str) -> str | None:
        """Takes the adapter in use back; returns the one that is in use again, or None for the plain model."""
        with self._lock():
            history = self._history()
            if not history.get(base):
                raise AdapterError(f"No adapter of {base} is in use", "There is nothing to go back from.")
            history[base].pop()
            self._write_history(history)
        return self.in_use(base)

    def merged(self, name: str, model: InstalledModel) -> InstalledModel:
        """The model with the adapter merged in, ready to open: built on first use. MisfitError when it was made for
        another model, or for weights that this one had before it was exchanged."""
        adapter = self.get(name)
        if (adapter.base, adapter.base_sha256) != (model.name, weights_digest(model.checkpoint_folder)):
            raise MisfitError(
                f"The adapter {name} was made for other weights than those of {model.name}",
                f"Use it with --model {adapter.base}, or train it again.",
            )
        root = self.root / _MERGED_FOLDER / f"{name}_{_digest_of(self._path(name))}"
        store = ModelStore(root)
        merged_name = f"{model.name.replace('/', '-')}.{name}"
        with self._lock(root.name):
            if not any(found.name == merged_name for found in store.installed()):
                shutil.rmtree(root, ignore_errors=True)
                root.mkdir(parents=True)
                source = root / ".source"
                write_checkpoint(adapter.merge(read_checkpoint(model.checkpoint_folder)), source)
                facts = ModelFacts(
                    merged_name,
                    f"{model.title} with {name}",
                    model.licence,
                    f"{model.name} with the adapter {name}",
                    languages=model.languages,
                    min_padding_s=model.min_padding_s,
                )
                store.import_folder(source, facts=facts)
                shutil.rmtree(source)
        return store.open(merged_name)

    def _remove_merged(self, name: str) -> None:
        for folder in (self.root / _MERGED_FOLDER).glob(f"{name}_*"):
            shutil.rmtree(folder)

    def _path(self, name: str) -> Path:
        return self.root / f"{name}{_ENDING}"

    def _verdict_path(self, name: str) -> Path:
        return self.root / f"{name}{_VERDICT_ENDING}"

    def _curve_path(self, name: str) -> Path:
        return self.root / f"{name}.curve.svg"

    def _lock(self, name: str = "adapters") -> filelock.FileLock:
        self.root.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(self.root / f".{name}.lock")

    def _history(self) -> dict[str, list[str]]:
        try:
            value: dict[str, list[str]] = json.loads((self.root / _USE_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise AdapterError(
                f"{self.root / _USE_FILE} is damaged", "Remove that file; then promote the adapter that you want."
            ) from error
        return value

    def _write_history(self, history: dict[str, list[str]]) -> None:
        new = self.root / f"{_USE_FILE}.new"
        new.write_text(json.dumps(history, indent=1), encoding="utf-8")
        new.replace(self.root / _USE_FILE)


def _digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
