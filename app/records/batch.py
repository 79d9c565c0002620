"""The queue of audio files in the record: what waits, in which order, and what was written down already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.records import rows
from app.records.errors import RecordsError
from app.records.models import QueuedFileRow
from app.records.queued import Move, QueuedFile, QueuedState, SeenFile
from speech.errors import OtoscribeError

_MOST_DONE = 200


class BatchRecords:
    """A part of `RecordStore`; its methods raise what the store's do."""

    def __init__(self, session: Callable[..., AbstractContextManager[Session]]) -> None:
        self._session = session

    def files(self) -> list[QueuedFile]:
        """What is on the list: in the order of the queue, then what was done last, the newest first."""
        is_done = QueuedFileRow.state == QueuedState.DONE
        done = select(QueuedFileRow).where(QueuedFileRow.is_listed, is_done).order_by(QueuedFileRow.id.desc())
        with self._session() as session:
            found = [*session.scalars(_queue()), *session.scalars(done.limit(_MOST_DONE))]
            return [_value(row) for row in found]

    def get(self, file_id: int) -> QueuedFile:
        """The file as it stands."""
        with self._session() as session:
            return _value(_find(session, file_id))

    def add(self, files: Sequence[SeenFile], author: str, *, is_asked_for: bool) -> int:
        """Puts files at the end of the queue, as they are on the disk now, and says how many are new there.

        A file that is known in the same state is not put there again; where somebody `is_asked_for` it, one that was
        taken off the list or failed comes back. One that has changed since is another file.
        """
        with self._session(is_writing=True) as session:
            return sum([self._add(session, file, author, is_asked_for) for file in files])

    def _add(self, session: Session, file: SeenFile, author: str, is_asked_for: bool) -> bool:
        state = QueuedState.WAITING if file.is_still else QueuedState.ARRIVING
        path = rows.storable(str(file.path))
        query = select(QueuedFileRow).where(QueuedFileRow.path == path).order_by(QueuedFileRow.id.desc())
        known = session.scalars(query).first()
        is_same = known is not None and (known.size_bytes, known.modified_ns) == (file.size_bytes, file.modified_ns)
        if known is not None and (is_same or known.state == QueuedState.ARRIVING):
            known.size_bytes, known.modified_ns = file.size_bytes, file.modified_ns
            if known.state == QueuedState.ARRIVING or (is_asked_for and known.state == QueuedState.FAILED):
                known.state, known.problem, known.next_step = state, None, None
            is_back = is_asked_for and not known.is_listed
            known.is_listed = known.is_listed or is_asked_for
            return is_back
        if known is not None and known.state != QueuedState.DONE and known.note_id is None:
            known.is_listed = False  # nobody can read any more what it was
        last = session.scalar(select(func.max(QueuedFileRow.place))) or 0
        row = QueuedFileRow(
            path=path,
            size_bytes=file.size_bytes,
            modified_ns=file.modified_ns,
            state=state,
            place=last + 1,
            is_listed=True,
            author=rows.storable(author),
            added_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        return True

    def identify(self, file_id: int, sha256: str, duration_s: float | None) -> QueuedFile:
        """Keeps what the file holds. Where the same sound was written down before, the file is done with that note."""
        with self._session(is_writing=True) as session:
            row = _find(session, file_id)
            row.sha256, row.duration_s = sha256, duration_s
            before = session.scalars(
                select(QueuedFileRow).where(
                    QueuedFileRow.sha256 == sha256,
                    QueuedFileRow.state == QueuedState.DONE,
                    QueuedFileRow.note_id.is_not(None),
                )
            ).first()
            if before is not None:
                row.note_id, row.state = before.note_id, QueuedState.DONE
                row.problem, row.next_step = None, None
            return _value(row)

    def begin_note(self, file_id: int, title: str, text: str) -> int:
        """The number of the file's note, made with this title and text when it has none yet."""
        with self._session(is_writing=True) as session:
            row = _find(session, file_id)
            if row.note_id is None:
                row.note_id = rows.add_note(session, title, "", text, row.author).id
            return row.note_id

    def set_state(self, file_ids: Sequence[int], state: QueuedState, problem: str | None = None) -> None:
        """Pauses files, lets them wait again or calls them done, which they stay, if need be with a problem that they
        were written down with; what they failed with before is forgotten."""
        with self._session(is_writing=True) as session:
            for file_id in file_ids:
                row = _find(session, file_id)
                if row.state != QueuedState.DONE:
                    row.state, row.problem, row.next_step = state, problem, None

    def fail(self, file_id: int, problem: OtoscribeError) -> None:
        """Keeps why a file could not be written down."""
        with self._session(is_writing=True) as session:
            row = _find(session, file_id)
            if row.state == QueuedState.DONE:
                return
            row.state = QueuedState.FAILED
            row.problem, row.next_step = rows.storable(problem.what), rows.storable(problem.next_step)

    def move(self, file_id: int, move: Move) -> None:
        """Changes the order of what waits."""
        with self._session(is_writing=True) as session:
            queue = list(session.scalars(_queue()))
            at = next((place for place, row in enumerate(queue) if row.id == file_id), None)
            if at is None:
                return
            to = {Move.FIRST: 0, Move.UP: max(0, at - 1), Move.DOWN: min(len(queue) - 1, at + 1)}[move]
            places = sorted(row.place for row in queue)
            queue.insert(to, queue.pop(at))
            for place, row in zip(places, queue, strict=True):
                row.place = place

    def take_off(self, file_ids: Sequence[int]) -> None:
        """Takes files off the list; their notes, if they have any, and the files themselves stay."""
        with self._session(is_writing=True) as session:
            for file_id in file_ids:
                _find(session, file_id).is_listed = False


def _queue() -> Select[QueuedFileRow]:
    is_to_do = QueuedFileRow.state != QueuedState.DONE
    return (
        select(QueuedFileRow).where(QueuedFileRow.is_listed, is_to_do).order_by(QueuedFileRow.place, QueuedFileRow.id)
    )


def _find(session: Session, file_id: int) -> QueuedFileRow:
    row = session.get(QueuedFileRow, file_id)
    if row is None:
        raise RecordsError(f"There is no file {file_id} in the queue", "Look at the list anew.")
    return row


def _value(row: QueuedFileRow) -> QueuedFile:
    return QueuedFile(
        id=row.id,
        path=Path(row.path),
        size_bytes=row.size_bytes,
        modified_ns=row.modified_ns,
        state=QueuedState(row.state),
        author=row.author,
        added_at=row.added_at,
        sha256=row.sha256,
        duration_s=row.duration_s,
        problem=row.problem,
        next_step=row.next_step,
        note_id=row.note_id,
    )
