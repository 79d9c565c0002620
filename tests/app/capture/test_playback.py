"""The player against a real sound server, whose loudspeaker is heard by its microphone."""

import threading
import time
import tracemalloc
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from sound_server import SoundServer
from sounds import RATE_HZ, noise, place_of, read_wav, write_wav

from app.capture import CaptureError, Player, Recorder
from speech.errors import OtoscribeError

pytestmark = pytest.mark.quiet


@dataclass
class Listener:
    """What a player told."""

    positions_s: list[float] = field(default_factory=list)
    problems: list[OtoscribeError] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    failed: threading.Event = field(default_factory=threading.Event)

    def on_problem(self, problem: OtoscribeError) -> None:
        self.problems.append(problem)
        self.failed.set()

    def player_of(self, path: Path) -> Player:
        return Player(path, self.positions_s.append, self.ended.set, self.on_problem)

    def wait_for_position(self, position_s: float) -> None:
        deadline = time.monotonic() + 60
        while not self.positions_s or self.positions_s[-1] < position_s:
            assert time.monotonic() < deadline, "the player stands still"
            time.sleep(0.01)


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_a_recording_is_heard_from_the_asked_second_to_its_end(
    sound_server: SoundServer, make_recorder: Callable[..., Recorder], listener: Listener, tmp_path: Path
) -> None:
    said = noise(3)
    player = listener.player_of(write_wav(tmp_path / "said.wav", said))
    recorder = make_recorder()
    recorder.start()
    began = time.monotonic()
    player.play(1.0)
    assert listener.ended.wait(60)
    assert 1.5 < time.monotonic() - began < 8  # a busy machine is late, never early
    recorded = read_wav(recorder.stop().path)
    player.stop()

    start, alike = place_of(said[RATE_HZ:], recorded)
    assert alike > 0.9
    assert place_of(said[:RATE_HZ], recorded)[1] < 0.3, "what lies before was not asked for"
    assert recorded.size - start >= 2 * RATE_HZ - 200
    assert listener.positions_s == sorted(listener.positions_s)
    assert listener.positions_s[0] == pytest.approx(1, abs=0.15)
    assert listener.positions_s[-1] == 3.0
    assert 30 <= len(listener.positions_s) <= 50


def test_pause_keeps_the_position_and_stop_goes_back(
    sound_server: SoundServer, listener: Listener, tmp_path: Path
) -> None:
    player = listener.player_of(write_wav(tmp_path / "said.wav", noise(5)))
    player.play()
    listener.wait_for_position(0.5)
    began = time.monotonic()
    player.pause()
    assert time.monotonic() - began < 3
    paused_at_s = player.position_s
    assert 0.5 <= paused_at_s < 1
    player.play(player.position_s)
    listener.wait_for_position(paused_at_s + 0.3)
    player.stop()
    assert player.position_s == 0.0
    assert not listener.ended.is_set()


def test_a_position_beyond_the_end_ends_at_once(sound_server: SoundServer, listener: Listener, tmp_path: Path) -> None:
    player = listener.player_of(write_wav(tmp_path / "said.wav", noise(1)))
    player.play(7200.0)
    assert listener.ended.wait(60)
    player.stop()


