"""A second start on the same notes: the first window comes forward, or the user learns who has them open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from command_line import REPOSITORY
from filelock import FileLock
from pytestqt.qtbot import QtBot

from app.paths import window_folder
from app.ui.sole_window import SoleWindow

START = "import sys; from app.ui import run_window; sys.exit(run_window(['otoscribe']))"
ASK = """
from PySide6.QtCore import QCoreApplication
from app.ui.sole_window import SoleWindow
from speech.errors import OtoscribeError
application = QCoreApplication([])
try:
    print(SoleWindow().take())
except OtoscribeError as problem:
    print(problem)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=240)


def test_a_second_start_brings_the_first_window_forward(home: Path, qtbot: QtBot) -> None:
    first = SoleWindow()
    assert first.take()
    with qtbot.waitSignal(first.wanted, timeout=120_000):
        second = subprocess.Popen([sys.executable, "-c", START], cwd=REPOSITORY)
    assert second.wait(timeout=240) == 0
    first.let_go()
    assert run(ASK).stdout == "True\n"


def test_notes_that_somebody_else_has_open_are_not_opened(home: Path) -> None:
    (window_folder() / "holder").write_text("frida, reception-2")
    with FileLock(window_folder() / "window.lock"):
        said = run(ASK).stdout
    assert "open already: frida, reception-2. Close that window first" in said
    assert run(ASK).stdout == "True\n"
