"""Any file or stream to 16 kHz mono float32."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speech.errors import AudioError

SAMPLE_RATE_HZ = 16_000


@dataclass(frozen=True)
class Waveform:
    """Sound as float32[n] at 16 kHz, mono, full scale at plus and minus one."""

    samples: NDArray[np.float32]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def between(self, start_s: float, end_s: float) -> Waveform:
        """The part from start to end, as far as there is sound."""
        first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
        return Waveform(self.samples[max(0, first) : max(0, last)])


def load_audio(path: Path) -> Waveform:
    """The whole file in memory: 64 kB a second. Raises AudioError as `stream_audio` does."""
    blocks = list(stream_audio(path))
    return Waveform(np.concatenate(blocks) if blocks else np.zeros(0, np.float32))


def measure_duration(path: Path) -> float | None:
    """The length in seconds that the file's header claims, or None where it claims none; may be wrong."""
    import av

    _check_readable(path)
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            return container.duration / av.time_base if container.duration else None
    except av.FFmpegError:
        return None


def stream_audio(path: Path) -> Iterator[NDArray[np.float32]]:
    """Blocks of samples of any file that PyAV (FFmpeg) opens, in order, with bounded memory.

    What can be decoded of a file that is cut off is handed out. AudioError, before the first block, when the file is
    not there, empty, holds no audio, or nothing of it can be decoded.
    """
    import av
    from av.audio.resampler import AudioResampler

    _check_readable(path)
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioError(f"{path.name} holds no audio", "Choose a file with a sound track.")
            resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
            decoded = False
            try:
                for frame in container.decode(audio=0):
                    decoded = True
                    frame.pts = None  # gaps in time stamps are not silence, and broken ones stop the resampler
                    yield from (block.to_ndarray()[0] for block in resampler.resample(frame))
            except av.FFmpegError:
                if not decoded:
                    raise
            if decoded:
                yield from (block.to_ndarray()[0] for block in resampler.resample(None))
    except av.FFmpegError as error:
        raise AudioError(
            f"{path.name} is not audio that can be read, or it is damaged",
            "Open it in a player to check it, or convert it to WAV or FLAC.",
        ) from error


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise AudioError(f"There is no file {path}", "Check the path.") from None
    except IsADirectoryError:
        raise AudioError(f"{path} is a folder", "Name the audio files in it.") from None
    except OSError as error:
        raise AudioError(f"{path} cannot be read ({error.strerror})", "Check its permissions.") from error
    if empty:
        raise AudioError(f"{path.name} is empty", "Record it again or choose another file.")
