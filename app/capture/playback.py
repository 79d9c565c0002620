"""A recording to the loudspeaker."""

import logging
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CaptureError
from app.capture.listeners import tell
from app.capture.loudspeaker import Loudspeaker
from speech.errors import OtoscribeError

_log = logging.getLogger(__name__)

_BLOCK_S = 0.05
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

    def play(self, from_s: float = 0.0) -> None:
        """Play from this second (cut to the file's length) until the end, pause() or stop().

        Raises CaptureError when the file cannot be read or there is no loudspeaker.
        """
        self.pause()
        recording = _open_recording(self._path)
        try:
            loudspeaker = Loudspeaker(recording.getframerate(), recording.getnchannels())
        except CaptureError:
            recording.close()
            raise
        start = min(max(0, round(from_s * recording.getframerate())), recording.getnframes())
        recording.setpos(start)
        self._position_s = start / recording.getframerate()
        self._halt = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(recording, loudspeaker, self._halt), name="player", daemon=True
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

    def _run(self, recording: wave.Wave_read, loudspeaker: Loudspeaker, halt: threading.Event) -> None:
        try:
            self._play_blocks(recording, loudspeaker, halt)
        except CaptureError as problem:
            _log.warning("playback: %s", problem.what)
            if self._on_problem is not None:
                tell(self._on_problem, problem)
            return
        finally:
            loudspeaker.close()
            recording.close()
        if not halt.is_set():
            tell(self._on_end)

    def _play_blocks(self, recording: wave.Wave_read, loudspeaker: Loudspeaker, halt: threading.Event) -> None:
        """Play until the end or a halt."""
        rate_hz = recording.getframerate()
        for block in _blocks(recording):
            if halt.is_set():
                return
            loudspeaker.write(block)
            self._move_to(max(self._position_s, recording.tell() / rate_hz - loudspeaker.latency_s))
        loudspeaker.play_out()
        self._move_to(recording.tell() / rate_hz)

    def _move_to(self, position_s: float) -> None:
        self._position_s = position_s
        tell(self._on_position, position_s)


def _blocks(recording: wave.Wave_read) -> Iterator[NDArray[np.int16]]:
    """The rest of the file, in int16 of shape (frames, channels)."""
    frames = max(1, round(_BLOCK_S * recording.getframerate()))
    while data := recording.readframes(frames):
        yield np.frombuffer(data, dtype="<i2").astype(np.int16).reshape(-1, recording.getnchannels())


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
