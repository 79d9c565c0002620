"""What was gathered to learn from, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class NewCorrection:
    """The words from `first` up to `last` of a clip were `before`; the author wrote `after`. `kind` is what
    `adaptation.corrections.Kind` calls it."""

    first: int
    last: int
    before: str
    after: str
    kind: str


@dataclass(frozen=True)
class NewClip:
    """An utterance of a recording with its words as heard and what the author changed in it."""

    recording_id: int
    start_s: float
    end_s: float
    words: tuple[str, ...]
    corrections: tuple[NewCorrection, ...] = ()


@dataclass(frozen=True)
class Correction(NewCorrection):
    """A correction in the record; `decision` is the kind that the author chose, where the author did."""

    id: int
    decision: str | None = None

    @property
    def final_kind(self) -> str:
        return self.decision or self.kind


@dataclass(frozen=True)
class GatheredClip:
    """A clip in the record; `audio` is its whole recording."""

    id: int
    note_id: int
    recording_id: int
    audio: Path
    author: str
    start_s: float
    end_s: float
    words: tuple[str, ...]
    created_at: datetime
    corrections: tuple[Correction, ...]
