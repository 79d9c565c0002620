"""A recording to the loudspeaker, at the speed that suits the ear, once or again and again."""

from __future__ import annotations

import logging
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CaptureError
from app.capture.listeners import tell
from app.capture.loudspeaker import Loudspeaker
from app.capture.tempo import Tempo
from speech.errors import OtoscribeError

_log = logging.getLogger(__name__)

_BLOCK_S = 0.05  # of what is heard
_BREATH_S = 0.3  # between two rounds of a stretch that is repeated
_HALT_LIMIT_S = 3.0  # for a sound system that hangs; its thread then ends when it can


class Player:
    """Plays a WAV file (PCM16) of any length from any position, reading no more of it than is played.

    `on_position` gets seconds about 20 times a second, `on_end` is called when the end was reached, `on_problem` when
    the loudspeaker failed midway; all from a thread of the player's own, from which play, pause and stop must not be
    called. Going on after pause() is play(player.position_s).
    """

    def __init__(
        self,
        path: Path,
        on_position: Callable[[float], None],
        on_end: Callable[[], None],
        on_problem: Callable[[OtoscribeError], None] | None = None,
    ) -> None:
        self._path = path
        self._on_position = on_position
        self._on_end = on_end
        self._on_problem = on_problem
        self._position_s = 0.0
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def position_s(self) -> float:
        """Where in the recording the sound is that is heard now."""
        return self._position_s

    def play(
        self,
        from_s: float = 0.0,
        until_s: float | None = None,
        *,
        speed: float = 1.0,
        again_from_s: float | None = None,
    ) -> None:
        """Play from this second up to `until_s` (both cut to the file's length, None: its end), pause() or stop().

        `speed` changes the tempo and not the pitch. With `again_from_s` it then goes on from there, again and again.
        Raises CaptureError when the file cannot be read or there is no loudspeaker.
        """
        self.pause()
        recording = _open_recording(self._path)
        try:
            loudspeaker = Loudspeaker(recording.getframerate(), recording.getnchannels())
        except CaptureError:
            recording.close()
            raise
        rate_hz, length = recording.getframerate(), recording.getnframes()

        def frame_at(second: float) -> int:
            return min(max(0, round(second * rate_hz)), length)

        last = length if until_s is None else frame_at(until_s)
        stretch = _Stretch(recording, min(frame_at(from_s), last), last, speed)
        again = None if again_from_s is None else stretch._replace(first=min(frame_at(again_from_s), last))
        self._position_s = stretch.start_s
        self._halt = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(stretch, again, loudspeaker, self._halt), name="player", daemon=True
        )
        self._thread.start()

    def pause(self) -> None:
        """Fall silent at once; the position stays."""
        self._halt.set()
        if self._thread is not None:
            self._thread.join(_HALT_LIMIT_S)
            self._thread = None

    def stop(self) -> None:
        """Fall silent at once and go back to the beginning."""
        self.pause()
        self._position_s = 0.0

    def _run(self, stretch: _Stretch, again: _Stretch | None, loudspeaker: Loudspeaker, halt: threading.Event) -> None:
        try:
            self._play(stretch, loudspeaker, halt)
            while again is not None and again.first < again.last and not halt.is_set():
                loudspeaker.write(again.silence(_BREATH_S))
                self._position_s = again.start_s
                self._play(again, loudspeaker, halt)
            if not halt.is_set():
                loudspeaker.play_out()
                self._move_to(stretch.last / stretch.rate_hz)
        except CaptureError as problem:
            _log.warning("playback: %s", problem.what)
            if self._on_problem is not None:
                tell(self._on_problem, problem)
            return
        finally:
            loudspeaker.close()
            stretch.recording.close()
        if not halt.is_set():
            tell(self._on_end)

    def _play(self, stretch: _Stretch, loudspeaker: Loudspeaker, halt: threading.Event) -> None:
        """Play once until the end of the stretch or a halt."""
        written = 0
        for block in stretch.blocks():
            if halt.is_set():
                return
            loudspeaker.write(block)
            written += len(block)
            heard_s = stretch.speed * (written / stretch.rate_hz - loudspeaker.latency_s)
            self._move_to(max(self._position_s, stretch.start_s + heard_s))

    def _move_to(self, position_s: float) -> None:
        self._position_s = position_s
        tell(self._on_position, position_s)


class _Stretch(NamedTuple):
    """The frames from `first` up to `last` of a recording, to be heard at a speed."""

    recording: wave.Wave_read
    first: int
    last: int
    speed: float

    @property
    def rate_hz(self) -> int:
        return self.recording.getframerate()

    @property
    def start_s(self) -> float:
        return self.first / self.rate_hz

    def silence(self, seconds: float) -> NDArray[np.int16]:
        return np.zeros((round(seconds * self.rate_hz), self.recording.getnchannels()), np.int16)

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """What is to be heard, in int16 of shape (frames, channels)."""
        tempo = Tempo(self.rate_hz, self.recording.getnchannels(), self.speed)
        self.recording.setpos(self.first)
        at_once = max(1, round(_BLOCK_S * self.rate_hz * self.speed))
        while data := self.recording.readframes(min(at_once, self.last - self.recording.tell())):
            read = np.frombuffer(data, dtype="<i2").astype(np.int16).reshape(-1, self.recording.getnchannels())
            yield tempo.change(read)
        yield tempo.finish()


def _open_recording(path: Path) -> wave.Wave_read:
    try:
        recording = wave.Wave_read(str(path))
    except OSError as error:
        raise CaptureError(
            f"The recording {path} cannot be read ({error.strerror})", "Check that the file is still there."
        ) from error
    except (wave.Error, EOFError) as error:
        raise CaptureError(f"The recording {path} is no WAV file", "Choose a recording made here.") from error
    if recording.getsampwidth() != 2:
        recording.close()
        raise CaptureError(f"The recording {path} is not in 16-bit samples", "Choose a recording made here.")
    return recording
