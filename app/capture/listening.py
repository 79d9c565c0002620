"""What is recorded, handed on while it is being recorded."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LISTENER_RATE_HZ = 16_000
_FULL_SCALE = 32768.0


class Listening:
    """Turns recorded int16 at any rate into what a listener takes: 16 kHz mono float32 of shape (n,), |x| ≤ 1."""

    def __init__(self, listener: Callable[[NDArray[np.float32]], None], sample_rate_hz: int) -> None:
        self._listener = listener
        self._resampler = None
        if sample_rate_hz != LISTENER_RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(sample_rate_hz, LISTENER_RATE_HZ, 1, dtype="float32")

    def take_in(self, samples: NDArray[np.int16], *, is_last: bool = False) -> None:
        """Hand over int16 of shape (n,); with `is_last` also what the resampler held back."""
        heard = samples.astype(np.float32) / _FULL_SCALE
        if self._resampler is not None:
            heard = self._resampler.resample_chunk(heard, last=is_last)
        if heard.size:
            self._listener(heard)
