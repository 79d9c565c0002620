"""Somebody at the desk: works in the real window with the keys that the guide names, and speaks into the virtual
microphone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sound_server import SoundServer

from app.ui.editor import NoteEditor
from app.ui.models.note import OpenNote
from app.ui.models.recognition import ModelState
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow

SPEECH = Path(__file__).resolve().parent / "journeys" / "speech"


@dataclass(frozen=True)
class Clinician:
    window: MainWindow
    server: SoundServer
    qtbot: QtBot

    @property
    def editor(self) -> NoteEditor:
        return self.window.note_page.editor

    @property
    def text(self) -> str:
        """What stands in the note."""
        return self.editor.toPlainText()

    @property
    def selected(self) -> str:
        return self.editor.textCursor().selectedText()

    @property
    def note(self) -> OpenNote:
        note = self.window.session.notebook.current
        assert note is not None
        return note

    def press(self, keys: str, widget: QWidget | None = None) -> None:
        """Presses keys as the guide writes them ("Ctrl+N"), where the focus is."""
        self.look_at_window()
        QTest.keySequence(widget or QApplication.focusWidget() or self.window, QKeySequence(keys))
        QTest.keyRelease(self.window, Qt.Key.Key_Control)  # else Qt takes Ctrl and Shift for held from then on

    def type(self, text: str) -> None:
        """Types where the focus is."""
        self.look_at_window()
        focus = QApplication.focusWidget()
        assert focus is not None
        self.qtbot.keyClicks(focus, text)

    def look_at_window(self) -> None:
        """A screen without a window manager gives the focus to nobody when a dialog closes."""
        if QApplication.activeWindow() is None:
            with self.qtbot.waitActive(self.window, timeout=20_000):
                self.window.activateWindow()

    def start_note(self, title: str, patient: str) -> None:
        """A new note with title and patient, and the cursor in its text."""
        before = self.window.session.notebook.current
        self.press("Ctrl+N")
        self.qtbot.waitUntil(lambda: self.window.session.notebook.current not in (None, before), timeout=20_000)
        self.qtbot.waitUntil(self.window.note_page.title.hasFocus, timeout=5_000)
        self.type(title)
        self.press("Tab")
        self.type(patient)
        self.press("Tab")
        assert self.editor.hasFocus()

    def record(self) -> None:
        """Presses Record once the model is ready, so that what is said is written while it is said."""
        session = self.window.session
        self.qtbot.waitUntil(lambda: session.recognition.state == ModelState.READY, timeout=120_000)
        self.qtbot.waitUntil(lambda: bool(session.recording.microphones), timeout=20_000)
        self.press("F9")
        self.qtbot.waitUntil(lambda: session.recording.state == RecordingState.RECORDING, timeout=20_000)

    def say(self, name: str) -> None:
        """Says what is recorded under a name; it may not be written yet when this returns."""
        player = threading.Thread(target=self.server.play, args=(self.speech(name),))
        player.start()
        self.qtbot.waitUntil(lambda: not player.is_alive(), timeout=60_000)
        player.join()

    def speech(self, name: str) -> Path:
        """What is said under a name, as a file."""
        return SPEECH / f"{name}.ogg"

    def stop(self) -> None:
        """Presses Stop and waits until all is written down."""
        session = self.window.session
        self.press("F8")
        self.qtbot.waitUntil(lambda: session.recording.state == RecordingState.IDLE, timeout=20_000)
        self.qtbot.waitUntil(lambda: not session.reason_to_stay, timeout=120_000)

    def wait_for(self, text: str) -> None:
        """Waits until a text stands in the note."""
        self.qtbot.waitUntil(lambda: text.lower() in self.text.lower(), timeout=60_000)
