"""The one door to the models on this machine."""

from __future__ import annotations

from pathlib import Path

from speech.resources import shipped
from speech.store.catalogue import DEFAULT_MODEL, CatalogueEntry, read_catalogue
from speech.store.installed import InstalledModel, Precision
from speech.store.progress import OnProgress


class ModelStore:
    """Models under the folder `root`, each in a folder of its own that appears whole or not at all."""

    def __init__(self, root: Path, catalogue: Path | None = None) -> None:
        self.root = root
        self._entries = read_catalogue(catalogue or shipped("models.json"))

    def available(self) -> list[CatalogueEntry]:
        """What can be pulled by name; any Whisper repository on the hub can be pulled as owner/name besides."""
        return list(self._entries)

    def installed(self) -> list[InstalledModel]:
        """The models in the store by name; folders that are damaged are left out (see `verify`)."""
        raise NotImplementedError

    def pull(self, name: str, on_progress: OnProgress | None = None) -> InstalledModel:
        """Fetches, verifies, converts and installs a model of the catalogue or a hub repository (owner/name).

        Returns at once when it is installed and whole. An interrupted pull is continued by the next. ModelError says
        what to do about an unknown name, a network, proxy or certificate problem, a wrong hash, a full disk.
        """
        raise NotImplementedError

    def open(self, name: str = DEFAULT_MODEL) -> InstalledModel:
        """The installed model after a quick check (sizes, small files' hashes); ModelError when absent or damaged."""
        raise NotImplementedError

    def ensure_graphs(self, model: InstalledModel, precision: Precision, on_progress: OnProgress | None = None) -> Path:
        """The folder of the model's graphs in that precision, built now when they are not there yet."""
        raise NotImplementedError

    def import_bundle(self, path: Path, on_progress: OnProgress | None = None) -> InstalledModel:
        """Installs a bundle written by `export_bundle`; needs no network. ModelError when it is not whole."""
        raise NotImplementedError

    def import_folder(
        self, folder: Path, name: str | None = None, on_progress: OnProgress | None = None
    ) -> InstalledModel:
        """Installs a Whisper model in CTranslate2 or Hugging Face form from a folder, named after it by default."""
        raise NotImplementedError

    def export_bundle(self, name: str, path: Path, on_progress: OnProgress | None = None) -> Path:
        """Writes the model as one .zip for machines without network: its checkpoint, a manifest and hashes."""
        raise NotImplementedError

    def verify(self, name: str, on_progress: OnProgress | None = None) -> list[str]:
        """Hashes every file of the model; one line per problem, none when it is whole. ModelError when absent."""
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Removes the model, also a damaged one, and what an interrupted pull of it left. ModelError when absent."""
        raise NotImplementedError
