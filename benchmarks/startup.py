"""How long the window takes from starting the process until its notes can be used: median of five starts, by the clock
and in processor time of all its threads.

Run: python benchmarks/startup.py [--models FOLDER]. Each start is a process of its own with the record of the one
before; the first (it makes the record, and Python compiles the modules) is not counted. Needs a display; under Linux
without one, Xvfb is started.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from virtual_display import virtual_display

STARTS = 5
# A separate program, because `exec` to painted is what a user waits for. The window answers on a pipe.
PROGRAM = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.ui import run_window

def look():
    windows = [each for each in QApplication.topLevelWidgets() if type(each).__name__ == 'MainWindow']
    if windows and windows[0].isVisible() and windows[0].session.notes.is_loaded:
        QTimer.singleShot(0, lambda: print(time.time(), *os.times()[:2], flush=True) or windows[0].close())
    else:
        QTimer.singleShot(5, look)

QApplication(sys.argv)
QTimer.singleShot(0, look)
sys.exit(run_window(sys.argv))
"""


def measure_start(home: Path) -> tuple[float, float]:
    """Seconds from exec to a painted window with its list of notes, and those that processors worked meanwhile."""
    compiled = {"PYTHONPYCACHEPREFIX": str(home / "compiled")}  # as an installed program has them
    environment = {**os.environ, **compiled, "OTOSCRIBE_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    ended, user_s, system_s = map(float, result.stdout.split()[:3])
    return ended - began, user_s + system_s


def fill_record(home: Path, notes: int) -> None:
    """A record with notes in it and settings, so that it is no first run."""
    code = (
        "from app.records import RecordStore; from app import settings; settings.save(settings.Settings());"
        "store = RecordStore.open();"
        "text = 'No chest pain. ' * 40;"
        f"[store.create_note(f'Note {{n}}', 'Jane Roe', author='A', text=text) for n in range({notes})];"
        "store.close()"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "OTOSCRIBE_HOME": str(home)}, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, help="a folder of installed models to load behind the window")
    parser.add_argument("--notes", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, virtual_display():
        home = Path(folder)
        if arguments.models is not None:
            (home / "data").mkdir()
            (home / "data" / "models").symlink_to(arguments.models.resolve())
        fill_record(home, arguments.notes)
        first = measure_start(home)
        later = [measure_start(home) for _ in range(STARTS)]
    print(
        json.dumps(
            {
                "first_s": round(first[0], 2),
                "starts_s": [round(seconds, 2) for seconds, _ in later],
                "median_s": round(statistics.median(seconds for seconds, _ in later), 2),
                "processor_median_s": round(statistics.median(worked_s for _, worked_s in later), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
