"""The rest of a dictation that broke off, in the note that holds its beginning."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, store_dictation
from window_fixtures import DeskOpener

from app.desk.unfinished import HeldPart, write_rest
from app.dictation import FormattingOptions
from app.records import RecordStore
from speech.transcript import Segment, Transcript, Word

pytestmark = pytest.mark.slow


def said() -> Transcript:
    """A number across a pause."""
    utterances = []
    for text, start_s in (("Metformin twenty", 0.0), ("five milligrams daily.", 3.0)):
        words = tuple(
            Word(word, start_s + n * 0.5, start_s + n * 0.5 + 0.4, 0.9) for n, word in enumerate(text.split())
        )
        utterances.append(Segment(start_s, words[-1].end_s, text, 0.9, words))
    return Transcript("a.wav", "m", "b", "en", 5.0, 0.1, tuple(utterances))


@pytest.mark.parametrize(
    ("text", "until", "wanted"),
    [
        ("Metformin 20 Plan: rest.", 12, "Metformin 25 mg daily. Plan: rest."),
        ("Metformin 20. Plan: rest.", 13, "Metformin 25 mg daily. Plan: rest."),  # a stop for want of more words
        ("Metformin 30 Plan: rest.", 12, "Metformin 30 5 mg daily. Plan: rest."),  # the author changed it
        ("Metformin 120 Plan: rest.", 13, "Metformin 120 5 mg daily. Plan: rest."),
        ("Metformin 20 now Plan: rest.", 16, "Metformin 20 now 5 mg daily. Plan: rest."),
    ],
)
def test_a_number_is_one_only_where_its_beginning_stands_as_it_was_written(
    text: str, until: int, wanted: str, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation([("Metformin", 0.9), ("twenty", 0.9)], text)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    note = window.session.notebook.current
    assert note is not None
    transcript, (recording,) = said(), note.recordings
    held = HeldPart(transcript.segments[0].end_s, text=text)
    _, rest = write_rest(transcript, held, recording.id, FormattingOptions())
    note.insert_rest(recording, rest, [note.place_at(until)], held)
    assert note.document.toPlainText() == wanted
    saved: list[bool] = []
    note.save_now(saved.append)
    qtbot.waitUntil(lambda: bool(saved))
    note.document.undo()
    assert note.document.toPlainText() == text
    with RecordStore.open() as store:
        assert store.get_note(note_id).text == wanted
        assert store.get_note(note_id).author == AUTHOR
