"""What can stand between a user and the record."""

from speech.errors import OtoscribeError


class RecordsError(OtoscribeError):
    """The record cannot be opened, read or written, or was asked for what it does not allow."""


class NoteNotFoundError(RecordsError):
    """No note has that number."""


class SignedNoteError(RecordsError):
    """A signed note's text was to be changed."""
