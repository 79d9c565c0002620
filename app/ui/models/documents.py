"""A note as the document that leaves the record, and the file name to suggest for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.desk.doubts import words_to_check
from app.export import FILE_ENDINGS, Document
from app.records import Note, Recording
from app.settings import Settings

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_LONGEST_NAME = 80


def document_of(note: Note, recordings: Sequence[Recording], settings: Settings) -> Document:
    """What an exporter is given."""
    return replace(
        Document.of_note(note, words_to_check(note, recordings, settings)), title=note.title.strip() or "Untitled note"
    )


def file_name_for(note: Note, format: str) -> str:
    """A name that every file system takes, from the title and the day."""
    title = _FORBIDDEN.sub(" ", note.title).strip(" .")[:_LONGEST_NAME] or "Note"
    return f"{title} {note.created_at.astimezone():%Y-%m-%d}{FILE_ENDINGS[format]}"
