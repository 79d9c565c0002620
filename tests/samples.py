"""The shipped dictations as tests use them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A shipped dictation: 16 kHz mono audio and what it says, in written form."""

    audio: Path
    reference: str
