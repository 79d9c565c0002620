"""The record: notes, their versions, recordings and audit trail, kept in SQLite. `RecordStore` is the one door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.records.errors import NoteNotFoundError, RecordsError, SignedNoteError
from app.records.notes import (
    MATCH_CLOSES,
    MATCH_OPENS,
    Addendum,
    AuditAction,
    AuditEvent,
    ConfirmedWord,
    DictationPlace,
    Note,
    NoteStatus,
    NoteSummary,
    NoteVersion,
    Recording,
    UnfinishedDictation,
    without_marks,
)
from app.records.queued import Move, QueuedFile, QueuedState, SeenFile

if TYPE_CHECKING:
    from app.records.store import RecordStore

__all__ = [
    "MATCH_CLOSES",
    "MATCH_OPENS",
    "Addendum",
    "AuditAction",
    "AuditEvent",
    "ConfirmedWord",
    "DictationPlace",
    "Move",
    "Note",
    "NoteNotFoundError",
    "NoteStatus",
    "NoteSummary",
    "NoteVersion",
    "QueuedFile",
    "QueuedState",
    "RecordStore",
    "Recording",
    "RecordsError",
    "SeenFile",
    "SignedNoteError",
    "UnfinishedDictation",
    "without_marks",
]


def __getattr__(name: str) -> Any:
    """Loads the store when first asked for: SQLAlchemy takes a third of a second that the window's start can spare."""
    if name == "RecordStore":
        from app.records.store import RecordStore

        return RecordStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
