"""The application with its window, in a process of its own: begins to record, and says so, then what stands in the note
while it is said and the messages above it, until it is killed.

With a note's number and a place in its text it records into that note there.
"""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.ui import run_window
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow


def record_when_ready() -> None:
    (window,) = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)] or [None]
    if window is None or not window.session.notes.is_loaded or not window.session.recording.microphones:
        QTimer.singleShot(100, record_when_ready)
        return

    def tell() -> None:
        if window.session.recording.state == RecordingState.RECORDING:
            window.session.recording.changed.disconnect(tell)
            document = window.note_page.editor.document()
            document.contentsChanged.connect(lambda: print(" ".join(document.toPlainText().split()), flush=True))
            print("recording", flush=True)

    def tell_messages() -> None:
        for message in window.session.messages.standing:
            print(f"message: {message.text}", flush=True)
        if not window.session.messages.standing:
            print("no message", flush=True)

    window.session.recording.changed.connect(tell)
    window.session.messages.changed.connect(tell_messages)
    if len(sys.argv) == 1:
        window.actions_.toggle_recording.trigger()
        return
    note_id, place = int(sys.argv[1]), int(sys.argv[2])
    window.session.notebook.open(note_id, lambda _note: window.session.toggle_recording(place, place))


application = QApplication(sys.argv)
QTimer.singleShot(0, record_when_ready)
sys.exit(run_window(sys.argv))
