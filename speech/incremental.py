"""Encoding an utterance while it is spoken: at its end only what came last is read.

What an encoder makes of a moment depends on what follows it, but hardly on what follows two seconds later.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ
from speech.backends import Backend
from speech.context import POSITIONS_PER_S, Context

_SETTLED_S = 2.0  # of sound that follows
_SEEN_S = 0.1  # of silence that is read again, as what comes behind it is heard in it
_SAMPLES_PER_POSITION = SAMPLE_RATE_HZ // POSITIONS_PER_S


class IncrementalEncoder:
    """What is kept of one stretch of sound; another one, or none that is kept, is read as a whole."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._samples = np.zeros(0, np.float32)
        self._kept: Any | None = None

    def encode(self, samples: NDArray[np.float32], mel: NDArray[np.float32], context: Context) -> Any:
        """The memory of samples[n], whose features are mel[1, mels, frames], in that context."""
        return self._backend.encode(mel, context, self._kept_of(samples))

    def keep(
        self, samples: NDArray[np.float32], mel: NDArray[np.float32], context: Context, *, is_whole: bool = False
    ) -> None:
        """Reads sound that goes on, and keeps what is settled of it; all where it `is_whole`, with silence behind."""
        unsettled_s = _SEEN_S if is_whole else _SETTLED_S
        settled = len(samples) // _SAMPLES_PER_POSITION - round(unsettled_s * POSITIONS_PER_S)
        self._kept = self._backend.keep(mel, context, self._kept_of(samples), max(0, settled))
        self._samples = samples.copy()

    def forget(self) -> None:
        self._kept = None

    def _kept_of(self, samples: NDArray[np.float32]) -> Any | None:
        begins = np.array_equal(self._samples, samples[: len(self._samples)])
        return self._kept if begins else None
