"""How far notes hold dictations that are not written down to their end, inside the store's transactions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.records.models import NoteRow, NoteVersionRow, RecordingRow, UnfinishedDictationRow
from app.records.notes import DictationPlace, NoteStatus, UnfinishedDictation


def keep(session: Session, note: NoteRow, dictations: Sequence[UnfinishedDictation], finished: Collection[str]) -> None:
    """What a draft's newest version holds of these; the finished ones are forgotten."""
    forget(session, finished)
    for dictation in dictations if note.status == NoteStatus.DRAFT else ():
        row = _row(session, dictation.file_name)
        if row is None:
            row = UnfinishedDictationRow(file_name=dictation.file_name)
            session.add(row)
        row.note_id, row.version, row.written_s = note.id, note.version, dictation.written_s
        row.places = [[place.from_s, place.start, place.end] for place in dictation.places]
    session.flush()


def forget(session: Session, file_names: Collection[str]) -> None:
    """Nothing of them is missing, or nobody wants it."""
    if file_names:
        session.execute(delete(UnfinishedDictationRow).where(UnfinishedDictationRow.file_name.in_(file_names)))


def take_over(session: Session, recording: RecordingRow, file_name: str) -> None:
    """The sound is a recording now; in another note all of it is written."""
    row = _row(session, file_name)
    if row is not None and row.note_id == recording.note_id:
        row.recording_id = recording.id
    elif row is not None:
        session.delete(row)
    session.flush()
    session.refresh(recording, ["unfinished"])


def find(session: Session, file_name: str) -> UnfinishedDictation | None:
    """The dictation of a file in the spool folder."""
    row = _row(session, file_name)
    return to_value(session, row) if row is not None else None


def to_value(session: Session, row: UnfinishedDictationRow) -> UnfinishedDictation:
    """The dictation with the text that its places count in."""
    version = session.scalars(
        select(NoteVersionRow).where(NoteVersionRow.note_id == row.note_id, NoteVersionRow.number == row.version)
    ).one()
    places = tuple(DictationPlace(from_s, int(start), int(end)) for from_s, start, end in row.places)
    return UnfinishedDictation(row.note_id, row.file_name, row.written_s, places, version.text)


def _row(session: Session, file_name: str) -> UnfinishedDictationRow | None:
    return session.scalars(
        select(UnfinishedDictationRow).where(UnfinishedDictationRow.file_name == file_name)
    ).one_or_none()
