"""The shipped catalogue and the real default model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import onnxruntime
import pytest
from damage import flip_byte
from model_fixtures import installed_base

from speech.errors import ModelError
from speech.recognizer import Recognizer
from speech.resources import shipped
from speech.store import DEFAULT_MODEL, ENGLISH_MODEL, InstalledModel, ModelStore

MODEL_BIN = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


def test_the_catalogue_pins_every_file_of_registry_models(store: ModelStore) -> None:
    entries = {entry.name: entry for entry in store.available()}
    base = entries[DEFAULT_MODEL]
    assert dict(base.joined_sha256) == {"model.bin": MODEL_BIN}
    weights = [file.size_bytes for package in base.packages for file in package.files if file.name == "model.bin"]
    assert sum(weights) == 145_217_532
    for entry in entries.values():
        assert entry.licence and entry.origin and entry.languages
        assert [bool(entry.packages), bool(entry.repository), bool(entry.shipped)].count(True) == 1
        assert (entry.download_bytes > 0) != bool(entry.shipped) and entry.installed_bytes > 0
        if entry.packages:
            assert entry.download_bytes == sum(package.size_bytes for package in entry.packages)
        for package in entry.packages:
            assert len(package.sha256) == 64 and all(len(file.sha256) == 64 for file in package.files)


@pytest.fixture(scope="module")
def model() -> InstalledModel:
    """Of module scope, so that a first fetch happens before tests put this machine's network settings aside."""
    return installed_base()


@pytest.mark.slow
def test_the_real_model_is_whole_and_its_graphs_load(model: InstalledModel) -> None:
    store = ModelStore(model.folder.parent)
    assert store.verify(DEFAULT_MODEL) == []
    assert (model.licence, model.languages, model.min_padding_s) == ("MIT", ("multilingual",), None)
    session = onnxruntime.InferenceSession(
        model.graph_folder("int8") / "encoder.onnx", providers=["CPUExecutionProvider"]
    )
    assert session.get_inputs()[0].name == "mel"
    (entry,) = [entry for entry in store.available() if entry.name == DEFAULT_MODEL]
    assert model.size_bytes == pytest.approx(entry.installed_bytes, rel=0.05)


@pytest.mark.slow
def test_the_shipped_student_is_installed_by_its_first_opening(store: ModelStore, short_sample: Path) -> None:
    model = store.open(ENGLISH_MODEL)
    assert (model.min_padding_s, model.languages) == (0.5, ("en",))
    recognizer = Recognizer.open(model)
    assert "dry cough" in recognizer.transcribe(short_sample).text
    with pytest.raises(ModelError, match="does not know the language"):
        recognizer.transcribe(short_sample, language="de")
    (entry,) = [entry for entry in store.available() if entry.name == ENGLISH_MODEL]
    assert entry.shipped is not None
    with pytest.raises(ModelError, match="Another model is installed"):
        store.import_folder(model.checkpoint_folder, ENGLISH_MODEL)
    assert entry.shipped.size_bytes == shipped(entry.shipped.path).stat().st_size
    assert model.size_bytes == pytest.approx(entry.installed_bytes, rel=0.05)
    manifest = model.folder / "model.json"
    manifest.write_text(manifest.read_text().replace(model.revision or "", "that of an older program"))
    assert store.open(ENGLISH_MODEL).revision == model.revision


@pytest.mark.slow
def test_damage_deep_in_the_weights_passes_the_quick_check_and_fails_the_full_one(
    model: InstalledModel, store: ModelStore, tmp_path: Path
) -> None:
    shutil.copytree(model.folder, store.root / DEFAULT_MODEL)
    weights = store.open().checkpoint_folder / "model.safetensors"
    flip_byte(weights, 100_000_000)
    assert store.open().name == DEFAULT_MODEL
    assert store.verify(DEFAULT_MODEL) == ["checkpoint/model.safetensors is damaged (its SHA-256 differs)"]
    with pytest.raises(ModelError, match="is damaged"):
        store.export_bundle(DEFAULT_MODEL, tmp_path / "base.zip")
    assert not (tmp_path / "base.zip").exists()
    os.truncate(weights, 100_000_000)
    with pytest.raises(ModelError, match="otoscribe models pull whisper-base"):
        store.open()
