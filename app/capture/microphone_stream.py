"""One opened microphone, whose sound goes into a queue without bound."""

import math
import queue
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.capture import sound_library
from app.capture.errors import CaptureError
from app.capture.microphone_list import Microphone, device_index

PREFERRED_SAMPLE_RATE_HZ = 16_000
POLL_S = 0.25
# Counted in polls, not on the clock, so that a computer that slept does not look like a lost device.
_SILENT_POLLS_UNTIL_LOST = 6
_SILENT_POLLS_AT_START = 20  # wireless headsets take seconds until they are heard
_LAST_WORDS_LIMIT_S = 0.5
_TRY_OTHER_SETTINGS = {
    sound_library.INVALID_CHANNEL_COUNT,
    sound_library.INVALID_SAMPLE_RATE,
    sound_library.SAMPLE_FORMAT_NOT_SUPPORTED,
}


@dataclass(frozen=True, slots=True)
class Block:
    """What PortAudio handed over at once: interleaved int16 frames; `overflowed` when some before it were lost."""

    data: bytes
    channels: int
    overflowed: bool

    def mono(self) -> NDArray[np.int16]:
        """The frames as int16 of shape (n,), the mean of their channels."""
        samples = np.frombuffer(self.data, dtype=np.int16)
        if self.channels == 1:
            return samples
        mean: NDArray[np.float64] = samples.reshape(-1, self.channels).mean(axis=1)
        return mean.round().astype(np.int16)


@dataclass(frozen=True, slots=True)
class Ended:
    """The stream ended by itself: its device is gone."""

    stream: "MicrophoneStream"


class MicrophoneStream:
    """A microphone (None: the default one) that puts a `Block` for every piece of sound into `events`.

    16 kHz mono where the device allows it, else its own rate and channels; `sample_rate_hz` asks for one rate only.
    The callback, which runs in PortAudio's real-time thread, does nothing but copy. Raises CaptureError.
    """

    def __init__(
        self,
        microphone_id: str | None,
        events: "queue.SimpleQueue[Any]",
        sample_rate_hz: int | None = None,
    ) -> None:
        self.microphone, index = device_index(microphone_id)
        self._events = events
        self._closing = False
        self._blocks_heard = 0
        self._silent_polls = 0
        self._blocks_heard_at_last_poll = 0
        self._frames_until_close = 0
        self._last_words_heard = threading.Event()
        self._stream = self._open(index, sample_rate_hz)
        self.sample_rate_hz = round(self._stream.samplerate)

    def start(self) -> None:
        """Begin to hear."""
        try:
            self._stream.start()
        except sound_library.sound_library().PortAudioError as error:
            self.close()
            raise _cannot_open(self.microphone, error) from error

    def is_lost(self) -> bool:
        """Whether the device fell silent, not even giving zeros. To be asked every POLL_S while nothing arrives."""
        heard, self._blocks_heard_at_last_poll = self._blocks_heard_at_last_poll, self._blocks_heard
        self._silent_polls = self._silent_polls + 1 if heard == self._blocks_heard else 1
        return self._silent_polls >= (_SILENT_POLLS_UNTIL_LOST if self._blocks_heard else _SILENT_POLLS_AT_START)

    def close(self) -> None:
        """Take in what was said until now and is still in the device's buffer, then let go of the microphone."""
        self._frames_until_close = math.ceil(self._stream.latency * self.sample_rate_hz)
        self._closing = True
        if self._stream.active:
            self._last_words_heard.wait(_LAST_WORDS_LIMIT_S)
        sound_library.close_stream(self._stream)

    def _open(self, index: int, sample_rate_hz: int | None) -> Any:
        sounddevice = sound_library.sound_library()
        native_rate_hz = self.microphone.default_sample_rate_hz
        rates_hz = [sample_rate_hz] if sample_rate_hz else [PREFERRED_SAMPLE_RATE_HZ, native_rate_hz]
        refusal: Exception | None = None
        for rate_hz in rates_hz:
            for channels in sorted({1, min(2, self.microphone.channels), self.microphone.channels}):
                try:
                    return self._open_as(sounddevice, index, rate_hz, channels)
                except sounddevice.PortAudioError as error:
                    refusal = error
                    if sound_library.error_code(error) not in _TRY_OTHER_SETTINGS:
                        raise _cannot_open(self.microphone, error) from error
        assert refusal is not None
        raise _cannot_open(self.microphone, refusal) from refusal

    def _open_as(self, sounddevice: Any, index: int, rate_hz: int, channels: int) -> Any:
        def take_in(data: Any, frames: int, _time: Any, status: Any) -> None:
            self._blocks_heard += 1
            self._events.put(Block(bytes(data), channels, bool(status.input_overflow)))
            if self._closing:
                self._frames_until_close -= frames
                if self._frames_until_close <= 0:
                    self._last_words_heard.set()

        return sound_library.open_stream(
            sounddevice.RawInputStream,
            samplerate=rate_hz,
            device=index,
            channels=channels,
            dtype="int16",
            latency="high",
            extra_settings=sounddevice.WasapiSettings(auto_convert=True) if sys.platform == "win32" else None,
            callback=take_in,
            finished_callback=self._tell_that_it_ended,
        )

    def _tell_that_it_ended(self) -> None:
        self._last_words_heard.set()
        if not self._closing:
            self._events.put(Ended(self))


def open_microphone(
    microphone_id: str | None, events: "queue.SimpleQueue[Any]", sample_rate_hz: int | None = None
) -> MicrophoneStream:
    """Open a microphone; where that fails, look which devices there are now and try once more."""
    try:
        return MicrophoneStream(microphone_id, events, sample_rate_hz)
    except CaptureError:
        sound_library.reread_devices()
        return MicrophoneStream(microphone_id, events, sample_rate_hz)


def _cannot_open(microphone: Microphone, error: Exception) -> CaptureError:
    if sound_library.is_taken(error):
        return CaptureError(
            f"The microphone {microphone.name} is used by another program",
            "Close the program that uses it (a call, a browser tab) or choose another microphone, then record again.",
        )
    return CaptureError(
        f"The microphone {microphone.name} cannot be opened ({sound_library.reason(error)})",
        "Plug it in again or choose another, and allow the microphone in the system's privacy settings.",
    )
