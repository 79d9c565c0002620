"""Installed models in the forms that other engines read: each form is one module and one line in `FORMS`."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speech.errors import ModelError
from speech.export.ctranslate2 import write_ctranslate2
from speech.export.ggml import write_ggml
from speech.export.hugging_face import write_hugging_face
from speech.export.onnx import write_onnx
from speech.store import ModelStore, OnProgress
from speech.weights import Checkpoint, read_checkpoint

_WHISPER_TOKENS = 51_864  # of the English models; the multilingual ones have one or two more


@dataclass(frozen=True)
class Form:
    """How a checkpoint is written: as a file with that `ending`, or, where there is none, as a folder. Where it
    `knows_tokens`, its readers take Whisper's numbers of tokens for granted."""

    write: Callable[[Checkpoint, Path], None]
    ending: str = ""
    knows_tokens: bool = False


FORMS: dict[str, Form] = {
    "ggml": Form(write_ggml, ending=".bin", knows_tokens=True),
    "ctranslate2": Form(write_ctranslate2, knows_tokens=True),
    "onnx": Form(write_onnx),
    "safetensors": Form(write_hugging_face),
}


def export_model(store: ModelStore, name: str, path: Path, form: str, on_progress: OnProgress | None = None) -> Path:
    """Writes the installed model in one of `FORMS` and returns where.

    In a `path` that is a folder already it gets the model's name; otherwise it becomes `path`. It appears there whole
    or not at all: a file replaces the one before, a folder is never written over. The model is verified first.
    ModelError when the model is absent or damaged, or the place cannot be written.
    """
    model = store.open(name)
    if problems := store.verify(name, on_progress):
        raise ModelError(f"The model {name} is damaged: {problems[0]}", f"See: otoscribe models verify {name}")
    if path.is_dir():
        path = path / (model.folder.name + FORMS[form].ending)
    if path.is_dir() or (path.exists() and not FORMS[form].ending):
        raise ModelError(f"{path} is there already", "Choose another place, or remove it first.")
    write_whole(read_checkpoint(model.checkpoint_folder), path, form)
    return path


def write_whole(checkpoint: Checkpoint, path: Path, form: str) -> None:
    """Writes beside `path` and renames, so that what stands there is whole. ModelError when the disk refuses, and when
    the form's readers would take the model's tokens for others."""
    if FORMS[form].knows_tokens and int(checkpoint.config["vocab_size"]) < _WHISPER_TOKENS:
        raise ModelError(
            f"The model has a vocabulary of its own, which readers of {form} would take for Whisper's",
            "Export it as safetensors or onnx.",
        )
    if not path.parent.is_dir():
        raise ModelError(f"There is no folder {path.parent}", "Make it, or choose another place.")
    sibling = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        FORMS[form].write(checkpoint, sibling)
        sibling.replace(path)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be written ({error.strerror or error})", "Choose another place with room for it."
        ) from error
    finally:
        if sibling.is_dir():
            shutil.rmtree(sibling)
        else:
            sibling.unlink(missing_ok=True)
