"""What is gathered to learn from, in the same database as the notes: kept by author, decided on, removed."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.records import rows
from app.records.backups import list_backups
from app.records.errors import RecordsError
from app.records.gathered import Correction, GatheredClip, NewClip
from app.records.models import CorrectionRow, DictatedClipRow, RecordingRow

_log = logging.getLogger(__name__)
_TABLES = ("corrections", "dictated_clips")


class LearningRecords:
    """A part of `RecordStore`; its methods raise what the store's do."""

    def __init__(
        self, session: Callable[..., AbstractContextManager[Session]], database: Path, recordings: Path
    ) -> None:
        self._session = session
        self._database = database
        self._recordings = recordings

    def keep(self, note_id: int, author: str, clips: Sequence[NewClip]) -> None:
        """Keeps a signed note's clips for its author, in place of those kept of it before."""
        with self._session(is_writing=True) as session:
            rows.find_note(session, note_id)
            session.execute(delete(DictatedClipRow).where(DictatedClipRow.note_id == note_id))
            for clip in clips:
                row = DictatedClipRow(
                    note_id=note_id,
                    recording_id=clip.recording_id,
                    author=rows.storable(author),
                    start_s=clip.start_s,
                    end_s=clip.end_s,
                    words=[rows.storable(word) for word in clip.words],
                    created_at=datetime.now(UTC),
                )
                row.corrections = [
                    CorrectionRow(
                        first=each.first,
                        last=each.last,
                        before=rows.storable(each.before),
                        after=rows.storable(each.after),
                        kind=each.kind,
                    )
                    for each in clip.corrections
                ]
                session.add(row)

    def clips(self, author: str) -> list[GatheredClip]:
        """What was gathered from this author and nobody else, oldest first."""
        query = (
            select(DictatedClipRow, RecordingRow.file_name)
            .join(RecordingRow, RecordingRow.id == DictatedClipRow.recording_id)
            .where(DictatedClipRow.author == rows.storable(author))
            .order_by(DictatedClipRow.id)
        )
        with self._session() as session:
            return [self._clip(row, name) for row, name in session.execute(query)]

    def decide(self, correction_id: int, kind: str) -> None:
        """Keeps what the author says a correction is."""
        with self._session(is_writing=True) as session:
            row = session.get(CorrectionRow, correction_id)
            if row is None:
                raise RecordsError(f"There is no correction {correction_id}", "It may have been removed; look again.")
            row.decision = kind

    def purge(self, author: str) -> int:
        """Removes all that was gathered from the author, from the backups too; says how many clips that were. The
        notes and recordings stay."""
        name = rows.storable(author)
        own = DictatedClipRow.author == name
        with self._session(is_writing=True) as session:
            count = session.scalar(select(func.count()).select_from(DictatedClipRow).where(own)) or 0
            session.execute(delete(DictatedClipRow).where(own))
        self._empty_log()
        self._purge_backups(name)
        return count

    def _empty_log(self) -> None:
        """Writes SQLite's log into the database and cuts it off: removed text would stand in it until then."""
        try:
            with closing(sqlite3.connect(self._database)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            _log.warning("What was removed may stay on the disk until Otoscribe is closed: %s", type(error).__name__)

    def _purge_backups(self, author: str) -> None:
        for backup in list_backups(self._database):
            try:
                with closing(sqlite3.connect(backup)) as copy:
                    known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                    if known.issuperset(_TABLES):
                        copy.execute("PRAGMA foreign_keys = ON")
                        copy.execute("PRAGMA secure_delete = ON")
                        copy.execute("DELETE FROM dictated_clips WHERE author = ?", (author,))
                        copy.commit()
            except sqlite3.Error as error:
                _log.warning("A backup still holds what was gathered to learn from: %s", type(error).__name__)

    def _clip(self, row: DictatedClipRow, file_name: str) -> GatheredClip:
        corrections = tuple(
            Correction(each.first, each.last, each.before, each.after, each.kind, each.id, each.decision)
            for each in row.corrections
        )
        return GatheredClip(
            id=row.id,
            note_id=row.note_id,
            recording_id=row.recording_id,
            audio=self._recordings / file_name,
            author=row.author,
            start_s=row.start_s,
            end_s=row.end_s,
            words=tuple(row.words),
            created_at=row.created_at,
            corrections=corrections,
        )
