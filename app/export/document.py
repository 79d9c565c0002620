"""What a note is when it leaves the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.records import Note

DRAFT_STATUS = "DRAFT – not signed"
_TO_CHECK = "Not part of the note: words to check before signing"


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
    the local one. `to_check` are words of the body.
    """

    title: str
    patient: str
    author: str
    date: datetime
    body: str
    signed_by: str | None = None
    signed_at: datetime | None = None
    addenda: tuple[DocumentAddendum, ...] = ()
    to_check: tuple[str, ...] = ()

    @classmethod
    def of_note(cls, note: Note, to_check: tuple[str, ...] = ()) -> Document:
        """The note as it stands, dated when it was made, with the words in it that are still to be checked."""
        return cls(
            title=note.title,
            patient=note.patient,
            author=note.author,
            date=note.created_at,
            body=note.text,
            signed_by=note.signed_by,
            signed_at=note.signed_at,
            to_check=to_check,
            addenda=tuple(DocumentAddendum(item.text, item.author, item.created_at) for item in note.addenda),
        )

    @property
    def is_draft(self) -> bool:
        """True until somebody has signed."""
        return self.signed_by is None

    @property
    def shown_body(self) -> str:
        """The body, and below a draft's the words that are still to be checked. Who signs has vouched for them."""
        if not self.is_draft or not self.to_check:
            return self.body
        return f"{self.body.rstrip()}\n\n## {_TO_CHECK}\n{'; '.join(self.to_check)}\n"

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
