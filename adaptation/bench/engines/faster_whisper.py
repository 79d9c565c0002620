"""faster-whisper (CTranslate2), int8, greedy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from adaptation.bench.engines import SHORT_S, Setup
from speech.audio import SAMPLE_RATE_HZ


class _FasterWhisper:
    def __init__(self, setup: Setup) -> None:
        self._model = WhisperModel(str(setup.weights), device="cpu", compute_type="int8", cpu_threads=setup.threads)
        self._language = setup.language
        self.description = f"faster-whisper {version('faster-whisper')}, CTranslate2 {version('ctranslate2')}, int8"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        segments, _ = self._model.transcribe(
            samples,
            language=self._language,
            beam_size=1,
            without_timestamps=len(samples) <= SHORT_S * SAMPLE_RATE_HZ,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments)


def load(setup: Setup) -> _FasterWhisper:
    """`setup.weights` is a folder in CTranslate2 form."""
    return _FasterWhisper(setup)
