import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records import (
    AuditAction,
    NoteNotFoundError,
    NoteStatus,
    RecordsError,
    RecordStore,
    SignedNoteError,
)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    with RecordStore.open(tmp_path_factory.mktemp("lasting") / "notes.db") as store:
        yield store


def test_a_new_note_is_a_draft_at_version_one(store: RecordStore) -> None:
    note = store.create_note("Follow-up", "Jörg Ångström", author="Dr. Adeyemi", text="Stable.")
    assert note == store.get_note(note.id)
    assert (note.title, note.patient, note.author, note.text) == (
        "Follow-up",
        "Jörg Ångström",
        "Dr. Adeyemi",
        "Stable.",
    )
    assert (note.status, note.version, note.signed_by) == (NoteStatus.DRAFT, 1, None)
    assert timedelta() <= datetime.now(UTC) - note.created_at < timedelta(minutes=1)


def test_every_change_is_a_new_version_and_the_old_ones_stay(store: RecordStore) -> None:
    note = store.create_note(author="A")
    store.save(note.id, text="one", author="A")
    store.save(note.id, text="two", author="B")
    store.save(note.id, patient="P", author="A")
    current = store.save(note.id, title="T", text="three", author="A")
    assert (current.text, current.title, current.patient, current.version) == ("three", "T", "P", 5)
    versions = store.versions(note.id)
    assert [version.number for version in versions] == [1, 2, 3, 4, 5]
    assert [version.text for version in versions] == ["", "one", "two", "two", "three"]
    assert [version.patient for version in versions] == ["", "", "", "P", "P"]
    assert [version.author for version in versions] == ["A", "A", "B", "A", "A"]
    times = [version.created_at for version in versions]
    assert times == sorted(times) and all(time.tzinfo is UTC for time in times)


def test_saving_what_is_there_makes_no_version(store: RecordStore) -> None:
    note = store.create_note("T", "P", author="A", text="same")
    assert store.save(note.id, text="same", title="T", patient="P", author="B") == note
    assert store.save(note.id, author="B") == note
    assert len(store.versions(note.id)) == 1


def test_notes_survive_closing(database_file: Path) -> None:
    with RecordStore.open(database_file) as store:
        note = store.create_note("T", author="A", text="kept")
    with RecordStore.open(database_file) as store:
        assert store.get_note(note.id) == note


def test_a_signed_note_changes_through_addenda_only(store: RecordStore) -> None:
    note = store.create_note("T", "P", author="A", text="final")
    signed = store.sign(note.id, "Dr. B")
    assert (signed.status, signed.signed_by) == (NoteStatus.SIGNED, "Dr. B")
    assert signed.signed_at is not None and signed.signed_at.tzinfo is UTC
    for change in ({"text": "other"}, {"title": "other"}, {"patient": "other"}):
        with pytest.raises(SignedNoteError, match="addendum"):
            store.save(note.id, **change, author="A")
    assert store.save(note.id, text="final", author="A") == signed
    with pytest.raises(SignedNoteError):
        store.sign(note.id, "Dr. C")
    amended = store.add_addendum(note.id, "and this", "Dr. C")
    assert amended.status is NoteStatus.AMENDED
    assert (amended.text, amended.signed_by) == ("final", "Dr. B")
    assert [(addendum.text, addendum.author) for addendum in amended.addenda] == [("and this", "Dr. C")]
    assert [a.text for a in store.add_addendum(note.id, "again", "A").addenda] == ["and this", "again"]
    assert len(store.versions(note.id)) == 1


def test_what_cannot_be_signed_or_amended(store: RecordStore) -> None:
    note = store.create_note(author="A", text=" \n")
    with pytest.raises(RecordsError, match="no text"):
        store.sign(note.id, "A")
    store.save(note.id, text="text", author="A")
    with pytest.raises(RecordsError, match="name"):
        store.sign(note.id, "  ")
    with pytest.raises(RecordsError, match="draft"):
        store.add_addendum(note.id, "more", "A")
    store.sign(note.id, "A")
    for text, author in (("", "A"), ("more", "")):
        with pytest.raises(RecordsError, match="needs"):
            store.add_addendum(note.id, text, author)
    assert store.get_note(note.id).status is NoteStatus.SIGNED


