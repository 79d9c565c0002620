"""otoscribe live as a program of its own, at a virtual microphone that behaves badly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import REPOSITORY, install_base
from sound_server import SoundServer

from app.paths import spool_folder

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")]


@pytest.fixture
def program(sound_server: SoundServer) -> Iterator[subprocess.Popen[str]]:
    """The program, listening."""
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    command = [sys.executable, "-m", "app", "live", "--json"]
    started = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    assert "Listening" in started.stderr.readline()
    yield started
    started.kill()
    started.wait()


def finals(out: str) -> str:
    events = [json.loads(line) for line in out.splitlines()]
    assert all(event["latency_s"] > -0.1 for event in events)
    return " ".join(event["text"] for event in events if event["type"] == "final")


def test_sound_that_hangs_for_a_moment_and_ctrl_c_in_the_last_word(
    program: subprocess.Popen[str], sound_server: SoundServer, short_sample: Path
) -> None:
    with sound_server.playing(short_sample):
        time.sleep(3)
        sound_server.freeze()
        time.sleep(0.8)
        sound_server.thaw()
        time.sleep(5)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=240)
    assert program.returncode == 0 and "Traceback" not in err
    assert "dry cough" in finals(out) and "times a day" in finals(out)
    assert not spool_folder().exists() or not list(spool_folder().iterdir())


def test_an_unplugged_microphone_ends_it_after_what_was_said(
    program: subprocess.Popen[str], sound_server: SoundServer, short_sample: Path
) -> None:
    with sound_server.playing(short_sample):
        time.sleep(3.5)
        sound_server.unplug()
        out, err = program.communicate(timeout=240)
    assert program.returncode == 1
    assert "dry cough" in finals(out)
    assert "is gone" in err.splitlines()[-1] and "Traceback" not in err


def test_ctrl_c_while_a_file_is_played_ends_it_after_what_was_heard(short_sample: Path) -> None:
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    command = [sys.executable, "-m", "app", "live", "--json", "--input", str(short_sample)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        heard = next(line for line in run.stdout if "cough" in line)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=240)
    assert run.returncode == 0 and "Traceback" not in err
    assert "dry cough" in finals(heard + out) and "times a day" not in finals(heard + out)
