"""How often each term was heard, corrected and rejected, so that one that does harm can be seen and taken back."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from adaptation.lexicon.terms import LexiconError, identity

_TIMEOUT_S = 10.0


class Usage(NamedTuple):
    """`heard`: written by Otoscribe; `corrected`: the user put the term in; `rejected`: the user took it out."""

    heard: int = 0
    corrected: int = 0
    rejected: int = 0


class UsageCounters:
    """Counters in a small SQLite file, which several windows and commands may count in at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, lexicon: str, written: str, usage: Usage) -> None:
        with self._open() as database:
            database.execute(
                "INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (lexicon, term) DO UPDATE SET "
                "heard = heard + excluded.heard, corrected = corrected + excluded.corrected, "
                "rejected = rejected + excluded.rejected",
                (lexicon, identity(written), *usage),
            )

    def of(self, lexicon: str) -> dict[str, Usage]:
        """The counters of a lexicon's terms by their identity; terms never met are not in it."""
        if not self._path.exists():
            return {}
        with self._open() as database:
            rows = database.execute(
                "SELECT term, heard, corrected, rejected FROM usage WHERE lexicon = ?", (lexicon,)
            ).fetchall()
        return {term: Usage(*counts) for term, *counts in rows}

    def forget(self, lexicon: str) -> None:
        if self._path.exists():
            with self._open() as database:
                database.execute("DELETE FROM usage WHERE lexicon = ?", (lexicon,))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction; made whole or not at all."""
        try:
            with contextlib.closing(sqlite3.connect(self._path, timeout=_TIMEOUT_S)) as database, database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS usage (lexicon TEXT, term TEXT, heard INTEGER NOT NULL, "
                    "corrected INTEGER NOT NULL, rejected INTEGER NOT NULL, PRIMARY KEY (lexicon, term)) WITHOUT ROWID"
                )
                yield database
        except sqlite3.Error as error:
            raise LexiconError(
                f"The counters of terms in {self._path} cannot be used ({error})",
                "Make the file writable, or move it away to count anew.",
            ) from error
