"""Any file or stream to 16 kHz mono float32."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from speech.errors import AudioError

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.container import InputContainer

SAMPLE_RATE_HZ = 16_000
_BLOCK = SAMPLE_RATE_HZ // 2


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


def load_part(path: Path, start_s: float, end_s: float) -> Waveform:
    """The file's sound from start to end, what lies behind not read. Raises AudioError as `stream_audio` does."""
    first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
    kept, done = [np.zeros(0, np.float32)], 0
    for block in stream_audio(path):
        kept.append(block[max(0, first - done) : max(0, last - done)])
        done += len(block)
        if done >= last:
            break
    return Waveform(np.concatenate(kept))


def measure_duration(path: Path) -> float | None:
    """The length in seconds that the file's header claims, or None where it claims none; may be wrong."""
    import av

    _check_readable(path)
    try:
        with av.open(_file_name(path), metadata_errors="ignore") as container:
            return container.duration / av.time_base if container.duration else None
    except av.FFmpegError:
        return None


def stream_audio(path: Path, on_damage: Callable[[], None] | None = None) -> Iterator[NDArray[np.float32]]:
    """Blocks of samples of any file that PyAV (FFmpeg) opens, in order, with bounded memory.

    What can be decoded of a file that is damaged or cut off is handed out; `on_damage` is called at each place where
    something could not. AudioError, before the first block, when the file is not there, empty, holds no audio, or
    nothing of it can be decoded.
    """
    import av

    _check_readable(path)
    try:
        with av.open(_file_name(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioError(f"{path.name} holds no audio", "Choose a file with a sound track.")
            yield from _join(_resample(_decode(container, on_damage or (lambda: None))))
    except av.FFmpegError as error:
        raise AudioError(
            f"{path.name} is not audio that can be read, or it is damaged",
            "Open it in a player to check it, or convert it to WAV or FLAC.",
        ) from error


def _join(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The same in blocks that are worth the calls that each costs: a codec's frames are as short as 20 ms."""
    held: list[NDArray[np.float32]] = []
    for block in blocks:
        held.append(block)
        if sum(map(len, held)) >= _BLOCK:
            yield np.concatenate(held)
            held.clear()
    if held:
        yield np.concatenate(held)


def _resample(frames: Iterable[AudioFrame]) -> Iterator[NDArray[np.float32]]:
    resampler = _Resampler()
    for frame in frames:
        yield from resampler.push(frame)
    yield from resampler.finish()


def _decode(container: InputContainer, on_damage: Callable[[], None]) -> Iterator[AudioFrame]:
    """All frames that can be decoded. Raises av.FFmpegError when that is none, though some should be there."""
    import av

    decoded, damage = False, None
    packets = container.demux(audio=0)
    while True:
        try:
            frames = next(packets).decode()
        except StopIteration:
            break
        except av.FFmpegError as error:
            damage = error
            on_damage()
            continue  # to the packet behind it; a container that cannot be read on has no more of them
        for frame in frames:
            decoded = True
            yield frame
    if damage is not None and not decoded:
        raise damage


class _Resampler:
    """Takes decoded frames of any kind, which may change within a file, and gives 16 kHz mono."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def push(self, frame: AudioFrame) -> Iterator[NDArray[np.float32]]:
        from av.audio.resampler import AudioResampler

        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            yield from self.finish()
            self._kind, self._resampler = kind, AudioResampler(format="fltp", rate=SAMPLE_RATE_HZ)
        frame.pts = None  # gaps in time stamps are not silence, and broken ones stop the resampler
        yield from self._run(frame)

    def finish(self) -> Iterator[NDArray[np.float32]]:
        """What the resampler still holds back."""
        if self._resampler is not None:
            yield from self._run(None)

    def _run(self, frame: AudioFrame | None) -> Iterator[NDArray[np.float32]]:
        assert self._resampler is not None
        for block in self._resampler.resample(frame):
            channels = block.to_ndarray()
            # FFmpeg's own mixing to mono overdrives what all channels share
            mono = channels[0] if len(channels) == 1 else channels.mean(axis=0, dtype=np.float32)
            # recorders may write not-a-number
            yield mono if np.isfinite(mono).all() else np.nan_to_num(mono, posinf=0.0, neginf=0.0)


def _file_name(path: Path) -> str:
    """Absolute, because FFmpeg takes what stands before a colon in a relative name for a protocol."""
    return str(path.absolute())


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
