"""The queue of audio files in the record: nothing twice, nothing forgotten, in the user's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.records import Move, QueuedState, RecordsError, RecordStore, SeenFile
from speech.errors import OtoscribeError


@pytest.fixture
def store(database_file: Path) -> RecordStore:
    return RecordStore.open(database_file)


def seen(name: str, size: int = 5, *, is_still: bool = True) -> SeenFile:
    return SeenFile(Path("/audio") / name, size, 7, is_still)


def add(store: RecordStore, *files: SeenFile, is_asked_for: bool = True) -> int:
    return store.batch.add(files, "A", is_asked_for=is_asked_for)


def names(store: RecordStore) -> str:
    return "".join(file.path.name for file in store.batch.files())


def number_of(store: RecordStore, name: str) -> int:
    return next(file.id for file in store.batch.files() if file.path.name == name)


def test_a_file_is_queued_once_in_each_state_of_the_disk(store: RecordStore) -> None:
    assert add(store, seen("a"), seen("b")) == 2
    assert add(store, seen("a"), seen("b"), is_asked_for=False) == 0
    assert add(store, seen("a", 6)) == 1
    assert names(store) == "ba"
    store.batch.set_state([number_of(store, "a")], QueuedState.DONE)
    assert add(store, seen("a", 6), is_asked_for=False) == 0
    assert add(store, seen("a", 7), is_asked_for=False) == 1
    assert [file.size_bytes for file in store.batch.files() if file.path.name == "a"] == [7, 6]


def test_what_was_taken_off_the_list_comes_back_only_when_asked_for(store: RecordStore) -> None:
    add(store, seen("a"))
    store.batch.take_off([number_of(store, "a")])
    assert add(store, seen("a"), is_asked_for=False) == 0 and names(store) == ""
    assert add(store, seen("a")) == 1 and names(store) == "a"


def test_an_arriving_file_waits_once_it_stands_still(store: RecordStore) -> None:
    add(store, seen("a", 1, is_still=False))
    add(store, seen("a", 2, is_still=False), is_asked_for=False)
    assert [(file.size_bytes, file.state) for file in store.batch.files()] == [(2, QueuedState.ARRIVING)]
    add(store, seen("a", 2), is_asked_for=False)
    assert [file.state for file in store.batch.files()] == [QueuedState.WAITING]


def test_the_order_is_the_users_and_what_is_done_stands_last(store: RecordStore) -> None:
    add(store, *map(seen, "abcd"))
    store.batch.move(number_of(store, "d"), Move.FIRST)
    assert names(store) == "dabc"
    store.batch.move(number_of(store, "a"), Move.DOWN)
    store.batch.move(number_of(store, "c"), Move.DOWN)
    assert names(store) == "dbac"
    store.batch.set_state([number_of(store, "b")], QueuedState.DONE)
    store.batch.move(number_of(store, "a"), Move.UP)
    store.batch.move(number_of(store, "b"), Move.FIRST)
    assert names(store) == "adcb"


def test_one_sound_makes_one_note_under_whatever_name(store: RecordStore) -> None:
    add(store, seen("a"), seen("b"))
    a, b = number_of(store, "a"), number_of(store, "b")
    assert store.batch.identify(a, "0" * 64, 1.5).state == QueuedState.WAITING
    note_id = store.batch.begin_note(a, "T", "text")
    assert store.batch.begin_note(a, "T", "other text") == note_id
    assert store.batch.identify(b, "0" * 64, 1.5).state == QueuedState.WAITING
    store.batch.set_state([a], QueuedState.DONE)
    known = store.batch.identify(b, "0" * 64, 1.5)
    assert (known.state, known.note_id) == (QueuedState.DONE, note_id)
    assert [note.text for note in map(store.get_note, [each.id for each in store.list_notes()])] == ["text"]


def test_what_is_done_stays_done(store: RecordStore) -> None:
    add(store, seen("a"), seen("b"))
    a, b = number_of(store, "a"), number_of(store, "b")
    store.batch.set_state([a], QueuedState.DONE)
    store.batch.set_state([a, b], QueuedState.PAUSED)
    store.batch.fail(a, OtoscribeError("It broke", "Mend it."))
    store.batch.fail(b, OtoscribeError("It broke", "Mend it."))
    first, second = store.batch.get(a), store.batch.get(b)
    assert (first.state, first.problem) == (QueuedState.DONE, None)
    assert (second.state, second.problem, second.next_step) == (QueuedState.FAILED, "It broke", "Mend it.")
    with pytest.raises(RecordsError):
        store.batch.get(99)
