import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.records import (
    AuditAction,
    ConfirmedWord,
    DictationPlace,
    NoteNotFoundError,
    RecordsError,
    RecordStore,
    UnfinishedDictation,
)
from speech.transcript import Transcript

MakeWav = Callable[..., Path]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_recording_moves_into_the_record(store: RecordStore, make_wav: MakeWav, transcript: Transcript) -> None:
    note = store.create_note(author="Dr. A")
    audio = make_wav("spool/take.WAV", duration_s=1.25, sample_rate_hz=48000)
    content = audio.read_bytes()
    recording = store.attach_recording(note.id, audio, transcript=transcript, adapter="cardiology-2")
    assert not audio.exists()
    assert recording.path.read_bytes() == content
    assert recording.sha256 == hashlib.sha256(content).hexdigest()
    assert (recording.duration_s, recording.sample_rate_hz) == (1.25, 48000)
    assert (recording.model, recording.adapter, recording.transcript) == ("whisper-base", "cardiology-2", transcript)
    assert store.recordings(note.id) == [recording]
    assert [event.action for event in store.audit(note.id)][-2:] == [
        AuditAction.RECORDING_ATTACHED,
        AuditAction.TRANSCRIBED,
    ]
    assert "pressure" not in repr(store.audit(note.id))


def test_the_source_can_stay(store: RecordStore, make_wav: MakeWav) -> None:
    note = store.create_note(author="A")
    audio = make_wav()
    recording = store.attach_recording(note.id, audio, keep_source=True)
    assert audio.exists() and not audio.samefile(recording.path)
    assert recording.transcript is None and recording.model is None
    if os.name != "nt":
        assert stat.S_IMODE(recording.path.stat().st_mode) == 0o600


def test_attaching_again_changes_nothing_but_the_leftover(
    store: RecordStore, make_wav: MakeWav, transcript: Transcript
) -> None:
    note = store.create_note(author="A")
    first = store.attach_recording(note.id, make_wav())
    leftover = make_wav("leftover.wav")
    assert store.find_recording(leftover) == first
    again = store.attach_recording(note.id, leftover, transcript=transcript)
    assert not leftover.exists()
    assert again == replace(first, model="whisper-base", transcript=transcript)
    assert len(store.recordings(note.id)) == 1
    assert store.attach_recording(note.id, first.path) == again
    assert first.path.exists()


def test_the_same_audio_in_two_notes_is_two_files(store: RecordStore, make_wav: MakeWav) -> None:
    notes = [store.create_note(author="A") for _ in range(2)]
    first = store.attach_recording(notes[0].id, make_wav())
    second = store.attach_recording(notes[1].id, first.path)
    assert first.path.exists() and second.path.exists() and first.path != second.path
    assert first.sha256 == second.sha256


def test_a_recording_not_in_the_record_is_not_found(store: RecordStore, make_wav: MakeWav, tmp_path: Path) -> None:
    assert store.find_recording(make_wav(seed=5)) is None
    with pytest.raises(RecordsError, match="cannot be read"):
        store.find_recording(tmp_path / "missing.wav")


def test_transcripts_are_replaced_but_kept(store: RecordStore, make_wav: MakeWav, transcript: Transcript) -> None:
    note = store.create_note(author="A")
    recording = store.attach_recording(note.id, make_wav(), transcript=transcript)
    better = replace(transcript, model="whisper-small", segments=())
    updated = store.set_transcript(recording.id, better, adapter="mine", author="B")
    assert (updated.model, updated.adapter, updated.transcript) == ("whisper-small", "mine", better)
    assert store.recordings(note.id) == [updated]
    details = [(event.author, event.detail) for event in store.audit(note.id)[-2:]]
    assert details == [
        ("A", f"recording {recording.id} by whisper-base"),
        ("B", f"recording {recording.id} by whisper-small with mine"),
    ]
    with pytest.raises(RecordsError, match="no recording 99"):
        store.set_transcript(99, transcript)


def test_recordings_can_join_a_signed_note(store: RecordStore, make_wav: MakeWav, transcript: Transcript) -> None:
    note = store.create_note(author="A", text="done")
    store.sign(note.id, "A")
    recording = store.attach_recording(note.id, make_wav())
    assert store.set_transcript(recording.id, transcript).transcript == transcript


@pytest.mark.parametrize("content", [b"", b"not audio at all" * 100, b"RIFF\0\0\0\0WAVE"])
def test_what_is_no_audio_stays_where_it_is(store: RecordStore, tmp_path: Path, content: bytes) -> None:
    note = store.create_note(author="A")
    file = tmp_path / "file.wav"
    file.write_bytes(content)
    with pytest.raises(RecordsError, match="no audio"):
        store.attach_recording(note.id, file)
    assert file.read_bytes() == content
    assert store.recordings(note.id) == []


