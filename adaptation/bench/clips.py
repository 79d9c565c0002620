"""Which clips of a set are measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adaptation.corpus import Clip, CorpusError
from speech.audio import load_audio, measure_duration

DEFAULT_NEAREST = 10


def choose_clips(clips: Sequence[Clip], seconds: float | None = None, count: int | None = None) -> list[Clip]:
    """The `count` clips (by default 10) whose length is nearest to `seconds`; without that, `count` clips spread
    evenly over the set, or all. In the set's order. CorpusError when a clip has no text to compare with."""
    unknown = next((clip for clip in clips if clip.text is None), None)
    if unknown is not None:
        raise CorpusError(f"{unknown.name} has no text in the manifest", "Measure clips whose text is known.")
    if seconds is not None:
        distances = [abs(duration_s(clip) - seconds) for clip in clips]
        nearest = np.argsort(distances, kind="stable")[: count or DEFAULT_NEAREST]
        return [clips[index] for index in sorted(nearest)]
    if count is None or count >= len(clips):
        return list(clips)
    return [clips[round(index)] for index in np.linspace(0, len(clips) - 1, count)]


def duration_s(clip: Clip) -> float:
    """The clip's length; AudioError when it cannot be read."""
    told = measure_duration(clip.audio)
    return told if told is not None else load_audio(clip.audio).duration_s
