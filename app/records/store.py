"""The record of notes: the one door to it, used from one thread at a time, shared with other processes."""

from __future__ import annotations

from pathlib import Path

from app.records.notes import AuditEvent, Note, NoteSummary, NoteVersion, Recording
from speech.transcript import Transcript


class RecordStore:
    """The notes in one SQLite database and the recordings in a folder beside it. Every method raises RecordsError."""

    @classmethod
    def open(cls, path: Path | None = None, *, busy_timeout_s: float = 10.0) -> RecordStore:
        """Opens the database (paths.records_file() by default), makes it when missing, brings it up to date."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def create_note(self, title: str = "", patient: str = "", *, author: str, text: str = "") -> Note:
        """A new draft; what it is created with is its version 1."""
        raise NotImplementedError

    def save(
        self, note_id: int, *, text: str | None = None, title: str | None = None, patient: str | None = None, author: str
    ) -> Note:
        """A new version when text, title or patient differ from the newest one; otherwise nothing changes."""
        raise NotImplementedError

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
        """Moves (keep_source: copies) the audio into the recordings folder and records it; safe to repeat."""
        raise NotImplementedError

    def find_recording(self, audio: Path) -> Recording | None:
        """The recording whose content this audio file has: what a crash left behind may be in the record already."""
        raise NotImplementedError

    def set_transcript(
        self, recording_id: int, transcript: Transcript, adapter: str | None = None, *, author: str | None = None
    ) -> Recording:
        raise NotImplementedError

    def list_notes(self, limit: int = 100, offset: int = 0) -> list[NoteSummary]:
        """Newest change first."""
        raise NotImplementedError

    def search(self, query: str, limit: int = 100) -> list[NoteSummary]:
        """Best match first; any text is a valid query."""
        raise NotImplementedError

    def get_note(self, note_id: int) -> Note:
        raise NotImplementedError

    def versions(self, note_id: int) -> list[NoteVersion]:
        """Oldest first."""
        raise NotImplementedError

    def recordings(self, note_id: int) -> list[Recording]:
        """Oldest first."""
        raise NotImplementedError

    def sign(self, note_id: int, author: str) -> Note:
        raise NotImplementedError

    def add_addendum(self, note_id: int, text: str, author: str) -> Note:
        raise NotImplementedError

    def record_export(self, note_id: int, format: str, author: str) -> None:
        """Keeps in the audit trail that the note left the record as a document."""
        raise NotImplementedError

    def audit(self, note_id: int) -> list[AuditEvent]:
        """Oldest first."""
        raise NotImplementedError
