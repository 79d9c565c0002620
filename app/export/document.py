"""What a note is when it leaves the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.records import Note

DRAFT_STATUS = "DRAFT – not signed"


class ExportError(OtoscribeError):
    """A document cannot be written where the user wants it."""


@dataclass(frozen=True)
class DocumentAddendum:
    """Text added after signing."""

    text: str
    author: str
    date: datetime


@dataclass(frozen=True)
class Document:
    """A note to be written out.

    `body` is plain text: a blank line ends a paragraph, a single line break stays one, lines that start with "# " or
    "## " are headings. A document without `signed_by` is a draft and says so. Times that carry a zone are shown in
    the local one.
    """

    title: str
    patient: str
    author: str
    date: datetime
    body: str
    signed_by: str | None = None
    signed_at: datetime | None = None
    addenda: tuple[DocumentAddendum, ...] = ()

    @classmethod
    def of_note(cls, note: Note) -> Document:
        """The note as it stands, dated when it was made."""
        return cls(
            title=note.title,
            patient=note.patient,
            author=note.author,
            date=note.created_at,
            body=note.text,
            signed_by=note.signed_by,
            signed_at=note.signed_at,
            addenda=tuple(DocumentAddendum(item.text, item.author, item.created_at) for item in note.addenda),
        )

    @property
    def is_draft(self) -> bool:
        """True until somebody has signed."""
        return self.signed_by is None

    @property
    def status(self) -> str:
        """The line that says who signed and when, or that nobody did."""
        if self.signed_by is None:
            return DRAFT_STATUS
        return f"Signed by {self.signed_by}" + (f" on {written(self.signed_at)}" if self.signed_at else "")


def written(time: datetime) -> str:
    """The time as a document shows it: read the same way everywhere."""
    local = time.astimezone() if time.tzinfo else time
    return local.strftime("%Y-%m-%d %H:%M")