def test_a_recording_cut_off_by_a_crash_is_taken(store: RecordStore, make_wav: MakeWav) -> None:
    note = store.create_note(author="A")
    audio = make_wav()
    audio.write_bytes(audio.read_bytes()[:9001])
    recording = store.attach_recording(note.id, audio)
    assert recording.path.stat().st_size == 9001
    assert recording.duration_s == pytest.approx(0.28, abs=0.001)


def test_a_missing_file_or_note_is_named(store: RecordStore, make_wav: MakeWav, tmp_path: Path) -> None:
    note = store.create_note(author="A")
    with pytest.raises(RecordsError, match="cannot be read"):
        store.attach_recording(note.id, tmp_path / "missing.wav")
    audio = make_wav()
    with pytest.raises(NoteNotFoundError):
        store.attach_recording(99, audio)
    assert audio.exists()
    assert list((tmp_path / "record" / "recordings").iterdir()) == []


def test_a_folder_that_refuses_leaves_the_source(store: RecordStore, make_wav: MakeWav, database_file: Path) -> None:
    note = store.create_note(author="A")
    audio = make_wav()
    before = sha256(audio)
    folder = database_file.parent / "recordings"
    folder.rmdir()
    folder.write_text("a file in the way")
    with pytest.raises(RecordsError, match="where it was"):
        store.attach_recording(note.id, audio)
    assert sha256(audio) == before
    assert store.recordings(note.id) == []


def test_confirmed_words_are_kept_with_the_note_and_can_be_taken_back(store: RecordStore, make_wav: MakeWav) -> None:
    note = store.create_note(author="A", text="Patient takes metformin.")
    recording = store.attach_recording(note.id, make_wav())
    first, second = ConfirmedWord(recording.id, 0.5, 0.9), ConfirmedWord(recording.id, 1.0, 1.4)
    foreign = ConfirmedWord(recording.id + 1, 0.0, 0.4)
    saved = store.save(note.id, confirmed=[second, first, foreign], author="A")
    assert saved.confirmed == (first, second)
    assert saved.version == note.version
    assert store.save(note.id, text="Patient takes metformin daily.", author="A").confirmed == (first, second)
    assert store.save(note.id, confirmed=[second], author="A").confirmed == (second,)
    store.sign(note.id, "A")
    assert store.save(note.id, confirmed=[], author="A").confirmed == (second,)
    assert store.get_note(note.id).confirmed == (second,)


def dictation_into(note_id: int, audio: Path, written_s: float, place: int) -> UnfinishedDictation:
    return UnfinishedDictation(note_id, audio.name, written_s, (DictationPlace(0.0, place, place),))


def test_how_far_a_note_holds_a_dictation_is_kept_with_its_text(store: RecordStore, make_wav: MakeWav) -> None:
    note, audio = store.create_note(author="A", text="Seen."), make_wav("take.wav")
    assert store.find_dictation(audio) is None
    store.save(note.id, dictations=[dictation_into(note.id, audio, 0.0, 5)], author="A")
    store.save(note.id, text="Seen. No fever.", dictations=[dictation_into(note.id, audio, 2.5, 15)], author="A")
    expected = replace(dictation_into(note.id, audio, 2.5, 15), text="Seen. No fever.")
    assert store.find_dictation(audio) == expected
    store.save(note.id, text="Changed since.", author="A")
    assert store.find_dictation(audio) == expected
    recording = store.attach_recording(note.id, audio)
    assert recording.unfinished == expected and store.recordings(note.id)[0].unfinished == expected
    store.save(note.id, finished=[audio.name], author="A")
    assert store.find_dictation(audio) is None and store.recordings(note.id)[0].unfinished is None


def test_in_another_note_all_of_a_dictation_is_to_be_written(store: RecordStore, make_wav: MakeWav) -> None:
    note, other, audio = store.create_note(author="A"), store.create_note(author="A"), make_wav("take.wav")
    store.save(note.id, text="No fever.", dictations=[dictation_into(note.id, audio, 2.5, 9)], author="A")
    assert store.attach_recording(other.id, audio).unfinished is None
    assert store.find_dictation(audio) is None


def test_a_text_that_is_refused_says_nothing_of_a_dictation(store: RecordStore, make_wav: MakeWav) -> None:
    note, audio = store.create_note(author="A", text="Seen."), make_wav("take.wav")
    store.sign(note.id, "A")
    with pytest.raises(RecordsError):
        store.save(note.id, text="More.", dictations=[dictation_into(note.id, audio, 1.0, 5)], author="A")
    assert store.find_dictation(audio) is None
