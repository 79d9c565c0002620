"""What the record hands out: frozen values, times in UTC, nothing of the database in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from speech.transcript import Transcript

# Private-use characters, taken out of the text of a snippet, so that a mark is never mistaken for text.
MATCH_OPENS = "\ue000"
MATCH_CLOSES = "\ue001"


class NoteStatus(StrEnum):
    """A draft's text may change; a signed note changes only through addenda, which make it amended."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"


class AuditAction(StrEnum):
    """What an audit event says was done."""

    CREATED = "created"
    SAVED = "saved"
    RECORDING_ATTACHED = "recording attached"
    TRANSCRIBED = "transcribed"
    SIGNED = "signed"
    ADDENDUM_ADDED = "addendum added"
    EXPORTED = "exported"


@dataclass(frozen=True)
class NoteSummary:
    """A note in a list. `snippet` is one line: the beginning of the text, or, from a search, the place of the first
    match with each match between MATCH_OPENS and MATCH_CLOSES."""

    id: int
    title: str
    patient: str
    author: str
    status: NoteStatus
    created_at: datetime
    updated_at: datetime
    snippet: str


@dataclass(frozen=True)
class Addendum:
    """Text added to a note after it was signed."""

    text: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class ConfirmedWord:
    """A word of a recording, by its times, that somebody has looked at and found right."""

    recording_id: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Note:
    """A note as it stands: `text`, `title` and `patient` are those of its newest version, number `version`.

    `confirmed` are the doubtful words that need no second look any more.
    """

    id: int
    title: str
    patient: str
    author: str
    status: NoteStatus
    text: str
    version: int
    created_at: datetime
    updated_at: datetime
    signed_at: datetime | None = None
    signed_by: str | None = None
    addenda: tuple[Addendum, ...] = ()
    confirmed: tuple[ConfirmedWord, ...] = ()


@dataclass(frozen=True)
class NoteVersion:
    """A state of a note, never changed once written; version 1 is what the note was created with."""

    number: int
    title: str
    patient: str
    text: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class DictationPlace:
    """What was said from a time of the sound on goes in place of what stands from `start` to `end` of the text."""

    from_s: float
    start: int
    end: int


@dataclass(frozen=True)
class UnfinishedDictation:
    """How far a note's text holds a dictation: what was said up to `written_s` is written, or was carried out.

    `file_name` is that of its sound in the spool folder. The rest belongs to `places`, in order; they count in `text`,
    which is the note's as it was saved then.
    """

    note_id: int
    file_name: str
    written_s: float
    places: tuple[DictationPlace, ...]
    text: str = ""


@dataclass(frozen=True)
class Recording:
    """The audio of a note: `path` lies in the recordings folder, `sha256` is that of the file when it was attached.
    `transcript`, `model` and `adapter` are those of the newest recognition, None before the first. `unfinished` where
    the note holds only a part of it."""

    id: int
    note_id: int
    path: Path
    sha256: str
    duration_s: float
    sample_rate_hz: int
    created_at: datetime
    model: str | None = None
    adapter: str | None = None
    transcript: Transcript | None = None
    unfinished: UnfinishedDictation | None = None


@dataclass(frozen=True)
class AuditEvent:
    """Who did what to a note and when; `detail` names a version, a format or a model, never text."""

    author: str
    created_at: datetime
    action: AuditAction
    detail: str


def without_marks(snippet: str) -> str:
    """The snippet as plain text."""
    return snippet.replace(MATCH_OPENS, "").replace(MATCH_CLOSES, "")
