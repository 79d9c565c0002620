"""What can stand between a user and the record, and SQLite's words for it put into the user's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.records.backups import newest_backup
from speech.errors import OtoscribeError

_PRIMARY_CODE = 0xFF


class RecordsError(OtoscribeError):
    """The record cannot be opened, read or written, or was asked for what it does not allow."""


class NoteNotFoundError(RecordsError):
    """No note has that number."""

    def __init__(self, note_id: int) -> None:
        super().__init__(f"There is no note {note_id}", "otoscribe notes list shows the notes.")


class SignedNoteError(RecordsError):
    """A signed note was to be changed or signed again."""

    def __init__(self, note_id: int) -> None:
        super().__init__(f"Note {note_id} is signed", "Its text stays as it is; add an addendum instead.")


def explain(error: sqlite3.Error, database: Path) -> RecordsError | None:
    """The user's side of an error of SQLite, or None when it is no fault of the surroundings but a bug."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return locked(database)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return not_writable(database)
        case sqlite3.SQLITE_FULL:
            return RecordsError(
                f"The disk is full: the change was not written to {database}",
                "Free some space and save again; everything saved before is safe.",
            )
        case sqlite3.SQLITE_IOERR:
            return RecordsError(
                f"The disk refused to read or write {database}",
                "Check the disk and its free space, then try again; everything saved before is safe.",
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return damaged(database)
    return None


def locked(database: Path) -> RecordsError:
    """Another program held the database longer than we wait."""
    return RecordsError(
        f"The notes in {database} are in use by another program",
        "Nothing was changed; close the other program, then try again.",
    )


def not_writable(database: Path) -> RecordsError:
    """The database or its folder may not be written."""
    return RecordsError(
        f"The notes in {database} cannot be opened for writing",
        "Make the file and its folder writable for your user, or set OTOSCRIBE_HOME to a folder that is.",
    )


def damaged(database: Path) -> RecordsError:
    """The file is not the database that it was; it is left as it is."""
    # SQLite would apply a journal left by the damaged file to the backup.
    away = f"Move it away, with {database.name}-wal and {database.name}-shm if they are there (do not delete them)"
    backup = newest_backup(database)
    advice = (
        f"{away}, and copy the newest backup, {backup}, to its place."
        if backup
        else f"There is no backup beside it. {away}, and ask your IT for a backup of theirs."
    )
    return RecordsError(f"The notes' database {database} is damaged", advice)
