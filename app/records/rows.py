"""What the store does with rows inside one of its transactions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Select, and_, select, text
from sqlalchemy.orm import Session

from app.records import search
from app.records.audio import AudioFacts
from app.records.errors import NoteNotFoundError
from app.records.models import AuditEventRow, ConfirmedWordRow, NoteRow, NoteVersionRow, RecordingRow, TranscriptRow
from app.records.notes import Addendum, AuditAction, ConfirmedWord, Note, NoteStatus, NoteSummary
from speech.transcript import Transcript

_LARGEST_ID = 2**63 - 1


def storable(value: str) -> str:
    """The text with halves of surrogate pairs, which no database takes, replaced by U+FFFD."""
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def find_note(session: Session, note_id: int) -> NoteRow:
    """The note's row; raises NoteNotFoundError."""
    row = session.get(NoteRow, note_id) if 0 < note_id <= _LARGEST_ID else None
    if row is None:
        raise NoteNotFoundError(note_id)
    return row


def add_note(session: Session, title: str, patient: str, content: str, author: str) -> NoteRow:
    """A new draft; what it is created with is its version 1."""
    now = datetime.now(UTC)
    row = NoteRow(author=storable(author), status=NoteStatus.DRAFT, version=0, created_at=now, updated_at=now)
    session.add(row)
    session.flush()
    add_audit(session, row.id, author, AuditAction.CREATED)
    add_version(session, row, storable(title), storable(patient), storable(content), author)
    return row


def newest_version(session: Session, row: NoteRow) -> NoteVersionRow:
    """The version that the note stands at."""
    return session.scalars(
        select(NoteVersionRow).where(NoteVersionRow.note_id == row.id, NoteVersionRow.number == row.version)
    ).one()


def add_version(session: Session, row: NoteRow, title: str, patient: str, content: str, author: str) -> None:
    """The next version, which the note then stands at."""
    now = datetime.now(UTC)
    row.version += 1
    row.updated_at = now
    session.add(
        NoteVersionRow(
            note_id=row.id,
            number=row.version,
            title=title,
            patient=patient,
            text=content,
            author=storable(author),
            created_at=now,
        )
    )
    session.flush()
    index_note(session, row)


def add_audit(session: Session, note_id: int, author: str, action: AuditAction, detail: str = "") -> None:
    """An event of now; `detail` must hold no text of the note."""
    session.add(
        AuditEventRow(
            note_id=note_id, author=storable(author), action=action, detail=detail, created_at=datetime.now(UTC)
        )
    )


