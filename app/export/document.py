"""What a note is when it leaves the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from speech.errors import OtoscribeError


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
    "## " are headings. A document without `signed_by` is a draft and says so. Times are shown in the local time zone
    when they carry one.
    """

    title: str
    patient: str
    author: str
    date: datetime
    body: str
    signed_by: str | None = None
    signed_at: datetime | None = None
    addenda: tuple[DocumentAddendum, ...] = ()

    @property
    def is_draft(self) -> bool:
        """True until somebody has signed."""
        return self.signed_by is None
