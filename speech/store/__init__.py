"""The models on this machine: a catalogue, fetching, importing, verifying, removing. `ModelStore` is the door."""

from speech.store.catalogue import (
    DEFAULT_MODEL,
    ENGLISH_MODEL,
    CatalogueEntry,
    RegistryFile,
    RegistryPackage,
    default_model,
)
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
