"""The sounds at the beginning and the end of a recording: heard in the room, and in no recording."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener

from app.capture import Recorder
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow

T = TypeVar("T")


def read(path: Path) -> tuple[NDArray[np.float64], int]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float), file.getframerate()


def times_of_tone(samples: NDArray[np.float64], rate_hz: int, frequency_hz: float) -> list[float]:
    """When in the recording a tone is heard, in seconds: the middle of each stretch of 20 ms that has it."""
    length = rate_hz // 50
    wave_of_tone = np.exp(-2j * np.pi * frequency_hz * np.arange(length) / rate_hz)
    blocks = samples[: len(samples) // length * length].reshape(-1, length)
    strength = np.abs(blocks @ wave_of_tone) * 2 / length
    return [(at + 0.5) / 50 for at in np.flatnonzero(strength > 1000)]


def in_sound_lane(window: MainWindow, qtbot: QtBot, work: Callable[[], T]) -> T:
    """Does something after all that the window wants from the sound devices."""
    answers: list[T] = []
    window.session.desk.sound.submit(lambda job: work(), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def test_the_room_hears_both_cues_and_the_recording_hears_none(
    home: Path, tmp_path: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    recording = window.session.recording
    window.session.desk.change_settings(pytest.fail, cues=True)
    room = Recorder(tmp_path, on_level=lambda level: None, on_problem=lambda problem: None)
    in_sound_lane(window, qtbot, room.start)  # where the list of microphones is read, too
    window.actions_.toggle_recording.trigger()
    qtbot.waitUntil(lambda: recording.state == RecordingState.RECORDING, timeout=20_000)
    qtbot.waitUntil(lambda: recording.elapsed_s > 0.5, timeout=20_000)
    window.actions_.stop_recording.trigger()
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: len(note.recordings) == 1, timeout=20_000)
    heard, rate_hz = read(in_sound_lane(window, qtbot, room.stop).path)
    low, high = times_of_tone(heard, rate_hz, 660), times_of_tone(heard, rate_hz, 880)
    assert min(low) < min(high) and max(high) < max(low)
    assert max(low) - min(low) > 0.5
    recorded, _ = read(note.recordings[0].path)
    assert len(recorded) > 0 and np.abs(recorded).max() < 3
