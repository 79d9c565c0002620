"""What is gathered to learn from: kept by author, decided on, removed without a trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.records import NoteNotFoundError, RecordsError, RecordStore, backups
from app.records.gathered import NewClip, NewCorrection

SECRET = "metoprololum"


def gather(store: RecordStore, audio: Path, author: str, word: str = SECRET) -> int:
    note = store.create_note(author=author, text="He takes it.")
    recording = store.attach_recording(note.id, audio)
    store.sign(note.id, author)
    changed = NewCorrection(1, 2, "metaprolol", word, "misheard")
    clips = [NewClip(recording.id, 0.0, 0.4, ("takes", "metaprolol"), (changed,)), NewClip(recording.id, 0.4, 0.5, ())]
    store.learning.keep(note.id, author, clips)
    return note.id


def test_each_author_has_their_own(store: RecordStore, make_wav: Callable[..., Path]) -> None:
    gather(store, make_wav(seed=1), "A")
    gather(store, make_wav(seed=2), "B", "warfarin")
    (first, second) = store.learning.clips("A")
    assert (first.author, first.words, first.end_s, second.corrections) == ("A", ("takes", "metaprolol"), 0.4, ())
    assert first.audio.is_file()
    (correction,) = first.corrections
    assert (correction.after, correction.final_kind) == (SECRET, "misheard")
    assert [each.after for clip in store.learning.clips("B") for each in clip.corrections] == ["warfarin"]
    assert store.learning.clips("C") == []


def test_a_note_kept_again_replaces_what_was_kept(store: RecordStore, make_wav: Callable[..., Path]) -> None:
    note = gather(store, make_wav(), "A")
    store.learning.keep(note, "A", [])
    assert store.learning.clips("A") == []
    with pytest.raises(NoteNotFoundError):
        store.learning.keep(99, "A", [])


def test_the_author_decides(store: RecordStore, make_wav: Callable[..., Path]) -> None:
    gather(store, make_wav(), "A")
    (correction,) = store.learning.clips("A")[0].corrections
    store.learning.decide(correction.id, "rewritten")
    assert store.learning.clips("A")[0].corrections[0].final_kind == "rewritten"
    with pytest.raises(RecordsError, match="no correction 99"):
        store.learning.decide(99, "misheard")


def test_a_purge_leaves_nothing_on_the_disk(database_file: Path, make_wav: Callable[..., Path]) -> None:
    with RecordStore.open(database_file) as store:
        note = gather(store, make_wav(seed=1), "A")
        gather(store, make_wav(seed=2), "B", "warfarin")
        backup = backups.make_backup(database_file)
        assert SECRET.encode() in backup.read_bytes()
        assert store.learning.purge("A") == 2
        assert store.learning.clips("A") == [] and len(store.learning.clips("B")) == 2
        assert store.get_note(note).text == "He takes it." and store.recordings(note)[0].path.is_file()
        assert not any(SECRET.encode() in file.read_bytes() for file in database_file.parent.rglob("notes.db*"))
        assert SECRET.encode() not in backup.read_bytes()


def test_it_goes_with_its_note(database_file: Path, make_wav: Callable[..., Path]) -> None:
    """Notes cannot be deleted through the store; whatever does it takes along what was gathered."""
    with RecordStore.open(database_file) as store:
        note = gather(store, make_wav(), "A")
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DROP TRIGGER note_versions_refuse_delete")
        connection.execute("DROP TRIGGER audit_events_refuse_delete")
        for table in ("note_versions", "audit_events", "recordings"):
            connection.execute(f"DELETE FROM {table} WHERE note_id = ?", (note,))
        connection.execute("DELETE FROM notes WHERE id = ?", (note,))
        connection.commit()
        assert connection.execute("SELECT count(*) FROM dictated_clips").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM corrections").fetchone() == (0,)


def test_a_record_of_the_first_form_is_brought_up_to_date(database_file: Path, make_wav: Callable[..., Path]) -> None:
    with RecordStore.open(database_file) as store:
        store.create_note(author="A", text="kept")
    with closing(sqlite3.connect(database_file)) as connection:
        connection.executescript(
            "DROP TABLE unfinished_dictations; DROP TABLE confirmed_words; DROP TABLE queued_files;"
            "DROP TABLE corrections; DROP TABLE dictated_clips;"
        )
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    before = len(backups.list_backups(database_file))
    with RecordStore.open(database_file) as store:
        assert store.list_notes()[0].snippet == "kept"
        gather(store, make_wav(), "A")
    assert len(backups.list_backups(database_file)) == before + 1
