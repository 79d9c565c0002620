"""The models on this machine: a catalogue, fetching, importing, verifying, removing. `ModelStore` is the door."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from speech.store.catalogue import (
    DEFAULT_MODEL,
    ENGLISH_MODEL,
    CatalogueEntry,
    RegistryFile,
    RegistryPackage,
    default_model,
)

if TYPE_CHECKING:
    from speech.store.installed import InstalledModel
    from speech.store.manifest import ModelFacts
    from speech.store.progress import OnProgress
    from speech.store.store import ModelStore

__all__ = [
    "DEFAULT_MODEL",
    "ENGLISH_MODEL",
    "CatalogueEntry",
    "InstalledModel",
    "ModelFacts",
    "ModelStore",
    "OnProgress",
    "RegistryFile",
    "RegistryPackage",
    "default_model",
]

_HOMES = {"InstalledModel": "installed", "ModelFacts": "manifest", "ModelStore": "store", "OnProgress": "progress"}


def __getattr__(name: str) -> Any:
    """Loads what opens and builds models when it is asked for: the names alone must not cost NumPy."""
    if name in _HOMES:
        return getattr(import_module(f"speech.store.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
