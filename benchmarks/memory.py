"""How much memory the running window takes with its model loaded, before and after writing down a dictation.

Run: python benchmarks/memory.py --models FOLDER [--audio FILE]. Prints the resident set in MiB and its highest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from startup import fill_record
from virtual_display import virtual_display

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "dictation.flac"
PROGRAM = """
import json, os, resource, sys
from pathlib import Path
import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.capture import RecoveredRecording, SpoolWriter
from app.paths import spool_folder
from app.ui import run_window
from app.ui.models.recognition import ModelState
from app.ui.window import MainWindow
from speech.audio import load_audio

figures = {}

def resident_mib():
    import psutil
    return round(psutil.Process().memory_info().rss / 2**20)

def when(condition, then):
    if condition():
        then()
    else:
        QTimer.singleShot(50, lambda: when(condition, then))

def begin():
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    session = window.session
    when(lambda: session.recognition.state == ModelState.READY and session.recovery.offer, lambda: dictate(window))

def dictate(window):
    session = window.session
    figures["model_loaded_mib"] = resident_mib()
    session.put_into_new_note(session.recovery.offer[0])
    when(lambda: session.notebook.current and session.notebook.current.document.toPlainText()
         and not session.recognition.is_busy, lambda: finish(window))

def finish(window):
    figures["after_transcript_mib"] = resident_mib()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures["highest_mib"] = round(peak / (2**20 if sys.platform == "darwin" else 2**10))
    print(json.dumps(figures), flush=True)
    window.close()

QApplication(sys.argv)
QTimer.singleShot(0, lambda: when(
    lambda: any(isinstance(each, MainWindow) and each.isVisible() for each in QApplication.topLevelWidgets()), begin))
sys.exit(run_window(sys.argv))
"""
LEAVE_BEHIND = """
import sys
from pathlib import Path
import numpy as np
from app.capture import SpoolWriter
from app.paths import spool_folder
from speech.audio import load_audio
spool = SpoolWriter(spool_folder(), 16_000)
spool.append(np.round(np.clip(load_audio(Path(sys.argv[1])).samples, -1, 1) * 32767).astype(np.int16))
spool.close()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="the folder of installed models")
    parser.add_argument("--audio", type=Path, default=SAMPLE)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, virtual_display():
        home = Path(folder)
        environment = {**os.environ, "OTOSCRIBE_HOME": folder}
        (home / "data").mkdir()
        (home / "data" / "models").symlink_to(arguments.models.resolve())
        fill_record(home, 50)
        subprocess.run([sys.executable, "-c", LEAVE_BEHIND, str(arguments.audio)], env=environment, check=True)
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=600
        )
    print(json.dumps(json.loads(result.stdout.splitlines()[-1])))


if __name__ == "__main__":
    main()
