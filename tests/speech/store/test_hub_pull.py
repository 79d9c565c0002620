"""Pulling from a hub on loopback that speaks the Hugging Face hub's protocol."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from loopback import REVISION, Answer, Hub, LoopbackServer, port_of_nobody
from safetensors.numpy import load, save

from speech.errors import ModelError
from speech.store import ModelStore

NAME = "someone/tiny-whisper"


def storage_path(server: LoopbackServer) -> str:
    """Where the weights are sent from: large files move to another address, as on the hub."""
    (path,) = [path for path in server.answers if path.startswith("/storage/")]
    return path


def test_pull_takes_a_repository_by_owner_and_name(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    extra = {
        "README.md": b"# hello",
        "training_args.bin": b"pickled",
        "flax_model.msgpack": b"other",
        "model.bin": b"x",
    }
    hub.add(NAME, tiny_files | extra)
    model = store.pull(NAME)
    assert (model.name, model.licence, model.revision) == (NAME, "mit", REVISION)
    assert NAME in model.source
    assert model.languages == ("en",)
    assert store.open(NAME) == model
    assert store.verify(NAME) == []
    assert model.folder.name == "someone--tiny-whisper"
    asked = {request.path.rpartition("/")[2] for request in hub.server.requests}
    assert not asked & set(extra)


def test_a_catalogue_entry_may_name_a_repository(hub: Hub, tmp_path: Path, tiny_files: dict[str, bytes]) -> None:
    entry = {
        "name": "tiny",
        "title": "Tiny",
        "licence": "MIT",
        "origin": "here",
        "languages": ["en"],
        "min_padding_s": None,
        "download_bytes": 1,
        "installed_bytes": 1,
        "repository": NAME,
    }
    (tmp_path / "catalogue.json").write_text(json.dumps({"models": [entry]}))
    hub.add(NAME, tiny_files)
    store = ModelStore(tmp_path / "models", tmp_path / "catalogue.json")
    assert store.pull(NAME).name == "tiny"
    assert store.open("tiny") == store.open(NAME)


def test_a_cut_connection_is_continued(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    hub.add(NAME, tiny_files)
    path = storage_path(hub.server)
    hub.server.cuts[path] = [300_000]
    store.pull(NAME)
    first, second = hub.server.gets(path)
    assert first.range is None and second.range == "bytes=262144-"
    assert hub.server.sent(path) < len(tiny_files["model.safetensors"]) + 65536


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_pull_is_continued(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    hub.add(NAME, tiny_files)
    path = storage_path(hub.server)
    hub.server.brake_after(400_000)
    program = "import sys; from pathlib import Path; from speech.store import ModelStore; "
    program += "ModelStore(Path(sys.argv[1])).pull(sys.argv[2])"
    child = subprocess.Popen([sys.executable, "-c", program, str(store.root), NAME])
    part = store.root / ".work" / "someone--tiny-whisper" / "fetched" / "model.safetensors.part"
    hub.server.wait_until(lambda: hub.server.sent(path) >= 400_000)
    while not (part.is_file() and part.stat().st_size >= 300_000):
        assert child.poll() is None
    child.kill()
    child.wait()
    hub.server.release()
    store.pull(NAME)
    _, second = hub.server.gets(path)
    assert second.range is not None and int(second.range.removeprefix("bytes=").rstrip("-")) >= 300_000


def test_weights_with_another_hash_are_refused(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    hub.add(NAME, tiny_files)
    answer = hub.server.answers[storage_path(hub.server)]
    answer.body = answer.body[:-1] + b"?"
    with pytest.raises(ModelError, match=r"model\.safetensors .* is not the expected file \(its SHA-256 differs\)"):
        store.pull(NAME)
    assert store.installed() == []


def test_small_files_are_checked_too(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    hub.add(NAME, tiny_files)
    answer = hub.server.answers[f"/{NAME}/resolve/{REVISION}/tokenizer.json"]
    answer.body = answer.body.replace(b"a", b"b", 1)
    with pytest.raises(ModelError, match=r"tokenizer\.json .* is not the expected file \(its git hash differs\)"):
        store.pull(NAME)


def test_sharded_weights_are_joined(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    tensors = load(tiny_files.pop("model.safetensors"))
    names = sorted(tensors)
    shards = {f"model-0000{number}-of-00002.safetensors": names[number - 1 :: 2] for number in (1, 2)}
    index = {"weight_map": {name: shard for shard, held in shards.items() for name in held}}
    files = {shard: save({name: tensors[name] for name in held}) for shard, held in shards.items()}
    hub.add(NAME, tiny_files | files | {"model.safetensors.index.json": json.dumps(index).encode()})
    model = store.pull(NAME)
    assert set(load((model.checkpoint_folder / "model.safetensors").read_bytes())) == set(names)


def test_a_lacking_shard_is_named(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    weights = tiny_files.pop("model.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    files = {"model-00001-of-00002.safetensors": weights, "model.safetensors.index.json": json.dumps(index).encode()}
    hub.add(NAME, tiny_files | files)
    with pytest.raises(ModelError, match=r"lacks model-00002-of-00002\.safetensors"):
        store.pull(NAME)


def test_a_tokenizer_in_the_older_form_is_built(hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]) -> None:
    from tokenizers import Tokenizer

    whole = json.loads(tiny_files.pop("tokenizer.json"))
    parts = {
        "vocab.json": json.dumps(whole["model"]["vocab"]).encode(),
        "merges.txt": "\n".join(
            ["#version: 0.2", *(pair if isinstance(pair, str) else " ".join(pair) for pair in whole["model"]["merges"])]
        ).encode(),
        "added_tokens.json": json.dumps({token["content"]: token["id"] for token in whole["added_tokens"]}).encode(),
    }
    hub.add(NAME, tiny_files | parts)
    model = store.pull(NAME)
    built = Tokenizer.from_file(str(model.checkpoint_folder / "tokenizer.json"))
    original = Tokenizer.from_str(json.dumps(whole))
    text = "<|startoftranscript|>the patient was given 5 mg, naïve"
    assert built.encode(text).ids == original.encode(text).ids
    assert built.decode(built.encode(text).ids) == original.decode(original.encode(text).ids)


def test_a_repository_without_any_tokenizer_is_refused(
    hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]
) -> None:
    del tiny_files["tokenizer.json"]
    hub.add(NAME, tiny_files)
    with pytest.raises(ModelError, match=r"no tokenizer\.json and no vocab\.json"):
        store.pull(NAME)


def test_pickled_weights_are_refused_and_not_even_fetched(
    hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]
) -> None:
    del tiny_files["model.safetensors"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", b"cos\nsystem\n(S'touch pwned'\ntR.")
    hub.add(NAME, tiny_files | {"pytorch_model.bin": buffer.getvalue()})
    with pytest.raises(ModelError, match=r"no safetensors weights.*never opens pickled"):
        store.pull(NAME)
    assert not [request for request in hub.server.requests if request.method == "GET" and "pytorch" in request.path]


def test_another_architecture_is_refused_before_its_weights_are_fetched(
    hub: Hub, store: ModelStore, tiny_files: dict[str, bytes]
) -> None:
    tiny_files["config.json"] = json.dumps({"model_type": "wav2vec2"}).encode()
    hub.add(NAME, tiny_files)
    with pytest.raises(ModelError, match=r"of type 'wav2vec2'.*Whisper models only"):
        store.pull(NAME)
    assert hub.server.gets(storage_path(hub.server)) == []


def test_a_repository_without_a_model_is_refused(hub: Hub, store: ModelStore) -> None:
    hub.add(NAME, {"README.md": b"nothing"})
    with pytest.raises(ModelError, match=r"has no config\.json"):
        store.pull(NAME)


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_the_offline_flags_are_honoured(
    hub: Hub, store: ModelStore, tiny_files: dict[str, bytes], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, tiny_files)
    monkeypatch.setenv(variable, "1")
    with pytest.raises(ModelError, match=f"{variable} is set.*models import FILE"):
        store.pull(NAME)
    assert hub.server.requests == []


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (404, "RepoNotFound", "has no someone/tiny-whisper, or it is private"),
        (401, "RepoNotFound", "HF_TOKEN"),
        (403, "GatedRepo", "Ask for access"),
        (403, "Forbidden", "refuses access"),
        (500, "Broken", "HTTP 500"),
    ],
)
def test_refusals_say_what_to_do(hub: Hub, store: ModelStore, status: int, code: str, said: str) -> None:
    hub.refuse(NAME, status, code)
    with pytest.raises(ModelError, match=said) as refusal:
        store.pull(NAME)
    assert "\n" not in str(refusal.value)


def test_a_token_goes_to_the_hub_and_nowhere_else(
    hub: Hub, store: ModelStore, tiny_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.add(NAME, tiny_files)
    storage = LoopbackServer()
    path = storage_path(hub.server)
    storage.answers[path] = hub.server.answers.pop(path)
    moved = hub.server.answers[f"/{NAME}/resolve/{REVISION}/model.safetensors"]
    moved.headers["Location"] = f"http://localhost:{storage.port}{path}"
    store.pull(NAME)
    storage.close()
    assert {request.headers.get("authorization") for request in hub.server.requests} == {"Bearer hf_secret"}
    assert [request.headers.get("authorization") for request in storage.requests] == [None]


def test_a_server_that_is_no_hub_is_told(server: LoopbackServer, hub: Hub, store: ModelStore) -> None:

    server.answers[f"/api/models/{NAME}"] = Answer(b"<html>please log in</html>")
    with pytest.raises(ModelError, match=r"does not answer as a hub does.*HF_ENDPOINT"):
        store.pull(NAME)


def test_an_unreachable_hub_is_told(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with port_of_nobody() as port:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
        with pytest.raises(ModelError, match=r"127\.0\.0\.1 cannot be reached"):
            store.pull(NAME)
