"""The model that writes: an installed one, with what it has learned from its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.paths import adapters_folder, models_folder

if TYPE_CHECKING:
    from adaptation.adapters import AdapterError
    from speech.store import InstalledModel

PLAIN = "none"


def open_model(name: str, adapter: str | None = None) -> InstalledModel:
    """The installed model with an adapter merged in: the one that is named, or else the one in use, if any; "none" is
    the plain model. So is what one in use was not made for, as when an update has brought other weights: dictation goes
    on, and `outgrown_adapter` says why.

    ModelError and AdapterError say what to do when one is not there, damaged, or not made for the other.
    """
    from adaptation.adapter_store import AdapterStore
    from speech.store import ModelStore

    model = ModelStore(models_folder()).open(name)
    adapters = AdapterStore(adapters_folder())
    chosen = adapter or adapters.fitting(model)
    return model if chosen is None or chosen == PLAIN else adapters.merged(chosen, model)


def outgrown_adapter(name: str) -> AdapterError | None:
    """What the user of a model has to know whose adapter in use no longer fits it. Errors as above."""
    from adaptation.adapter_store import AdapterStore
    from speech.store import ModelStore

    model = ModelStore(models_folder()).open(name)
    adapters = AdapterStore(adapters_folder())
    used = adapters.in_use(model.name)
    return adapters.mismatch(used, model) if used is not None else None


def identify_model(name: str, adapter: str | None = None) -> str:
    """SHA-256 of the manifest of the model as it writes, which names all its files. Errors as above."""
    from speech.store.hashing import sha256_of
    from speech.store.manifest import MANIFEST_FILE

    return sha256_of(open_model(name, adapter).folder / MANIFEST_FILE)