def test_a_three_hour_recording_is_not_read_into_memory(
    sound_server: SoundServer, listener: Listener, tmp_path: Path
) -> None:
    path = tmp_path / "long.wav"
    seconds = 3 * 3600
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        for _ in range(seconds // 60):
            recording.writeframes(bytes(2 * RATE_HZ * 60))
    player = listener.player_of(path)
    tracemalloc.start()
    player.play(seconds - 1.0)
    assert listener.ended.wait(60)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    player.stop()
    assert most < 2_000_000
    assert listener.positions_s[-1] == seconds


def test_a_missing_loudspeaker_is_told(sound_server: SoundServer, listener: Listener, tmp_path: Path) -> None:
    player = listener.player_of(write_wav(tmp_path / "said.wav", noise(1)))
    sound_server.unplug()
    with pytest.raises(CaptureError, match=r"No loudspeaker can be opened .*Plug in"):
        player.play()
    sound_server.plug_in()
    player.play(0.8)
    assert listener.ended.wait(60)
    player.stop()


@pytest.mark.parametrize("mishap", ["unplug", "stop"])
def test_a_loudspeaker_that_is_lost_midway_is_told(
    sound_server: SoundServer, listener: Listener, tmp_path: Path, mishap: str
) -> None:
    player = listener.player_of(write_wav(tmp_path / "said.wav", noise(10)))
    player.play()
    listener.wait_for_position(0.3)
    getattr(sound_server, mishap)()
    assert listener.failed.wait(60)
    assert "loudspeaker is gone" in str(listener.problems[0])
    assert not listener.ended.is_set()
    player.stop()


@pytest.mark.slow
def test_a_system_that_hangs_does_not_hang_the_player(
    sound_server: SoundServer, listener: Listener, tmp_path: Path
) -> None:
    player = listener.player_of(write_wav(tmp_path / "said.wav", noise(10)))
    player.play()
    listener.wait_for_position(0.3)
    sound_server.freeze()
    began = time.monotonic()
    player.stop()
    assert time.monotonic() - began < 6
    assert not listener.ended.is_set()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"", "no WAV file"),
        (b"not audio at all, but long enough to hold a header of 44 bytes", "no WAV file"),
    ],
)
def test_a_file_that_cannot_be_played_is_told(
    sound_server: SoundServer, listener: Listener, tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "strange.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaptureError, match=told):
        listener.player_of(path).play()


def test_eight_bit_samples_are_told(sound_server: SoundServer, listener: Listener, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "old.wav"), "wb") as recording:
        recording.setparams((1, 1, 8000, 0, "NONE", ""))
        recording.writeframes(np.full(8000, 128, dtype=np.uint8).tobytes())
    with pytest.raises(CaptureError, match="16-bit"):
        listener.player_of(tmp_path / "old.wav").play()


def tone(seconds: float) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def loud_part(recorded: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(recorded) > 0.05)
    return recorded[loud[0] : loud[-1] + 1]


def pitch_hz(samples: np.ndarray) -> float:
    """Of a tone, to a tenth of a hertz."""
    size = 1 << 18
    return float(np.abs(np.fft.rfft(samples * np.hanning(samples.size), size)).argmax() * RATE_HZ / size)


@pytest.mark.parametrize("speed", [0.5, 1.5])
def test_another_speed_changes_the_time_and_not_the_pitch(
    sound_server: SoundServer,
    make_recorder: Callable[..., Recorder],
    listener: Listener,
    tmp_path: Path,
    speed: float,
) -> None:
    player = listener.player_of(write_wav(tmp_path / "tone.wav", tone(3)))
    recorder = make_recorder()
    recorder.start()
    player.play(0.5, 2.0, speed=speed)
    assert listener.ended.wait(60)
    heard = loud_part(read_wav(recorder.stop().path))
    player.stop()

    assert heard.size / RATE_HZ == pytest.approx(1.5 / speed, abs=0.12)  # FFmpeg leaves out the last few milliseconds
    assert pitch_hz(heard) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1), "as loud as it was recorded"
    assert listener.positions_s == sorted(listener.positions_s)
    assert listener.positions_s[-1] == 2.0


def test_a_stretch_is_repeated_until_it_is_stopped(
    sound_server: SoundServer, make_recorder: Callable[..., Recorder], listener: Listener, tmp_path: Path
) -> None:
    said = noise(3)
    player = listener.player_of(write_wav(tmp_path / "said.wav", said))
    recorder = make_recorder()
    recorder.start()
    player.play(1.2, 1.5, again_from_s=1.0)
    for _ in range(3):
        listener.wait_for_position(1.3)
        listener.positions_s.clear()
        while not listener.positions_s or listener.positions_s[-1] > 1.2:
            time.sleep(0.01)
    player.stop()
    recorded = read_wav(recorder.stop().path)
    assert not listener.ended.is_set()
    piece = said[RATE_HZ : RATE_HZ + RATE_HZ // 2]
    first, alike = place_of(piece, recorded)
    assert alike > 0.9
    rest = recorded.copy()
    rest[first : first + piece.size] = 0.0
    assert place_of(piece, rest)[1] > 0.9, "heard twice at least"
    assert place_of(said[2 * RATE_HZ :], recorded)[1] < 0.3, "what lies behind is not heard"
