"""The loudspeaker that recordings are played on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.capture import sound_library
from app.capture.errors import CaptureError

_FULL_SCALE = 32768.0


class Loudspeaker:
    """The default output device, at the recording's rate or, where it refuses that, at its own.

    Raises CaptureError when it is not there, cannot be opened or fails later.
    """

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        sounddevice = sound_library.sound_library()
        self._channels = channels
        self._resampler: Any = None
        try:
            self._stream = self._open(sounddevice, sample_rate_hz)
        except (sounddevice.PortAudioError, ValueError):
            sound_library.reread_devices()
            try:
                self._stream = self._open(sounddevice, sample_rate_hz)
            except (sounddevice.PortAudioError, ValueError) as error:
                raise _cannot_play(error) from error
        self.latency_s = float(self._stream.latency)

    def write(self, samples: NDArray[np.int16]) -> None:
        """Play int16 of shape (frames, channels); returns when they are in the device's buffer, or nearly so."""
        self._write(samples if self._resampler is None else self._resample(samples, is_last=False))

    def play_out(self) -> None:
        """Return when everything written was heard."""
        if self._resampler is not None:
            self._write(self._resample(np.empty((0, self._channels), dtype=np.int16), is_last=True))
        self._stream.stop()

    def close(self) -> None:
        """Fall silent at once."""
        sound_library.close_stream(self._stream)

    def _resample(self, samples: NDArray[np.int16], *, is_last: bool) -> NDArray[np.int16]:
        resampled = self._resampler.resample_chunk(samples.astype(np.float32) / _FULL_SCALE, last=is_last)
        clipped: NDArray[np.float32] = np.clip(resampled * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE - 1)
        return clipped.astype(np.int16)

    def _write(self, samples: NDArray[np.int16]) -> None:
        try:
            self._stream.write(np.ascontiguousarray(samples))
        except sound_library.sound_library().PortAudioError as error:
            raise CaptureError("The loudspeaker is gone", "Plug it in, then play again.") from error

    def _open(self, sounddevice: Any, sample_rate_hz: int) -> Any:
        try:
            return self._open_at(sounddevice, sample_rate_hz)
        except sounddevice.PortAudioError as error:
            if sound_library.error_code(error) != sound_library.INVALID_SAMPLE_RATE:
                raise
        own_rate_hz = round(sounddevice.query_devices(kind="output")["default_samplerate"])
        import soxr

        self._resampler = soxr.ResampleStream(sample_rate_hz, own_rate_hz, self._channels, dtype="float32")
        return self._open_at(sounddevice, own_rate_hz)

    def _open_at(self, sounddevice: Any, sample_rate_hz: int) -> Any:
        stream = sound_library.open_stream(
            sounddevice.OutputStream, samplerate=sample_rate_hz, channels=self._channels, dtype="int16", latency="high"
        )
        try:
            stream.start()
        except sounddevice.PortAudioError:
            sound_library.close_stream(stream)
            raise
        return stream


def _cannot_play(error: Exception) -> CaptureError:
    if sound_library.is_taken(error):
        return CaptureError("The loudspeaker is used by another program", "Close that program, then play again.")
    return CaptureError(
        f"No loudspeaker can be opened ({sound_library.reason(error)})",
        "Plug in a loudspeaker or headphones and choose them in the system's sound settings, then play again.",
    )
