"""Audio files as the disk shows them: what is taken, what is refused, and the copy that stays as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desk.lanes import Job, Lane
from app.desk.queued_files import ChangedFileError, copy_file, see, watch
from app.paths import unfinished_folder
from app.records import QueuedFile, RecordStore
from speech.errors import OtoscribeError


@pytest.fixture
def store() -> Iterator[RecordStore]:
    with RecordStore.open() as opened:
        yield opened


@pytest.fixture
def job() -> Iterator[Job]:
    lane = Lane("test", lambda thunk: thunk())
    yield lane.submit(lambda job: None)
    lane.close()


def queued(store: RecordStore, path: Path) -> QueuedFile:
    store.batch.add(see([path]), "A", is_asked_for=True)
    return next(file for file in store.batch.files() if file.path == path)


def test_a_file_is_copied_as_it_is_and_only_read(
    store: RecordStore, job: Job, short_sample: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(short_sample, tmp_path / "a letter.FLAC"))
    copied = copy_file(queued(store, path), job)
    path.unlink()
    assert copied.path.read_bytes() == short_sample.read_bytes() and copied.duration_s == pytest.approx(8.0, abs=0.5)
    if os.name != "nt":
        assert copied.path.stat().st_mode & 0o777 == 0o600


def test_a_copy_from_before_a_kill_serves_although_the_file_is_gone(
    store: RecordStore, job: Job, short_sample: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(short_sample, tmp_path / "a.flac"))
    file = queued(store, path)
    copied = copy_file(file, job)
    known = store.batch.identify(file.id, copied.sha256, copied.duration_s)
    path.unlink()
    assert copy_file(known, job) == copied
    copied.path.unlink()
    with pytest.raises(OtoscribeError, match=r"a.flac is not where it was.*Try again"):
        copy_file(known, job)


def test_a_file_that_changed_since_it_was_seen_is_not_taken(
    store: RecordStore, job: Job, short_sample: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(short_sample, tmp_path / "a.flac"))
    file = queued(store, path)
    path.write_bytes(short_sample.read_bytes()[:-100])
    with pytest.raises(ChangedFileError):
        copy_file(file, job)
    assert not list(unfinished_folder().iterdir())


@pytest.mark.parametrize(("content", "told"), [(b"", "b.wav is empty"), (b"words" * 99, "b.wav is not audio")])
def test_what_is_no_audio_is_told_by_its_own_name(
    store: RecordStore, job: Job, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "b.wav"
    path.write_bytes(content)
    with pytest.raises(OtoscribeError, match=told):
        copy_file(queued(store, path), job)
    assert not list(unfinished_folder().iterdir())


def test_a_full_disk_is_told_with_what_is_needed(
    store: RecordStore, job: Job, short_sample: Path, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource", reason="limits on the size of files are a POSIX thing")
    path = Path(shutil.copy(short_sample, tmp_path / "a.flac"))
    file = queued(store, path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OtoscribeError, match=r"disk is too full.*Free 1 MB"):
            copy_file(file, job)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(unfinished_folder().iterdir()) and path.exists()


def test_a_watched_folder_gives_audio_files_that_stand_still(store: RecordStore, tmp_path: Path) -> None:
    for name in ("a.WAV", "b.mp3", ".c.wav", "d.txt", "e.wav.part"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "f.wav").mkdir()
    first = watch(tmp_path, [])
    assert [(each.path.name, each.is_still) for each in first] == [("a.WAV", False), ("b.mp3", False)]
    store.batch.add(first, "A", is_asked_for=False)
    (tmp_path / "b.mp3").write_bytes(b"12")
    second = watch(tmp_path, store.batch.files())
    assert [(each.path.name, each.is_still) for each in second] == [("a.WAV", True), ("b.mp3", False)]
    with pytest.raises(OtoscribeError, match="cannot be read"):
        watch(tmp_path / "not there", [])
