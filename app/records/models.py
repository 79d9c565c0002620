"""The tables of the record. What is in note_versions, addenda, transcripts and audit_events is never changed or
deleted; triggers made by the first migration hold that. The full-text index, note_search, is made there too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the Python side, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Constraints get names by a rule, so that later migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class NoteRow(Base):
    """A note; its title, patient and text are those of the version numbered `version`."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'signed', 'amended')", name="status"),
        CheckConstraint("(status = 'draft') = (signed_at IS NULL)", name="signed_at"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by: Mapped[str | None] = mapped_column(Text)

    addenda: Mapped[list[AddendumRow]] = relationship(order_by="AddendumRow.id")


class NoteVersionRow(Base):
    """A state of a note."""

    __tablename__ = "note_versions"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    patient: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AddendumRow(Base):
    """Text added after signing."""

    __tablename__ = "addenda"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecordingRow(Base):
    """An audio file in the recordings folder."""

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("note_id", "sha256"), Index("ix_recordings_sha256", "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    duration_s: Mapped[float]
    sample_rate_hz: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    transcripts: Mapped[list[TranscriptRow]] = relationship(order_by="TranscriptRow.id")
    unfinished: Mapped[UnfinishedDictationRow | None] = relationship(passive_deletes=True)


class TranscriptRow(Base):
    """One recognition of a recording; the newest counts."""

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    model: Mapped[str] = mapped_column(Text)
    adapter: Mapped[str | None] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConfirmedWordRow(Base):
    """A doubtful word of a recording that its author found right; taken out again when that is taken back."""

    __tablename__ = "confirmed_words"
    __table_args__ = (UniqueConstraint("recording_id", "start_s", "end_s"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    start_s: Mapped[float]
    end_s: Mapped[float]
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnfinishedDictationRow(Base):
    """A dictation of which the note's `version` holds only a part. Its sound lies in the spool folder until it is a
    recording. `places` are of the form [from_s, start, end]."""

    __tablename__ = "unfinished_dictations"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    version: Mapped[int]
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(Text, unique=True)
    written_s: Mapped[float]
    places: Mapped[list[list[float]]] = mapped_column(JSON)


class AuditEventRow(Base):
    """Who did what; no text."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
    author: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DictatedClipRow(Base):
    """An utterance of a signed note that may be learned from; `words` are those heard, in order."""

    __tablename__ = "dictated_clips"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(Text, index=True)
    start_s: Mapped[float]
    end_s: Mapped[float]
    words: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    corrections: Mapped[list[CorrectionRow]] = relationship(order_by="CorrectionRow.id", passive_deletes=True)


class CorrectionRow(Base):
    """What the author changed in a clip, what it was judged to be, and what the author decided."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("dictated_clips.id", ondelete="CASCADE"), index=True)
    first: Mapped[int]
    last: Mapped[int]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str | None] = mapped_column(String(16))


class QueuedFileRow(Base):
    """An audio file to be written down. A row stays when the file is done or taken off the list, so that a watched
    folder does not bring it again."""

    __tablename__ = "queued_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(Text, index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    duration_s: Mapped[float | None]
    state: Mapped[str] = mapped_column(String(16))
    place: Mapped[int]
    is_listed: Mapped[bool]
    problem: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="SET NULL"))
    author: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
