"""Models as files: offline bundles and folders, whole and damaged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from damage import flip_byte
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import Registry
from tiny_whisper import tiny_checkpoint

from speech.errors import ModelError
from speech.store import ModelStore
from speech.store.manifest import Manifest, parse_manifest
from speech.weights import read_checkpoint, write_checkpoint


@pytest.fixture(scope="session")
def bundle(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the tiny Whisper under the name cardiology."""
    folder = tmp_path_factory.mktemp("bundle")
    store = ModelStore(folder / "models")
    store.import_folder(tiny_folder, "cardiology")
    return store.export_bundle("cardiology", folder / "cardiology.zip")


def rewritten(bundle: Path, target: Path, change: dict[str, bytes], manifest: dict[str, object] | None = None) -> Path:
    """A copy of the bundle with members replaced or added, and with other values in its manifest."""
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        members = {info.filename: source.read(info) for info in source.infolist()} | change
        if manifest is not None:
            members["model.json"] = json.dumps(json.loads(members["model.json"]) | manifest).encode()
        for name, data in members.items():
            copy.writestr(name, data)
    return target


def test_a_bundle_brings_the_model_to_a_machine_without_network(
    registry: Registry, registry_store: ModelStore, tmp_path: Path
) -> None:
    model = registry_store.pull("tiny")
    path = registry_store.export_bundle("tiny", tmp_path / "tiny.zip")
    registry.server.answers.clear()
    told: list[float] = []
    other = ModelStore(tmp_path / "elsewhere", registry.catalogue)
    imported = other.import_bundle(path, lambda fraction, what: told.append(fraction))
    assert other.verify("tiny") == []
    assert (imported.name, imported.licence, imported.min_padding_s) == ("tiny", "MIT", 0.3)
    assert (imported.source, imported.revision, imported.precisions) == (model.source, model.revision, ("int8",))
    ours, theirs = read_checkpoint(model.checkpoint_folder), read_checkpoint(imported.checkpoint_folder)
    assert ours.tokenizer == theirs.tokenizer and dict(ours.config) == dict(theirs.config)
    assert all((ours.tensor(name) == theirs.tensor(name)).all() for name in ours.tensors)
    assert told == sorted(told) and told[-1] == 1.0
    assert other.import_bundle(path) == imported  # a second time changes nothing


def test_export_into_a_folder_names_the_file(registry_store: ModelStore, tmp_path: Path) -> None:
    registry_store.pull("tiny")
    assert registry_store.export_bundle("tiny", tmp_path) == tmp_path / "tiny.zip"


def test_export_to_an_unwritable_place_says_so_and_leaves_nothing(registry_store: ModelStore, tmp_path: Path) -> None:
    registry_store.pull("tiny")
    with pytest.raises(ModelError, match="cannot be written"):
        registry_store.export_bundle("tiny", tmp_path / "missing" / "tiny.zip")


def test_another_model_of_the_same_name_is_not_overwritten(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    write_checkpoint(tiny_checkpoint(seed=1), tmp_path / "other")
    model = store.import_folder(tmp_path / "other", "cardiology")
    with pytest.raises(ModelError, match="Another model is installed as cardiology"):
        store.import_bundle(bundle)
    with pytest.raises(ModelError, match="Another model is installed as cardiology"):
        store.import_folder(tmp_path / "other", "cardiology")
    assert store.open("cardiology") == model


def test_a_damaged_model_is_replaced_by_an_import(store: ModelStore, bundle: Path) -> None:
    model = store.import_bundle(bundle)
    (model.checkpoint_folder / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="remove cardiology, then import it again"):
        store.open("cardiology")
    assert store.import_bundle(bundle) == model
    assert store.verify("cardiology") == []


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.5, 0.9, 0.9999])
def test_a_truncated_bundle_is_refused(store: ModelStore, bundle: Path, tmp_path: Path, kept: float) -> None:
    path = shutil.copy(bundle, tmp_path / "cut.zip")
    os.truncate(path, int(path.stat().st_size * kept))
    with pytest.raises(ModelError, match=r"cut\.zip"):
        store.import_bundle(path)
    assert store.installed() == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(where=st.floats(0, 1, exclude_max=True))
