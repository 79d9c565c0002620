"""The model that writes: an installed one, with what it has learned from its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.paths import adapters_folder, models_folder

if TYPE_CHECKING:
    from adaptation.adapters import MisfitError
    from speech.store import InstalledModel

PLAIN = "none"


def open_model(name: str, adapter: str | None = None) -> InstalledModel:
    """The installed model with an adapter merged in: the one that is named, or else the one in use, if any; "none" is
    the plain model, and so is what one in use was not made for (`find_model`).

    ModelError and AdapterError say what to do when one is not there, damaged, or not made for the other.
    """
    return find_model(name, adapter)[0]


def find_model(name: str, adapter: str | None = None) -> tuple[InstalledModel, MisfitError | None]:
    """The same, and why the adapter in use was left out, as when an update has brought other weights: dictation goes
    on, and its user has to know."""
    from adaptation.adapter_store import AdapterStore
    from adaptation.adapters import MisfitError
    from speech.store import ModelStore

    model = ModelStore(models_folder()).open(name)
    adapters = AdapterStore(adapters_folder())
    chosen = adapter or adapters.in_use(model.name)
    if chosen is None or chosen == PLAIN:
        return model, None
    try:
        return adapters.merged(chosen, model), None
    except MisfitError as misfit:
        if adapter is not None:
            raise
        return model, misfit


def identify_model(name: str, adapter: str | None = None) -> str:
    """SHA-256 of the manifest of the model as it writes, which names all its files. Errors as above."""
    from speech.store.hashing import sha256_of
    from speech.store.manifest import MANIFEST_FILE

    return sha256_of(open_model(name, adapter).folder / MANIFEST_FILE)
