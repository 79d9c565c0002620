"""What recognition hands on: words with times and confidence, in segments, in a transcript."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Word:
    """A word, without surrounding spaces; times in seconds from the start of the audio.

    `term` is the lexicon's entry that it belongs to. Where that took the place of something else, `heard` is what the
    model had written for the whole term. `offered` is an entry that may have been said but is not to be written by
    itself, such as a drug with a look-alike.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float
    term: str | None = None
    heard: str | None = None
    offered: str | None = None


@dataclass(frozen=True)
class Segment:
    """One utterance: its text as the model wrote it and its words in order."""

    start_s: float
    end_s: float
    text: str
    confidence: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Transcript:
    """All that was recognised in one audio file; `audio` names the file as the caller did."""

    audio: str
    model: str
    backend: str
    language: str
    duration_s: float
    processing_s: float
    segments: tuple[Segment, ...]
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The segments' texts, one space between them; none behind one that ends with a line end."""
        return " ".join(segment.text for segment in self.segments if segment.text).replace("\n ", "\n")

    def renamed(self, audio: str) -> Transcript:
        """The same transcript under another name for its audio."""
        return replace(self, audio=audio)

    def to_json(self) -> dict[str, Any]:
        """The object of `transcribe --format json` (schema 1)."""
        return {
            "schema": SCHEMA,
            "audio": self.audio,
            "model": self.model,
            "backend": self.backend,
            "language": self.language,
            "duration_s": round(self.duration_s, 3),
            "processing_s": round(self.processing_s, 3),
            "text": self.text,
            "warnings": list(self.warnings),
            "segments": [_segment_to_json(segment) for segment in self.segments],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Transcript:
        """Reads back what `to_json` wrote; KeyError or TypeError when it is something else."""
        return cls(
            audio=value["audio"],
            model=value["model"],
            backend=value["backend"],
            language=value["language"],
            duration_s=value["duration_s"],
            processing_s=value["processing_s"],
            segments=tuple(
                Segment(
                    s["start_s"], s["end_s"], s["text"], s["confidence"], tuple(Word(**word) for word in s["words"])
                )
                for s in value["segments"]
            ),
            warnings=tuple(value["warnings"]),
        )


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    return {
        "start_s": round(segment.start_s, 3),
        "end_s": round(segment.end_s, 3),
        "text": segment.text,
        "confidence": round(segment.confidence, 4),
        "words": [
            {
                "text": word.text,
                "start_s": round(word.start_s, 3),
                "end_s": round(word.end_s, 3),
                "confidence": round(word.confidence, 4),
                "term": word.term,
                "heard": word.heard,
                "offered": word.offered,
            }
            for word in segment.words
        ],
    }
