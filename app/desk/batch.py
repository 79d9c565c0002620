"""From a copied audio file to its note. After a kill every step can be taken again: the copy is named by its content,
a journal knows the windows that were heard, and the record knows which note belongs to the file."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.desk.own_commands import read_own_commands
from app.desk.queued_files import CopiedFile, name_as
from app.desk.rewriting import write_recording
from app.dictation import WrittenTranscript
from app.records import QueuedFile, QueuedState
from app.settings import Settings
from speech.errors import AudioError, OtoscribeError
from speech.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.desk.lanes import Job
    from app.records import RecordStore
    from speech.recognizer import Recognizer


@dataclass(frozen=True)
class WrittenFile:
    """All that was heard in a file, and what of it is text; `journal` goes once the record holds it."""

    heard: Transcript
    text: WrittenTranscript
    journal: Path


def title_of(file: QueuedFile) -> str:
    """The title of the file's note: its name in words, and the day on which it was recorded."""
    name = re.sub(r"[\s_]+", " ", file.path.stem).strip() or "Recording"
    return f"{name}, {datetime.fromtimestamp(file.modified_ns / 1e9):%Y-%m-%d}"


def is_kept(store: RecordStore, file: QueuedFile) -> bool:
    """Whether the record holds the file's note with its sound and text: a kill came just before it was called done."""
    if file.note_id is None:
        return False
    return any(each.sha256 == file.sha256 and each.transcript for each in store.recordings(file.note_id))


def write_down(
    recognizer: Recognizer,
    settings: Settings,
    file: QueuedFile,
    copied: CopiedFile,
    job: Job,
    on_progress: Callable[[float], None],
    on_trouble: Callable[[str], None],
) -> WrittenFile:
    """Recognises the copy in the recognition lane, and lets whatever else is to be done there go first.

    `on_trouble` is told once when a kill would cost what was heard. Raises Cancelled, and OtoscribeError with the name
    of the user's file.
    """
    from importlib.metadata import version

    from app.adapted import identify_model
    from app.journal import open_journal

    own = copy.copy(recognizer)  # keeps the lexicons that it begins with: the journal is of those
    knowledge = [version("otoscribe"), identify_model(settings.model_name), _terms(own), own.backend.name]

    def is_cancelled() -> bool:
        job.give_way()
        return job.is_cancelled

    try:
        with open_journal(copied.path, [*knowledge, settings.language], on_trouble) as journal:
            if journal is None:
                raise OtoscribeError(
                    f"{file.path.name} is being written down by another program", "Press Try again when it is done."
                )
            heard = own.transcribe(
                copied.path,
                language=settings.language,
                on_progress=on_progress,
                is_cancelled=is_cancelled,
                journal=journal,
            )
            phrases = read_own_commands().phrases
            written = write_recording(heard, settings.formatting_options, phrases).written
            return WrittenFile(heard, written, journal.path)
    except AudioError as problem:
        raise name_as(problem, copied.path, file) from problem


def keep_note(store: RecordStore, file: QueuedFile, copied: CopiedFile, written: WrittenFile) -> None:
    """Puts text and sound into the record as a note, once, however often it is called."""
    note_id = store.batch.begin_note(file.id, title_of(file), written.text.paragraphs)
    if not is_kept(store, store.batch.get(file.id)):
        store.attach_recording(note_id, copied.path, transcript=written.heard, author=file.author)
    heard = written.text.paragraphs.strip()
    store.batch.set_state([file.id], QueuedState.DONE, None if heard else "No speech was heard")


def _terms(recognizer: Recognizer) -> str:
    """What tells the lexicons that are on from others."""
    from adaptation.lexicon.rescoring import LexiconCorrector

    corrector = recognizer.corrector
    return corrector.fingerprint if isinstance(corrector, LexiconCorrector) else ""
