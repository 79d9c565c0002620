"""Otoscribe itself, int8 on onnxruntime; its time includes finding speech, word times and confidences."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from adaptation.bench.engines import Setup
from speech.audio import Waveform
from speech.recognizer import Recognizer
from speech.store import ModelStore


class _Otoscribe:
    def __init__(self, setup: Setup) -> None:
        model = ModelStore(setup.weights.parent).open(setup.weights.name.replace("--", "/"))
        self._recognizer = Recognizer.open(model, threads=setup.threads)
        self._language = setup.language
        context = (
            "30 s with thinned silence"
            if model.min_padding_s is None
            else f"the speech and {model.min_padding_s:g} s for the rest of 30 s"
        )
        runtime = f"onnxruntime {onnxruntime.__version__}, int8"
        self.description = f"otoscribe {version('otoscribe')}, {runtime}, context of {context}"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        return self._recognizer.transcribe(Waveform(samples), language=self._language).text


def load(setup: Setup) -> _Otoscribe:
    """`setup.weights` is the model's folder in the store. ModelError when it is damaged."""
    return _Otoscribe(setup)
