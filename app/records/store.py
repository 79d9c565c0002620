"""The record of notes: the one door to it, used from one thread at a time, shared with other processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import paths
from app.records import rows, search, unfinished
from app.records.audio import examine_audio, place_audio, remove_source, sha256_of
from app.records.batch import BatchRecords
from app.records.database import explained, open_database
from app.records.errors import RecordsError, SignedNoteError
from app.records.learning import LearningRecords
from app.records.models import AddendumRow, AuditEventRow, NoteRow, NoteVersionRow, RecordingRow
from app.records.notes import (
    AuditAction,
    AuditEvent,
    ConfirmedWord,
    Note,
    NoteStatus,
    NoteSummary,
    NoteVersion,
    Recording,
    UnfinishedDictation,
)
from speech.transcript import Transcript


class RecordStore:
    """The notes in one SQLite database and the recordings in a folder beside it.

    What a method returned is on the disk. Every method raises RecordsError when the database is locked, full,
    read-only or damaged, and then has changed nothing; NoteNotFoundError when there is no note of that number.
    """

    def __init__(self, engine: Engine, database: Path) -> None:
        self._engine = engine
        self._writing_engine = engine.execution_options(is_writing=True)
        self._database = database
        self._recordings = paths.private_folder(database.parent / "recordings")
        self.learning = LearningRecords(self._session, database, self._recordings)
        self.batch = BatchRecords(self._session)

    @classmethod
    def open(cls, path: Path | None = None, *, busy_timeout_s: float = 10.0) -> RecordStore:
        """Opens the database (paths.records_file() by default), makes it when missing, brings it up to date.

        `busy_timeout_s` is how long to wait for another process that is writing.
        """
        database = (path or paths.records_file()).absolute()
        return cls(open_database(database, busy_timeout_s), database)

    def close(self) -> None:
        """Lets go of the database; the store is of no use afterwards."""
        self._engine.dispose()

    def __enter__(self) -> RecordStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create_note(self, title: str = "", patient: str = "", *, author: str, text: str = "") -> Note:
        """A new draft; what it is created with is its version 1."""
        with self._session(is_writing=True) as session:
            return rows.to_note(session, rows.add_note(session, title, patient, text, author))

    def save(
        self,
        note_id: int,
        *,
        text: str | None = None,
        title: str | None = None,
        patient: str | None = None,
        confirmed: Sequence[ConfirmedWord] | None = None,
        dictations: Sequence[UnfinishedDictation] = (),
        finished: Collection[str] = (),
        author: str,
    ) -> Note:
        """A new version when text, title or patient differ from the newest one; otherwise no version is added.

        None leaves that part as it is; the confirmed words belong to no version. `dictations` are those that the text
        holds a part of now, `finished` the names of those that it holds all of. Raises SignedNoteError when a signed
        note would change.
        """
        with self._session(is_writing=True) as session:
            row = rows.find_note(session, note_id)
            newest = rows.newest_version(session, row)
            new_title = newest.title if title is None else rows.storable(title)
            new_patient = newest.patient if patient is None else rows.storable(patient)
            new_text = newest.text if text is None else rows.storable(text)
            if (new_title, new_patient, new_text) != (newest.title, newest.patient, newest.text):
                if row.status != NoteStatus.DRAFT:
                    raise SignedNoteError(note_id)
                rows.add_version(session, row, new_title, new_patient, new_text, author)
                rows.add_audit(session, note_id, author, AuditAction.SAVED, f"version {row.version}")
            if confirmed is not None and row.status == NoteStatus.DRAFT:
                rows.confirm_words(session, note_id, confirmed, author)
            unfinished.keep(session, row, dictations, finished)
            return rows.to_note(session, row)

    def sign(self, note_id: int, author: str) -> Note:
        """Signs the newest version; raises SignedNoteError when the note is signed already, RecordsError when it has
        no text or the author no name."""
        with self._session(is_writing=True) as session:
            row = rows.find_note(session, note_id)
            if row.status != NoteStatus.DRAFT:
                raise SignedNoteError(note_id)
            if not author.strip():
                raise RecordsError("A signature needs a name", "Set your name in the settings, or give it as author.")
            if not rows.newest_version(session, row).text.strip():
                raise RecordsError(f"Note {note_id} has no text to sign", "Dictate or type its text first.")
            row.status = NoteStatus.SIGNED
            row.signed_at = row.updated_at = datetime.now(UTC)
            row.signed_by = rows.storable(author)
            rows.add_audit(session, note_id, author, AuditAction.SIGNED, f"version {row.version}")
            return rows.to_note(session, row)

    def add_addendum(self, note_id: int, text: str, author: str) -> Note:
        """Adds text to a signed note; raises RecordsError for a draft, an empty text or an author without a name."""
        with self._session(is_writing=True) as session:
            row = rows.find_note(session, note_id)
            if row.status == NoteStatus.DRAFT:
                raise RecordsError(f"Note {note_id} is a draft", "Change its text, or sign it before adding to it.")
            if not text.strip() or not author.strip():
                raise RecordsError("An addendum needs a text and a name", "Give both.")
            now = datetime.now(UTC)
            row.addenda.append(AddendumRow(text=rows.storable(text), author=rows.storable(author), created_at=now))
            row.status = NoteStatus.AMENDED
            row.updated_at = now
            session.flush()
            rows.index_note(session, row)
            rows.add_audit(session, note_id, author, AuditAction.ADDENDUM_ADDED, f"addendum {len(row.addenda)}")
            return rows.to_note(session, row)

    def attach_recording(
        self,
        note_id: int,
        audio: Path,
        *,
        transcript: Transcript | None = None,
        adapter: str | None = None,
        author: str | None = None,
        keep_source: bool = False,
    ) -> Recording:
        """Moves (keep_source: copies) the audio into the recordings folder and records it; `author` is the note's
        unless given.

        The source goes only after file and record are on the disk; cut short, the call can simply be repeated, and a
        recording that the note has already is not attached twice. Raises RecordsError when the file is no audio or
        cannot be put there; it is then where it was.
        """
        facts = examine_audio(audio)
        target = self._recordings / f"note-{note_id}-{facts.sha256[:16]}{audio.suffix.lower()}"
        is_ours = audio.absolute().parent == self._recordings
        with self._session() as session:
            rows.find_note(session, note_id)
        is_new_file = place_audio(audio, target, may_link=not (keep_source or is_ours))
        try:
            with self._session(is_writing=True) as session:
                note = rows.find_note(session, note_id)
                row = rows.find_or_add_recording(session, note, facts, target.name, author or note.author)
                if transcript is not None:
                    rows.add_transcript(session, row, transcript, adapter, author or note.author)
                unfinished.take_over(session, row, audio.name)
                recording = self._recording(session, row)
        except RecordsError:
            if is_new_file:
                target.unlink(missing_ok=True)
            raise
        if not (keep_source or is_ours):
            remove_source(audio)
        return recording

    def find_recording(self, audio: Path) -> Recording | None:
        """The recording whose content this file has: what a crash left in the spool may be in the record already."""
        try:
            sha256 = sha256_of(audio)
        except OSError as error:
            raise RecordsError(f"{audio} cannot be read ({error.strerror})", "Check that it is there.") from error
        with self._session() as session:
            row = session.scalars(select(RecordingRow).where(RecordingRow.sha256 == sha256).limit(1)).first()
            return self._recording(session, row) if row else None

    def find_dictation(self, audio: Path) -> UnfinishedDictation | None:
        """The dictation that left this file in the spool folder, where a note holds, or was to hold, its text."""
        with self._session() as session:
            return unfinished.find(session, audio.name)

    def set_transcript(
        self, recording_id: int, transcript: Transcript, adapter: str | None = None, *, author: str | None = None
    ) -> Recording:
        """Keeps a recognition of the recording as its newest; earlier ones stay in the database."""
        with self._session(is_writing=True) as session:
            row = session.get(RecordingRow, recording_id)
            if row is None:
                raise RecordsError(f"There is no recording {recording_id}", "Choose one of the note's recordings.")
            rows.add_transcript(
                session, row, transcript, adapter, author or rows.find_note(session, row.note_id).author
            )
            return self._recording(session, row)

    def list_notes(self, limit: int = 100, offset: int = 0) -> list[NoteSummary]:
        """The notes, newest change first."""
        query = rows.with_newest_version().order_by(NoteRow.updated_at.desc(), NoteRow.id.desc())
        with self._session() as session:
            found = session.execute(query.limit(limit).offset(offset))
            return [rows.to_summary(row, version, search.beginning(version.text)) for row, version in found]

    def search(self, query: str, limit: int = 100) -> list[NoteSummary]:
        """The notes in which every word of the query occurs, in title, patient, text or addenda, best match first.

        Any text is a valid query: part of a word finds it, case and accents do not matter, double quotes hold a
        phrase together. A query without a word is list_notes.
        """
        terms = search.read_terms(query)
        if not terms:
            return self.list_notes(limit)
        with self._session() as session:
            found = rows.search_ids(session, terms, limit)
            query_of_found = rows.with_newest_version().where(NoteRow.id.in_(found))
            notes = {row.id: (row, version) for row, version in session.execute(query_of_found)}
            return [rows.to_summary(*notes[id], search.snippet(rows.full_text(*notes[id]), terms)) for id in found]

    def get_note(self, note_id: int) -> Note:
        """The note as it stands."""
        with self._session() as session:
            return rows.to_note(session, rows.find_note(session, note_id))

    def versions(self, note_id: int) -> list[NoteVersion]:
        """All states of the note, oldest first."""
        query = select(NoteVersionRow).where(NoteVersionRow.note_id == note_id).order_by(NoteVersionRow.number)
        with self._session() as session:
            rows.find_note(session, note_id)
            return [
                NoteVersion(row.number, row.title, row.patient, row.text, row.author, row.created_at)
                for row in session.scalars(query)
            ]

    def recordings(self, note_id: int) -> list[Recording]:
        """The note's recordings, oldest first."""
        query = select(RecordingRow).where(RecordingRow.note_id == note_id).order_by(RecordingRow.id)
        with self._session() as session:
            rows.find_note(session, note_id)
            return [self._recording(session, row) for row in session.scalars(query)]

    def record_export(self, note_id: int, format: str, author: str) -> None:
        """Keeps in the audit trail that the note left the record as a document."""
        with self._session(is_writing=True) as session:
            rows.find_note(session, note_id)
            rows.add_audit(session, note_id, author, AuditAction.EXPORTED, format)

    def audit(self, note_id: int) -> list[AuditEvent]:
        """What was done to the note, oldest first."""
        query = select(AuditEventRow).where(AuditEventRow.note_id == note_id).order_by(AuditEventRow.id)
        with self._session() as session:
            rows.find_note(session, note_id)
            return [
                AuditEvent(row.author, row.created_at, AuditAction(row.action), row.detail)
                for row in session.scalars(query)
            ]

    @contextmanager
    def _session(self, *, is_writing: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end, undone by an exception; SQLite's errors become RecordsError."""
        with (
            explained(self._database),
            Session(self._writing_engine if is_writing else self._engine) as session,
            session.begin(),
        ):
            yield session

    def _recording(self, session: Session, row: RecordingRow) -> Recording:
        newest = row.transcripts[-1] if row.transcripts else None
        return Recording(
            id=row.id,
            note_id=row.note_id,
            path=self._recordings / row.file_name,
            sha256=row.sha256,
            duration_s=row.duration_s,
            sample_rate_hz=row.sample_rate_hz,
            created_at=row.created_at,
            model=newest.model if newest else None,
            adapter=newest.adapter if newest else None,
            transcript=Transcript.from_json(newest.content) if newest else None,
            unfinished=unfinished.to_value(session, row.unfinished) if row.unfinished else None,
        )
