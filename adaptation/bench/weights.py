"""The same weights in each engine's own form, exported once and kept until the model changes."""

from __future__ import annotations

import shutil
from pathlib import Path

from adaptation.bench.engines import EngineKind
from speech.errors import ModelError
from speech.export import FORMS, write_whole
from speech.store import InstalledModel
from speech.store.manifest import CHECKPOINT_FOLDER, read_manifest
from speech.weights import WEIGHTS_FILE, read_checkpoint


def provide_weights(model: InstalledModel, kind: EngineKind, cache: Path) -> Path:
    """Where the engine finds the model's weights; what earlier weights of that name left in `cache` is removed.

    ModelError when the disk refuses.
    """
    if kind.form is None:
        return model.folder
    sha256 = read_manifest(model.folder).files[f"{CHECKPOINT_FOLDER}/{WEIGHTS_FILE}"].sha256
    folder = cache / model.folder.name / sha256[:16]
    place = folder / (kind.form + FORMS[kind.form].ending)
    if place.exists():
        return place
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.parent.iterdir():
            if old.is_dir() and old != folder:
                shutil.rmtree(old)
    except OSError as error:
        raise ModelError(f"{cache} cannot be written ({error.strerror or error})", "Make it writable.") from error
    write_whole(read_checkpoint(model.checkpoint_folder), place, kind.form)
    return place
