"""What the store does about models that are damaged, absent, old or taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from damage import flip_byte
from loopback import Registry
from permissions import binding_permissions

from speech.errors import ModelError
from speech.store import InstalledModel, ModelStore


@pytest.fixture
def model(registry_store: ModelStore) -> InstalledModel:
    """The tiny Whisper, pulled."""
    return registry_store.pull("tiny")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("checkpoint/model.safetensors", truncate),
        ("checkpoint/model.safetensors", Path.unlink),
        ("checkpoint/tokenizer.json", lambda path: flip_byte(path, 100)),
        ("checkpoint/config.json", truncate),
        ("graphs/int8/encoder.onnx", truncate),
        ("graphs/int8/decoder.onnx", lambda path: path.write_bytes(b"")),
        ("model.json", truncate),
        ("model.json", Path.unlink),
        ("model.json", lambda path: path.write_text("[" * 100_000)),
    ],
)
def test_damage_is_seen_at_open_and_mended_by_a_pull(
    registry_store: ModelStore, model: InstalledModel, file: str, damage: Callable[[Path], object]
) -> None:
    damage(model.folder / file)
    with pytest.raises(ModelError, match=r"The model tiny is damaged: .*otoscribe models pull tiny"):
        registry_store.open("tiny")
    assert registry_store.installed() == []
    assert registry_store.damaged() == ["tiny"]
    (problem,) = registry_store.verify("tiny")
    assert problem.startswith(file)
    assert registry_store.pull("tiny") == model
    assert registry_store.verify("tiny") == []
    assert registry_store.damaged() == []


def test_a_manifest_that_points_outside_is_damage(
    registry_store: ModelStore, model: InstalledModel, tmp_path: Path
) -> None:
    values = json.loads((model.folder / "model.json").read_text())
    values["files"]["../../secret"] = {"size_bytes": 1, "sha256": "0" * 64}
    (model.folder / "model.json").write_text(json.dumps(values))
    with pytest.raises(ModelError, match="does not belong into a model"):
        registry_store.open("tiny")


def test_a_folder_renamed_by_hand_is_not_another_model(registry_store: ModelStore, model: InstalledModel) -> None:
    model.folder.rename(model.folder.with_name("other"))
    assert registry_store.damaged() == ["other"]
    with pytest.raises(ModelError, match="is that of tiny"):
        registry_store.open("other")


def test_an_absent_model_says_how_to_get_it(registry: Registry, registry_store: ModelStore) -> None:
    for act in (registry_store.open, registry_store.verify, registry_store.remove):
        with pytest.raises(ModelError, match=r"tiny is not installed\. Run: otoscribe models pull tiny"):
            act("tiny")
    with pytest.raises(ModelError, match="Run: otoscribe models pull someone/model"):
        registry_store.open("someone/model")
    assert registry_store.installed() == []


@pytest.mark.parametrize("name", ["../escape", "a/b/c", "", ".", "..", "a--b", "/etc", "C:\\x", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(store: ModelStore, name: str) -> None:
    for act in (store.pull, store.open, store.verify, store.remove):
        with pytest.raises(ModelError):
            act(name)


def test_remove_takes_the_model_and_unfinished_work(registry_store: ModelStore, model: InstalledModel) -> None:
    registry_store.remove("tiny")
    assert not model.folder.exists()
    assert registry_store.installed() == []
    unfinished = registry_store.root / ".work" / "tiny" / "fetched"
    unfinished.mkdir(parents=True)
    registry_store.remove("tiny")
    assert not unfinished.exists()


def test_fp32_graphs_are_built_once_when_asked_for(registry_store: ModelStore, model: InstalledModel) -> None:
    folder = registry_store.ensure_graphs(model, "fp32")
    assert folder == model.graph_folder("fp32")
    built = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {"encoder.onnx", "decoder.onnx"} <= set(built)
    assert registry_store.open("tiny").precisions == ("int8", "fp32")
    registry_store.ensure_graphs(model, "fp32")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == built
    assert registry_store.verify("tiny") == []
    truncate(folder / "encoder.onnx")
    registry_store.ensure_graphs(model, "fp32")
    assert registry_store.verify("tiny") == []


def test_graphs_of_another_version_are_built_anew_at_open(registry_store: ModelStore, model: InstalledModel) -> None:
    registry_store.ensure_graphs(model, "fp32")
    manifest_file = model.folder / "model.json"
    values = json.loads(manifest_file.read_text())
    manifest_file.write_text(json.dumps(values | {"graph_version": 0}))
    before = (model.graph_folder("int8") / "encoder.onnx").stat().st_mtime_ns
    opened = registry_store.open("tiny")
    assert opened.precisions == ("int8", "fp32")
    assert (model.graph_folder("int8") / "encoder.onnx").stat().st_mtime_ns > before
    assert json.loads(manifest_file.read_text())["graph_version"] == values["graph_version"]
    assert registry_store.verify("tiny") == []


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_a_read_only_store_can_be_used_but_not_changed(registry_store: ModelStore, model: InstalledModel) -> None:
    paths = [registry_store.root, *registry_store.root.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with binding_permissions():
            assert registry_store.open("tiny") == model
            with pytest.raises(ModelError, match="cannot be used"):
                registry_store.remove("tiny")
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_models_folder_that_is_a_file_is_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match=r"models folder .* cannot be used"):
        ModelStore(tmp_path / "file" / "models", registry.catalogue).pull("tiny")


def test_a_damaged_catalogue_is_told(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text('{"models": [{"name": "x"}]}')
    with pytest.raises(ModelError, match=r"catalogue .* cannot be read"):
        ModelStore(tmp_path / "models", tmp_path / "models.json")


def test_opening_a_model_loads_neither_onnx_nor_the_network(
    registry: Registry, registry_store: ModelStore, model: InstalledModel
) -> None:
    program = (
        "import sys; from pathlib import Path; from speech.store import ModelStore; "
        "ModelStore(Path(sys.argv[1]), Path(sys.argv[2])).open('tiny'); "
        "print([name for name in ('onnx', 'requests', 'huggingface_hub', 'torch', 'bs4') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(registry_store.root), str(registry.catalogue)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"
