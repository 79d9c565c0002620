"""What the program does on a computer without a display: the shipped dictation, all the way to a document."""

from __future__ import annotations

import time
from pathlib import Path

import click

from app import settings
from app.paths import documents_folder, models_folder
from app.progress import progress_bar
from speech.resources import shipped

_TITLE = "Sample dictation"


def run_sample() -> int:
    """Transcribes the sample dictation, keeps it as a note, exports the note as DOCX and says what came out.

    Returns the exit status; raises OtoscribeError.
    """
    from app.dictation import write_transcript
    from app.export import Document, export_docx
    from app.records import RecordStore
    from speech.recognizer import Recognizer
    from speech.store import ENGLISH_MODEL, ModelStore

    audio = shipped("samples/dictation.flac")
    chosen = settings.load()
    author = chosen.author
    click.echo(f"No display: transcribing the sample dictation with {ENGLISH_MODEL} instead of opening the window.")
    with progress_bar() as show:
        model = ModelStore(models_folder()).pull(ENGLISH_MODEL, show)
    recognizer = Recognizer.open(model)
    started = time.perf_counter()
    with progress_bar() as show:
        transcript = recognizer.transcribe(audio, on_progress=lambda done: show(done, "transcribing"))
    elapsed_s = time.perf_counter() - started
    text = write_transcript(transcript, chosen.formatting_options).paragraphs
    with RecordStore.open() as store:
        note = store.create_note(_TITLE, author=author, text=text)
        store.attach_recording(note.id, audio, transcript=transcript, keep_source=True)
        document = _free_path(documents_folder() / f"{_TITLE}.docx")
        export_docx(Document.of_note(note), document)
        store.record_export(note.id, "docx", author)
    click.echo(f"\n{text}\n")
    click.echo(f"Time:     {elapsed_s:.1f} s for {transcript.duration_s:.0f} s of dictation")
    click.echo(f"Note:     number {note.id} in the record (otoscribe notes show {note.id})")
    click.echo(f"Document: {document}")
    return 0


def _free_path(path: Path) -> Path:
    """The path, or with a number behind its name when a file is there already: it may have been edited since."""
    number = 2
    candidate = path
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem} {number}")
        number += 1
    return candidate
