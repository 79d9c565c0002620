"""Hugging Face's transformers on PyTorch, float32 on the processor, greedy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import torch
import transformers
from numpy.typing import NDArray

from adaptation.bench.engines import SHORT_S, Setup
from speech.audio import SAMPLE_RATE_HZ


class _Transformers:
    def __init__(self, setup: Setup) -> None:
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(setup.threads)
        whisper = transformers.WhisperForConditionalGeneration
        self._model = whisper.from_pretrained(setup.weights, dtype=torch.float32, local_files_only=True).eval()
        self._processor = transformers.WhisperProcessor.from_pretrained(setup.weights, local_files_only=True)
        self._spoken = {"language": setup.language, "task": "transcribe"}
        if not self._model.generation_config.is_multilingual:  # English-only models refuse both
            self._spoken = {}
        self.description = f"transformers {version('transformers')}, PyTorch {version('torch')}, float32"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        is_short = len(samples) <= SHORT_S * SAMPLE_RATE_HZ
        whole = {} if is_short else {"truncation": False, "padding": "longest", "return_attention_mask": True}
        features = self._processor(samples, sampling_rate=SAMPLE_RATE_HZ, return_tensors="pt", **whole)
        with torch.inference_mode():
            tokens = self._model.generate(
                **features, **self._spoken, return_timestamps=not is_short, do_sample=False, num_beams=1
            )
        return str(self._processor.batch_decode(tokens, skip_special_tokens=True)[0]).strip()


def load(setup: Setup) -> _Transformers:
    """`setup.weights` is a folder in Hugging Face form."""
    return _Transformers(setup)
