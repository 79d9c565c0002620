"""faster-whisper's pipeline for long files: cut by its voice activity detector, eight at a time; int8, greedy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from numpy.typing import NDArray

from adaptation.bench.engines import Setup

_BATCH = 8  # the pipeline's default


class _Batched:
    def __init__(self, setup: Setup) -> None:
        model = WhisperModel(str(setup.weights), device="cpu", compute_type="int8", cpu_threads=setup.threads)
        self._pipeline = BatchedInferencePipeline(model)
        self._language = setup.language
        runtime = f"CTranslate2 {version('ctranslate2')}, int8"
        self.description = f"faster-whisper {version('faster-whisper')}, {runtime}, batches of {_BATCH}"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        segments, _ = self._pipeline.transcribe(samples, language=self._language, beam_size=1, batch_size=_BATCH)
        return " ".join(segment.text.strip() for segment in segments)


def load(setup: Setup) -> _Batched:
    """`setup.weights` is a folder in CTranslate2 form."""
    return _Batched(setup)