def test_a_flipped_byte_is_refused_or_without_effect(
    bundle: Path, tmp_path_factory: pytest.TempPathFactory, where: float
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    path = shutil.copy(bundle, folder / "bundle.zip")
    flip_byte(path, int(where * path.stat().st_size))
    store = ModelStore(folder / "models")
    try:
        model = store.import_bundle(path)
    except ModelError:
        assert store.installed() == []
    else:
        assert store.verify(model.name) == []
    shutil.rmtree(folder)


def test_members_that_lead_elsewhere_are_refused(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    for name in ("../escaped.txt", "/tmp/escaped.txt", "checkpoint/../../escaped.txt", "checkpoint/pytorch_model.bin"):
        path = rewritten(bundle, tmp_path / "evil.zip", {name: b"boo"})
        with pytest.raises(ModelError, match="does not belong there"):
            store.import_bundle(path)
    assert not list(tmp_path.rglob("escaped.txt"))


def test_a_manifest_that_leads_elsewhere_is_refused(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("model.json"))
    evil_facts = [manifest["facts"] | {"name": name} for name in ("../../evil", "a--b", "", "a/../b")]
    evil_files = [manifest["files"] | {"../../escaped": {"size_bytes": 3, "sha256": "0" * 64}}]
    changes = [{"facts": facts} for facts in evil_facts] + [{"files": files} for files in evil_files]
    for change in changes:
        path = rewritten(bundle, tmp_path / "evil.zip", {"../../escaped": b"boo"}, change)
        with pytest.raises(ModelError, match="not a usable model bundle"):
            store.import_bundle(path)
    assert not store.root.exists() or list(store.root.iterdir()) == []


def test_a_member_that_unpacks_to_more_than_stated_is_refused(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    path = rewritten(bundle, tmp_path / "bomb.zip", {"checkpoint/config.json": b" " * 200_000_000})
    assert path.stat().st_size < 3_000_000
    with pytest.raises(ModelError, match="not as long as its manifest says"):
        store.import_bundle(path)


def test_a_bundle_that_lies_about_its_sizes_is_cut_short(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    path = rewritten(bundle, tmp_path / "bomb.zip", {"checkpoint/config.json": b" " * 50_000_000})
    with zipfile.ZipFile(bundle) as archive:
        honest = archive.getinfo("checkpoint/config.json").file_size
    data = path.read_bytes()
    path.write_bytes(data.replace((50_000_000).to_bytes(4, "little"), honest.to_bytes(4, "little")))
    with pytest.raises(ModelError, match=r"config\.json in bomb\.zip is damaged"):
        store.import_bundle(path)
    assert max(file.stat().st_size for file in store.root.rglob("*") if file.is_file()) < 2_000_000


def test_a_huge_manifest_is_not_read(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    path = rewritten(bundle, tmp_path / "bomb.zip", {"model.json": b" " * 200_000_000})
    with pytest.raises(ModelError, match="manifest is too large"):
        store.import_bundle(path)


def test_claims_of_endless_size_are_refused_for_lack_of_space(store: ModelStore, bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        files = json.loads(archive.read("model.json"))["files"]
    files["checkpoint/model.safetensors"]["size_bytes"] = 10**16
    path = rewritten(bundle, tmp_path / "bomb.zip", {}, {"files": files})
    with pytest.raises(ModelError, match=r"not as long as its manifest says|disk space"):
        store.import_bundle(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 nearly"])
def test_other_files_are_refused(store: ModelStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.docx").write_bytes(content)
    with pytest.raises(ModelError, match=r"letter\.docx"):
        store.import_bundle(tmp_path / "letter.docx")


def test_a_zip_without_manifest_is_refused(store: ModelStore, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("cat.jpg", b"cat")
    with pytest.raises(ModelError, match=r"photos\.zip is not a model bundle"):
        store.import_bundle(tmp_path / "photos.zip")


def test_a_missing_file_is_told(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        store.import_bundle(tmp_path / "missing.zip")
    with pytest.raises(ModelError, match="There is no folder"):
        store.import_folder(tmp_path / "missing")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_a_manifest_or_a_value_error(value: object) -> None:
    for text in (json.dumps(value), json.dumps({"schema": 1, "facts": value, "files": value, "graph_version": value})):
        try:
            assert isinstance(parse_manifest(text), Manifest)
        except ValueError:
            continue


def test_a_folder_is_imported_under_its_own_name(store: ModelStore, tiny_folder: Path, tmp_path: Path) -> None:
    source = shutil.copytree(tiny_folder, tmp_path / "My fine-tune (v2)")
    model = store.import_folder(source)
    assert model.name == "My-fine-tune-v2"
    assert model.licence == "not stated"
    assert store.verify("My-fine-tune-v2") == []
    assert sorted(path.name for path in source.iterdir()) == sorted(path.name for path in tiny_folder.iterdir())


def test_a_folder_with_an_older_tokenizer_is_imported_and_left_alone(
    store: ModelStore, tiny_folder: Path, tmp_path: Path
) -> None:
    source = shutil.copytree(tiny_folder, tmp_path / "older")
    whole = json.loads((source / "tokenizer.json").read_text())["model"]
    (source / "tokenizer.json").unlink()
    (source / "vocab.json").write_text(json.dumps(whole["vocab"]))
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in whole["merges"]]
    (source / "merges.txt").write_text("\n".join(merges))
    before = sorted(path.name for path in source.iterdir())
    store.import_folder(source, "older")
    assert store.verify("older") == []
    assert sorted(path.name for path in source.iterdir()) == before


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("model.safetensors", b"\x08\0\0\0\0\0\0\0{}      ", "do not fit|damaged|lack"),
        ("model.safetensors", b"", "damaged"),
        ("config.json", b"{", "damaged"),
        ("config.json", b'{"model_type": "bert"}', "bert"),
        ("tokenizer.json", b"\xff\xfe", "cannot be read"),
    ],
)
def test_damaged_folders_are_refused(
    store: ModelStore, tiny_folder: Path, tmp_path: Path, file: str, content: bytes, said: str
) -> None:
    source = shutil.copytree(tiny_folder, tmp_path / "source")
    (source / file).write_bytes(content)
    with pytest.raises(ModelError, match=said):
        store.import_folder(source, "broken")
    assert store.installed() == [] and store.damaged() == []


def test_a_folder_of_pickles_is_refused(store: ModelStore, tiny_folder: Path, tmp_path: Path) -> None:
    source = shutil.copytree(tiny_folder, tmp_path / "source")
    (source / "model.safetensors").rename(source / "pytorch_model.bin")
    with pytest.raises(ModelError, match="never pickled"):
        store.import_folder(source, "pickled")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit_bytes", [100_000, 500_000])
def test_a_full_disk_while_importing_is_told(
    store: ModelStore, bundle: Path, tiny_folder: Path, limit_bytes: int
) -> None:
    program = f"""
import resource, sys
from pathlib import Path
from speech.errors import OtoscribeError
from speech.store import ModelStore
import speech.graph
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))
store = ModelStore(Path(sys.argv[1]))
for act in (lambda: store.import_bundle(Path(sys.argv[2])), lambda: store.import_folder(Path(sys.argv[3]), "x")):
    try:
        act()
        sys.exit("no error")
    except OtoscribeError as error:
        print(error)
"""
    command = [sys.executable, "-c", program, str(store.root), str(bundle), str(tiny_folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [("disk" in line) for line in done.stdout.splitlines()] == [True, True]
    assert store.installed() == [] and store.damaged() == []
