"""What a signed note teaches: from the record through the comparison into the record again."""

from __future__ import annotations

from pathlib import Path

import pytest
from stored_notes import AUTHOR, WORDS, store_dictation

from app import cli, settings
from app.desk.gathering import compare_note, listen, to_keep
from app.dictation import FormattingOptions
from app.records import RecordStore
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.transcript import Transcript


def test_what_was_changed_is_gathered_by_utterance() -> None:
    note_id = store_dictation(WORDS, "HISTORY\nPatient takes metoprolol twice daily. Reviewed with the family.")
    with RecordStore.open() as store:
        store.sign(note_id, AUTHOR)
        heard = compare_note(store.get_note(note_id), store.recordings(note_id), FormattingOptions())
        store.learning.keep(note_id, AUTHOR, to_keep(heard))
        (clip,) = store.learning.clips(AUTHOR)
    assert clip.words == ("Patient", "takes", "metformin", "twice", "daily.")
    assert [(each.before, each.after) for each in clip.corrections] == [("metformin", "metoprolol")]
    assert clip.audio.is_file() and (clip.start_s, clip.end_s) == (0.0, 2.5)


def test_a_note_without_speech_teaches_nothing() -> None:
    with RecordStore.open() as store:
        note = store.create_note(author=AUTHOR, text="typed")
        assert compare_note(note, store.recordings(note.id), None) == []


@pytest.mark.slow
def test_the_sound_decides_where_the_spelling_cannot(base_model: InstalledModel, short_sample: Path) -> None:
    """Nothing sounds alike here, but the author's word is the one that was said."""
    recognizer = Recognizer.open(base_model)
    said = recognizer.transcribe(short_sample)
    first = said.segments[0].words[-1].text
    with RecordStore.open() as store:
        note = store.create_note(author=AUTHOR, text=said.text)
        recording = store.attach_recording(note.id, short_sample, keep_source=True)
        slipped = said.to_json()
        slipped["segments"][0]["words"][-1]["text"] = "tomatoes."
        slipped["segments"][0]["text"] = slipped["segments"][0]["text"].removesuffix(first) + "tomatoes."
        store.set_transcript(recording.id, Transcript.from_json(slipped))
        heard = listen(compare_note(note, store.recordings(note.id), None), recognizer)
    ((change, support),) = [
        pair for each in heard for pair in zip(each.changed.changes, each.support_nats, strict=True)
    ]
    assert change.after == first.strip(".,")
    assert support is not None and support > 0
    assert [each.kind for clip in to_keep(heard) for each in clip.corrections] in (["misheard"], ["doubtful"])


@pytest.mark.parametrize("is_on", [False, True])
def test_signing_on_the_command_line_gathers_where_that_is_wanted(is_on: bool) -> None:
    note_id = store_dictation(WORDS, "Patient takes metoprolol twice daily.")
    settings.save(settings.Settings(learning=is_on))
    assert cli.run(["notes", "sign", str(note_id), "--author", AUTHOR]) == 0
    with RecordStore.open() as store:
        assert len(store.learning.clips(AUTHOR)) == is_on
