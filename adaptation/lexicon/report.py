"""What became of each row of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple


class Outcome(StrEnum):
    TAKEN = "taken"
    MERGED = "merged"
    REFUSED = "refused"


class Row(NamedTuple):
    """A row of the file: its line, what became of it, why, and what the user can do about it."""

    line: int
    outcome: Outcome
    written: str
    reason: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Report:
    """How a file was read. `encoding_guessed` is False where a byte order mark or UTF-8 itself proves the encoding."""

    path: Path
    form: str
    encoding: str
    encoding_guessed: bool
    delimiter: str | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @cached_property
    def _counts(self) -> Counter[Outcome]:
        return Counter(row.outcome for row in self.rows)

    def count(self, outcome: Outcome) -> int:
        return self._counts[outcome]

    @property
    def remarkable(self) -> list[Row]:
        """The rows that were not simply taken."""
        return [row for row in self.rows if row.outcome is not Outcome.TAKEN]
