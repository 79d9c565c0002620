"""The file that a recording is written to while it is being made."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class SpoolWriter:
    """Appends int16 mono samples to a WAV file in `folder` that is valid after every append."""

    path: Path

    def __init__(self, folder: Path, sample_rate_hz: int) -> None:
        raise NotImplementedError

    def append(self, samples: NDArray[np.int16]) -> None:
        raise NotImplementedError

    def close(self) -> Path:
        raise NotImplementedError

    def discard(self) -> None:
        raise NotImplementedError