@pytest.mark.parametrize("number", [0, -1, 7, 2**63, 2**200])
def test_a_number_without_a_note_says_so(store: RecordStore, number: int) -> None:
    for action in (
        lambda: store.get_note(number),
        lambda: store.versions(number),
        lambda: store.recordings(number),
        lambda: store.audit(number),
        lambda: store.save(number, text="x", author="A"),
        lambda: store.sign(number, "A"),
        lambda: store.add_addendum(number, "x", "A"),
        lambda: store.record_export(number, "docx", "A"),
    ):
        with pytest.raises(NoteNotFoundError, match=str(number)):
            action()


def test_the_audit_trail_tells_who_did_what_without_the_text(store: RecordStore) -> None:
    note = store.create_note("Titel", "Patientin", author="A", text="vertraulich")
    store.save(note.id, text="sehr vertraulich", author="B")
    store.sign(note.id, "C")
    store.add_addendum(note.id, "auch vertraulich", "D")
    store.record_export(note.id, "docx", "E")
    events = store.audit(note.id)
    assert [(event.author, event.action) for event in events] == [
        ("A", AuditAction.CREATED),
        ("B", AuditAction.SAVED),
        ("C", AuditAction.SIGNED),
        ("D", AuditAction.ADDENDUM_ADDED),
        ("E", AuditAction.EXPORTED),
    ]
    assert [event.detail for event in events] == ["", "version 2", "version 2", "addendum 1", "docx"]
    assert not any(word in repr(events) for word in ("vertraulich", "Titel", "Patientin"))


def test_lists_have_the_last_changed_note_first(store: RecordStore) -> None:
    notes = [store.create_note(f"note {number}", author="A", text="line one\nline two " * 30) for number in range(5)]
    store.save(notes[1].id, title="changed", author="A")
    listed = store.list_notes()
    assert [summary.id for summary in listed] == [notes[index].id for index in (1, 4, 3, 2, 0)]
    assert listed[0].title == "changed"
    assert listed[0].snippet.startswith("line one line two") and len(listed[0].snippet) <= 121
    assert [summary.id for summary in store.list_notes(limit=2, offset=1)] == [notes[4].id, notes[3].id]
    assert store.list_notes(offset=99) == []


def test_the_database_itself_refuses_to_change_what_is_kept(store: RecordStore, database_file: Path) -> None:
    note = store.create_note(author="A", text="kept")
    with closing(sqlite3.connect(database_file)) as connection:
        for statement in (
            "UPDATE note_versions SET text = 'x'",
            "DELETE FROM note_versions",
            "DELETE FROM audit_events",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(statement)
    assert store.get_note(note.id).text == "kept"


@given(texts=st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_as_it_was_saved(lasting: RecordStore, texts: list[str]) -> None:
    note = lasting.create_note(author="A")
    expected = [""]
    for text in texts:
        current = lasting.save(note.id, text=text, title=text, author=text)
        assert current.text == current.title == text
        if text != expected[-1]:
            expected.append(text)
    assert [version.text for version in lasting.versions(note.id)] == expected


def test_halves_of_surrogate_pairs_do_not_stop_a_save(store: RecordStore) -> None:
    note = store.create_note(author="A", text="broken \ud83d pair, whole \ud83d\ude00 pair")
    assert store.get_note(note.id).text == "broken \ufffd pair, whole 😀 pair"


def test_the_store_may_be_used_from_another_thread_than_it_was_opened_in(store: RecordStore) -> None:
    note = store.create_note(author="A")
    with ThreadPoolExecutor(1) as lane:
        assert lane.submit(store.save, note.id, text="from the lane", author="A").result().version == 2
    assert store.get_note(note.id).text == "from the lane"
