"""From fetched files to an installed model: checkpoint in one form, int8 graphs, manifest."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import safetensors

from speech.errors import ModelError
from speech.packed import read_packed
from speech.resources import shipped
from speech.store.catalogue import ShippedFile
from speech.store.hashing import sha256_of
from speech.store.installed import Precision
from speech.store.manifest import (
    CHECKPOINT_FOLDER,
    MANIFEST_FILE,
    FileRecord,
    Manifest,
    ModelFacts,
    record_files,
)
from speech.store.progress import Progress
from speech.store.tokenizer import ensure_tokenizer
from speech.weights import WEIGHTS_FILE, Checkpoint, read_checkpoint, write_checkpoint

GRAPHS_FOLDER = "graphs"
DEFAULT_PRECISION: Precision = "int8"
_MULTILINGUAL_VOCABULARY = 51865
GRAPH_VERSION = 9  # to be raised when speech.graph writes graphs that older or newer programs cannot run


def build_model(source: Path, facts: ModelFacts, folder: Path, progress: Progress) -> Manifest:
    """Fills the empty `folder` with the model made from the files in `source`; model.json comes last.

    Graphs are built from the checkpoint as written, so that they are the same however the model came here.
    ModelError when `source` is damaged or no Whisper model; OSError when the disk refuses.
    """
    progress.report(0.0, "reading the weights")
    checkpoint = read_checkpoint(source)
    facts = facts if facts.languages else dataclasses.replace(facts, languages=_languages(checkpoint))
    progress.report(0.3, "writing the checkpoint")
    try:
        write_checkpoint(checkpoint, folder / CHECKPOINT_FOLDER)
    except safetensors.SafetensorError as error:  # how safetensors says that the disk refused
        raise ModelError(
            f"The weights of {facts.name} could not be written", "Free some disk space and try again."
        ) from error
    _share_weights(folder / CHECKPOINT_FOLDER)
    del checkpoint
    progress.report(0.5, "building the int8 graphs")
    build_precision(folder, DEFAULT_PRECISION, folder / GRAPHS_FOLDER / DEFAULT_PRECISION)
    progress.report(0.9, "hashing")
    manifest = Manifest(facts, record_files(folder), GRAPH_VERSION)
    (folder / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def _share_weights(checkpoint_folder: Path) -> None:
    """safetensors makes its file private; a store that several users share needs the modes of the other files."""
    shutil.copymode(checkpoint_folder / "config.json", checkpoint_folder / WEIGHTS_FILE)


def _languages(checkpoint: Checkpoint) -> tuple[str, ...]:
    """English-only Whisper models have one token less than the smallest multilingual vocabulary."""
    return ("multilingual",) if checkpoint.config["vocab_size"] >= _MULTILINGUAL_VOCABULARY else ("en",)


def build_precision(folder: Path, precision: Precision, target: Path) -> None:
    """Builds the graphs of one precision from the checkpoint in a model's `folder` into `target`."""
    from speech.graph import build_graphs  # onnx takes long to import, and an installed model does not need it

    build_graphs(read_checkpoint(folder / CHECKPOINT_FOLDER), target, precision)


def graph_records(manifest: Manifest, precision: Precision) -> dict[str, FileRecord]:
    """The manifest's files that are graphs of that precision."""
    prefix = f"{GRAPHS_FOLDER}/{precision}/"
    return {path: record for path, record in manifest.files.items() if path.startswith(prefix)}


def unpack_shipped(file: ShippedFile, folder: Path) -> None:
    """Writes the checkpoint that ships with the program into `folder`. ModelError when it is missing or damaged."""
    again = "Install Otoscribe again to restore it."
    try:
        path = shipped(file.path)
    except FileNotFoundError:
        raise ModelError(f"The model {Path(file.path).name} that ships with Otoscribe is missing", again) from None
    if sha256_of(path) != file.sha256:
        raise ModelError(f"The model {path.name} that ships with Otoscribe is damaged (its SHA-256 differs)", again)
    write_checkpoint(read_packed(path), folder)


def copy_with_tokenizer(source: Path, target: Path, name: str) -> None:
    """Copies a model that lacks tokenizer.json and builds it there, because the source is not ours to write into."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if (path.is_file() and path.suffix in (".json", ".txt", ".safetensors")) or path.name == "model.bin":
            shutil.copyfile(path, target / path.name)
    ensure_tokenizer(target, name)
