"""whisper.cpp through pywhispercpp, float16 weights, greedy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from pywhispercpp.model import Model

from adaptation.bench.engines import SHORT_S, Setup
from speech.audio import SAMPLE_RATE_HZ


class _WhisperCpp:
    def __init__(self, setup: Setup) -> None:
        self._model = Model(
            str(setup.weights),
            redirect_whispercpp_logs_to=None,  # that is: nowhere
            n_threads=setup.threads,
            language=setup.language,
            no_context=True,
            suppress_nst=True,  # as the others do
            print_progress=False,
            print_realtime=False,
        )
        self.description = f"whisper.cpp in pywhispercpp {version('pywhispercpp')}, float16"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        is_short = len(samples) <= SHORT_S * SAMPLE_RATE_HZ
        segments = self._model.transcribe(samples, no_timestamps=is_short, single_segment=is_short)
        return " ".join(segment.text.strip() for segment in segments)


def load(setup: Setup) -> _WhisperCpp:
    """`setup.weights` is a ggml file."""
    return _WhisperCpp(setup)
