"""What a crash leaves in the spool folder and what of it is offered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.capture import SpoolWriter
from app.desk.recovery import find_left_behind
from app.paths import spool_folder
from app.records import DictationPlace, RecordStore, UnfinishedDictation


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path))


def record(seconds: float, seed: int = 0) -> Path:
    spool = SpoolWriter(spool_folder(), 16_000)
    spool.append(np.random.default_rng(seed).integers(-9000, 9000, int(seconds * 16_000)).astype(np.int16))
    return spool.close()


def test_recordings_in_no_note_are_offered_oldest_first() -> None:
    first, second = record(1, 1), record(2, 2)
    store = RecordStore.open()
    left = find_left_behind(store, spool_folder())
    store.close()
    assert [(each.path, round(each.duration_s)) for each in left] == [(first, 1), (second, 2)]


def test_a_recording_that_the_record_holds_already_is_cleared_up() -> None:
    audio = record(1)
    store = RecordStore.open()
    note = store.create_note(author="A")
    store.attach_recording(note.id, audio, keep_source=True)
    assert find_left_behind(store, spool_folder()) == []
    assert not audio.exists()
    assert len(store.recordings(note.id)) == 1
    store.close()


def test_a_recording_that_is_still_being_made_is_left_alone() -> None:
    spool = SpoolWriter(spool_folder(), 16_000)
    spool.append(np.ones(16_000, np.int16))
    store = RecordStore.open()
    assert find_left_behind(store, spool_folder()) == []
    assert spool.path.exists()
    spool.close()
    assert len(find_left_behind(store, spool_folder())) == 1
    store.close()


def test_the_note_that_was_being_dictated_is_named_while_it_is_a_draft() -> None:
    audio = record(1)
    with RecordStore.open() as store:
        note = store.create_note("Clinic", author="A", text="Seen.")
        dictation = UnfinishedDictation(note.id, audio.name, 0.5, (DictationPlace(0.0, 5, 5),))
        store.save(note.id, dictations=[dictation], author="A")
        (left,) = find_left_behind(store, spool_folder())
        assert left.dictation is not None and left.note_title == "Clinic"
        assert (left.dictation.note_id, left.dictation.written_s, left.dictation.text) == (note.id, 0.5, "Seen.")
        store.sign(note.id, "A")
        (left,) = find_left_behind(store, spool_folder())
        assert left.dictation is None


@pytest.mark.slow
def test_six_hours_that_were_cut_off_are_offered_as_a_whole_and_go_into_the_record() -> None:
    audio = record(1)
    with audio.open("r+b") as file:  # the header still counts one second; a hole in the file is silence
        file.truncate(44 + 6 * 3600 * 16_000 * 2)
    with RecordStore.open() as store:
        (left,) = find_left_behind(store, spool_folder())
        assert left.duration_s == 6 * 3600
        note = store.create_note(author="A")
        assert store.attach_recording(note.id, left.path).duration_s == 6 * 3600
        assert find_left_behind(store, spool_folder()) == []
