"""How loud the microphone is."""

import math

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -96.0  # below the smallest step of 16 bits
_FULL_SCALE = 32768.0
_EVERY_S = 0.04


def level_dbfs(samples: NDArray[np.int16]) -> float:
    """20·log10 of the root mean square over full scale, of int16 of shape (n,); no lower than SILENCE_DBFS."""
    if samples.size == 0:
        return SILENCE_DBFS
    root_mean_square = math.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DBFS, 20 * math.log10(max(root_mean_square, 1e-9) / _FULL_SCALE))


class LevelMeter:
    """Gathers samples into levels about 20 times a second, whatever the size of the blocks."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._wanted = round(_EVERY_S * sample_rate_hz)
        self._gathered: list[NDArray[np.int16]] = []
        self._count = 0

    def add(self, samples: NDArray[np.int16]) -> float | None:
        """Take in int16 of shape (n,); the level in dBFS of all since the last one, once there is enough."""
        self._gathered.append(samples)
        self._count += samples.size
        if self._count < self._wanted:
            return None
        level = level_dbfs(np.concatenate(self._gathered))
        self._gathered, self._count = [], 0
        return level
