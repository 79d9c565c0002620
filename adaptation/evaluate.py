"""Runs a recogniser over clips whose text is known."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adaptation.corpus import Clip, CorpusError
from speech.recognizer import Recognizer
from speech.transcript import Word


@dataclass(frozen=True)
class ClipResult:
    """What was recognised in a clip and how long it took, reading the file included.

    `words` carry the confidences; none where they are not known.
    """

    clip: Clip
    hypothesis: str
    duration_s: float
    processing_s: float
    words: tuple[Word, ...] = ()


def recognize_clips(recognizer: Recognizer, clips: Iterable[Clip], language: str = "en") -> Iterator[ClipResult]:
    """A result per clip, in order. CorpusError, before the first, when a clip has no text to compare with."""
    clips = list(clips)
    unknown = next((clip for clip in clips if clip.text is None), None)
    if unknown is not None:
        raise CorpusError(f"{unknown.name} has no text in the manifest", "Measure clips whose text is known.")
    for clip in clips:
        started = time.perf_counter()
        transcript = recognizer.transcribe(clip.audio if clip.span_s is None else clip.load(), language=language)
        processing_s = time.perf_counter() - started
        words = tuple(word for segment in transcript.segments for word in segment.words)
        yield ClipResult(clip, transcript.text, transcript.duration_s, processing_s, words)
