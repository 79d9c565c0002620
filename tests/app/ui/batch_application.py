"""The application with its window, in a process of its own: writes down the files that it is given until it is killed,
a window of sound at a time."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import speech.recognizer
from app.ui import run_window
from app.ui.window import MainWindow


def add_when_ready() -> None:
    windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
    if not windows or not windows[0].session.notes.is_loaded:
        QTimer.singleShot(50, add_when_ready)
        return
    windows[0].session.batch.add([Path(each) for each in sys.argv[1:]])


speech.recognizer.MOST_ROWS = 1
application = QApplication(sys.argv[:1])
QTimer.singleShot(0, add_when_ready)
sys.exit(run_window(sys.argv[:1]))
