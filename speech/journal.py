"""What is already known of a file that was being recognised when the program was stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from speech.transcript import Segment


@dataclass(frozen=True)
class Heard:
    """What one window of a file gave; its times from the start of the file tell it from others."""

    start_s: float
    end_s: float
    language: str
    segments: tuple[Segment, ...]
    doubtful: bool


class Journal(Protocol):
    """Keeps what was heard of one file with one model, language and lexicons, for the next try."""

    def find(self, start_s: float, end_s: float) -> Heard | None:
        """What an earlier try has heard between these times."""
        ...

    def keep(self, heard: list[Heard]) -> None:
        """Returns when the next try will find it."""
        ...
