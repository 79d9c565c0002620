"""The record: notes, their versions, recordings and audit trail, kept in SQLite. `RecordStore` is the one door."""

from app.records.errors import NoteNotFoundError, RecordsError, SignedNoteError
from app.records.notes import (
    MATCH_CLOSES,
    MATCH_OPENS,
    Addendum,
    AuditAction,
    AuditEvent,
    Note,
    NoteStatus,
    NoteSummary,
    NoteVersion,
    Recording,
    without_marks,
)
from app.records.store import RecordStore

__all__ = [
    "MATCH_CLOSES",
    "MATCH_OPENS",
    "Addendum",
    "AuditAction",
    "AuditEvent",
    "Note",
    "NoteNotFoundError",
    "NoteStatus",
    "NoteSummary",
    "NoteVersion",
    "RecordStore",
    "Recording",
    "RecordsError",
    "SignedNoteError",
    "without_marks",
]
