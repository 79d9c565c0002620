"""A computer that sleeps in the middle of a dictation: what was said before is kept, and it goes on afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener

from speech.audio import load_audio

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="stops a process as POSIX does"),
]

APPLICATION = Path(__file__).with_name("recording_application.py")
ASLEEP_S = 20


class Sleeper:
    """The application, which records, in a process of its own that can be put to sleep."""

    def __init__(self, display: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(APPLICATION)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DISPLAY": display},
        )
        self._lines: SimpleQueue[str] = SimpleQueue()
        self.told: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def wait_for(self, words: str, limit_s: float = 120) -> str:
        """The first line with these words."""
        end = time.monotonic() + limit_s
        while (left_s := end - time.monotonic()) > 0:
            try:
                self.told.append(self._lines.get(timeout=left_s))
            except Empty:
                break
            if words in self.told[-1].lower():
                return self.told[-1]
        raise AssertionError(f"{words!r} was never told, but {self.told}")

    def sleep(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def sleeper(model_home: Path, sound_server: SoundServer, display: str) -> Iterator[Sleeper]:
    application = Sleeper(display)
    application.wait_for("recording")
    yield application
    application.kill()


def test_a_dictation_goes_on_when_the_computer_wakes_up(
    sleeper: Sleeper, sound_server: SoundServer, short_sample: Path
) -> None:
    sound_server.play(short_sample)
    sleeper.wait_for("cough")
    sleeper.sleep()
    time.sleep(ASLEEP_S)
    sleeper.wake()
    sound_server.play(short_sample)
    while sleeper.wait_for("cough").lower().count("cough") < 2:
        continue
    told = [line for line in sleeper.told if "message" in line]
    assert all("behind" in line or line == "no message" for line in told)  # a slow machine is, once it wakes up
    if told and told[-1] != "no message":
        sleeper.wait_for("no message")  # it has caught up, and goes on


def test_a_microphone_that_was_gone_when_it_woke_up_is_told_and_what_was_said_is_kept(
    sleeper: Sleeper, sound_server: SoundServer, short_sample: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    sound_server.play(short_sample)
    sleeper.wait_for("cough")
    sleeper.sleep()
    sound_server.unplug()
    time.sleep(ASLEEP_S)
    sound_server.plug_in()
    sleeper.wake()
    message = sleeper.wait_for("message")
    assert "is gone" in message and "go on recording, or stop" in message
    sleeper.kill()
    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    (recovered,) = window.session.recovery.offer
    assert recovered.duration_s > load_audio(short_sample).duration_s