def find_or_add_recording(
    session: Session, note: NoteRow, facts: AudioFacts, file_name: str, author: str
) -> RecordingRow:
    """The note's recording of that content, new when the note has none."""
    query = select(RecordingRow).where(RecordingRow.note_id == note.id, RecordingRow.sha256 == facts.sha256)
    row = session.scalars(query).first()
    if row is None:
        row = RecordingRow(
            note_id=note.id,
            file_name=file_name,
            sha256=facts.sha256,
            duration_s=facts.duration_s,
            sample_rate_hz=facts.sample_rate_hz,
            created_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        add_audit(session, note.id, author, AuditAction.RECORDING_ATTACHED, f"recording {row.id}")
    return row


def add_transcript(
    session: Session, row: RecordingRow, transcript: Transcript, adapter: str | None, author: str
) -> None:
    """A recognition of the recording, its newest."""
    row.transcripts.append(
        TranscriptRow(
            model=transcript.model, adapter=adapter, content=transcript.to_json(), created_at=datetime.now(UTC)
        )
    )
    used = transcript.model + (f" with {adapter}" if adapter else "")
    add_audit(session, row.note_id, author, AuditAction.TRANSCRIBED, f"recording {row.id} by {used}")


def confirm_words(session: Session, note_id: int, words: Iterable[ConfirmedWord], author: str) -> None:
    """Makes these the confirmed words of the note's recordings; what is no recording of the note is left out."""
    own = set(session.scalars(select(RecordingRow.id).where(RecordingRow.note_id == note_id)))
    wanted = {word for word in words if word.recording_id in own}
    known = {ConfirmedWord(each.recording_id, each.start_s, each.end_s): each for each in _confirmed(session, note_id)}
    for gone in known.keys() - wanted:
        session.delete(known[gone])
    for new in wanted - known.keys():
        session.add(ConfirmedWordRow(**vars(new), author=storable(author), created_at=datetime.now(UTC)))
    session.flush()


def _confirmed(session: Session, note_id: int) -> list[ConfirmedWordRow]:
    query = select(ConfirmedWordRow).join(RecordingRow).where(RecordingRow.note_id == note_id)
    return list(session.scalars(query.order_by(ConfirmedWordRow.recording_id, ConfirmedWordRow.start_s)))


def full_text(row: NoteRow, version: NoteVersionRow) -> str:
    """The text with its addenda: what search looks through."""
    return "\n\n".join([version.text, *(addendum.text for addendum in row.addenda)])


def index_note(session: Session, row: NoteRow) -> None:
    """Makes the full-text index what the note is, in the transaction that changed it."""
    version = newest_version(session, row)
    session.execute(text("DELETE FROM note_search WHERE rowid = :id"), {"id": row.id})
    session.execute(
        text("INSERT INTO note_search (rowid, title, patient, text) VALUES (:id, :title, :patient, :text)"),
        {
            "id": row.id,
            "title": search.fold(version.title),
            "patient": search.fold(version.patient),
            "text": search.fold(full_text(row, version)),
        },
    )


def search_ids(session: Session, terms: list[str], limit: int) -> list[int]:
    """The numbers of the notes in which all terms occur, best match first: in title and patient they weigh more."""
    expression = search.match_expression(terms)
    short_terms = {f"short{index}": term for index, term in enumerate(terms) if len(term) < search.TRIGRAM}
    conditions = ["note_search MATCH :expression"] if expression else []
    conditions += [
        "(" + " OR ".join(f"instr(note_search.{column}, :{name})" for column in ("title", "patient", "text")) + ")"
        for name in short_terms
    ]
    best_first = "bm25(note_search, 8.0, 8.0, 1.0), " if expression else ""
    statement = text(
        "SELECT note_search.rowid FROM note_search JOIN notes ON notes.id = note_search.rowid "
        f"WHERE {' AND '.join(conditions)} ORDER BY {best_first}notes.updated_at DESC, notes.id DESC LIMIT :limit"
    )
    return list(session.scalars(statement, {"expression": expression, "limit": limit, **short_terms}))


def with_newest_version() -> Select[NoteRow, NoteVersionRow]:
    """Notes with the version that each stands at."""
    is_newest = and_(NoteVersionRow.note_id == NoteRow.id, NoteVersionRow.number == NoteRow.version)
    return select(NoteRow, NoteVersionRow).join(NoteVersionRow, is_newest)


def to_summary(row: NoteRow, version: NoteVersionRow, snippet: str) -> NoteSummary:
    """The note as a line of a list."""
    return NoteSummary(
        id=row.id,
        title=version.title,
        patient=version.patient,
        author=row.author,
        status=NoteStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
        snippet=snippet,
    )


def to_note(session: Session, row: NoteRow) -> Note:
    """The note as it stands in this transaction."""
    version = newest_version(session, row)
    return Note(
        id=row.id,
        title=version.title,
        patient=version.patient,
        author=row.author,
        status=NoteStatus(row.status),
        text=version.text,
        version=version.number,
        created_at=row.created_at,
        updated_at=row.updated_at,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        addenda=tuple(Addendum(addendum.text, addendum.author, addendum.created_at) for addendum in row.addenda),
        confirmed=tuple(
            ConfirmedWord(each.recording_id, each.start_s, each.end_s) for each in _confirmed(session, row.id)
        ),
    )
