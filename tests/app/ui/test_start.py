"""A start: what is not needed for the first view comes behind it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import REPOSITORY
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow

# Says what it holds when the list of notes is on show, and when it has done what it does behind that.
START = """
import gc, json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.ui import run_window

application = QApplication(sys.argv)
said, window = {}, []

def hold(name):
    said[name] = {"collects": gc.isenabled(), "loaded": sorted(sys.modules)}

def look():
    windows = [each for each in application.topLevelWidgets() if type(each).__name__ == "MainWindow"]
    window.append(windows[0])
    windows[0].ready.connect(lambda: hold("shown"))
    windows[0].session.painted.connect(wait)

def wait():
    if "rapidfuzz.distance" not in sys.modules or "app.desk.live" not in sys.modules:
        QTimer.singleShot(20, wait)
        return
    hold("behind")
    print(json.dumps(said), flush=True)
    window[0].close()

QTimer.singleShot(0, look)
sys.exit(run_window(["otoscribe"]))
"""


def test_notes_are_on_show_before_the_rest_is_loaded(home: Path, qtbot: QtBot) -> None:
    started = subprocess.run([sys.executable, "-c", START], cwd=REPOSITORY, capture_output=True, text=True, timeout=240)
    assert started.returncode == 0, started.stderr
    said = json.loads(started.stdout)
    heavy = {"numpy", "sounddevice", "onnxruntime", "tokenizers", "xcffib", "rapidfuzz"}
    assert not heavy & set(said["shown"]["loaded"])
    assert "sqlalchemy" in said["shown"]["loaded"]
    assert {"numpy", "rapidfuzz"} <= set(said["behind"]["loaded"])
    assert said["behind"]["collects"]
