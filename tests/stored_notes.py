"""Notes with recordings and transcripts, as an earlier run of the program would have left them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.capture import SpoolWriter
from app.paths import spool_folder
from app.records import RecordStore
from speech.audio import load_audio
from speech.transcript import Segment, Transcript, Word

AUTHOR = "Dr. Ada Finch"
WORDS = [("Patient", 0.95), ("takes", 0.9), ("metformin", 0.31), ("twice", 0.93), ("daily.", 0.9)]


def transcript_of(words: list[tuple[str, float]]) -> Transcript:
    """A transcript with a word per half second, of the texts and confidences given."""
    heard = tuple(Word(text, at * 0.5, at * 0.5 + 0.4, confidence) for at, (text, confidence) in enumerate(words))
    duration_s = len(words) * 0.5
    segment = Segment(0.0, duration_s, " ".join(word.text for word in heard), 0.8, heard)
    return Transcript("a.wav", "whisper-base", "onnx-cpu-int8", "en", duration_s, 0.1, (segment,))


def store_dictation(words: list[tuple[str, float]], text: str | None = None, title: str = "Follow-up") -> int:
    """The id of a note with a tone of the right length as its recording; `text` in place of the transcript's."""
    store = RecordStore.open()
    transcript = transcript_of(words)
    note = store.create_note(title, "Jane Roe", author=AUTHOR, text=transcript.text if text is None else text)
    spool = SpoolWriter(spool_folder(), 16_000)
    spool.append((np.sin(np.arange(int(transcript.duration_s * 16_000)) / 20) * 8000).astype(np.int16))
    recording = store.attach_recording(note.id, spool.close(), author=AUTHOR)
    store.set_transcript(recording.id, transcript, author=AUTHOR)
    store.close()
    return note.id


def store_earlier_notes() -> None:
    """Notes of other days in the list, one of them signed, as somebody has who works with the program."""
    with RecordStore.open() as store:
        for title, patient, text in (
            ("Discharge letter", "Maria Alvarez, 1958", "Admitted with community-acquired pneumonia, treated with"),
            ("Ward round", "John Doe, 1971", "Afebrile since yesterday. Eating and drinking well."),
            ("Cardiology clinic", "R. Osei, 1949", "No palpitations since the procedure."),
        ):
            note = store.create_note(title, patient, author=AUTHOR, text=text)
        store.sign(note.id, AUTHOR)


def leave_behind(audio: Path) -> Path:
    """A spool file as a crash leaves it."""
    samples = load_audio(audio).samples
    spool = SpoolWriter(spool_folder(), 16_000)
    spool.append(np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16))
    return spool.close()
