"""Sound in the formats that dictations come in, written with FFmpeg."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000


def encode(
    path: Path,
    samples: NDArray[np.float64],
    codec: str,
    rate_hz: int = SAMPLE_RATE_HZ,
    channels: int = 1,
    sample_format: str | None = None,
    video: bool = False,
) -> Path:
    """Writes the sound with FFmpeg; every channel carries the same, and `video` adds a picture."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=10) if video else None
        stream = container.add_stream(codec, rate=rate_hz, layout="mono" if channels == 1 else "stereo")
        if sample_format is not None:
            stream.format = sample_format
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
            for _ in range(round(10 * len(samples) / rate_hz)):
                image = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
                container.mux(picture.encode(image))
            container.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(
            np.repeat(samples.astype(np.float32)[None], channels, 0), format="fltp", layout=stream.layout.name
        )
        frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
