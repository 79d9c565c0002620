"""Otoscribe's network without its cuts: blocks of 15 s wherever they fall, eight at a time, int8, greedy."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from adaptation.bench.engines import Setup
from speech.audio import SAMPLE_RATE_HZ
from speech.batching import decode_batch
from speech.features import log_mel
from speech.recognizer import Recognizer
from speech.store import ModelStore
from speech.weights import read_settings

_BLOCK_S = 15
_BATCH = 8


class _Blocks:
    def __init__(self, setup: Setup) -> None:
        model = ModelStore(setup.weights.parent).open(setup.weights.name.replace("--", "/"))
        self._recognizer = Recognizer.open(model, threads=setup.threads)
        self._mels = read_settings(model.checkpoint_folder).config["num_mel_bins"]
        self._language = setup.language
        self.description = f"otoscribe {version('otoscribe')}, int8, blocks of {_BLOCK_S} s, batches of {_BATCH}"

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        length = _BLOCK_S * SAMPLE_RATE_HZ
        blocks = [samples[first : first + length] for first in range(0, len(samples), length)]
        batches = [blocks[first : first + _BATCH] for first in range(0, len(blocks), _BATCH)]
        return " ".join(text for batch in batches for text in self._recognize(batch) if text)

    def _recognize(self, blocks: list[NDArray[np.float32]]) -> list[str]:
        backend, vocabulary = self._recognizer.backend, self._recognizer.vocabulary
        memory = backend.encode(np.concatenate([log_mel(block, self._mels) for block in blocks]))
        prompt = vocabulary.prompt(self._language)
        found = decode_batch(backend, vocabulary, memory, len(blocks), prompt, self._recognizer.options)
        return [hypothesis.text.strip() for hypothesis in found]


def load(setup: Setup) -> _Blocks:
    """`setup.weights` is the model's folder in the store. ModelError when it is damaged."""
    return _Blocks(setup)
