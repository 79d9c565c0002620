"""From the voice to the signed document, and from the crash back to the note, through the real application."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import docx
import medwer
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.records import NoteStatus, RecordStore
from app.ui.dialogs import SignDialog
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow
from speech.resources import shipped

pytestmark = [pytest.mark.journey, pytest.mark.slow]

DICTATION = shipped("samples/dictation.flac")
REFERENCE = shipped("samples/dictation.txt").read_text(encoding="utf-8")
MOST_WER = 0.15
Dialog = TypeVar("Dialog")
APPLICATION = Path(__file__).resolve().parent / "recording_application.py"


def play_into(server: SoundServer, audio: Path, qtbot: QtBot) -> None:
    player = threading.Thread(target=server.play, args=(audio,))
    player.start()
    qtbot.waitUntil(lambda: not player.is_alive(), timeout=120_000)


def wait_recognised(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.reason_to_stay, timeout=200_000)


def word_error_rate(hypothesis: str) -> float:
    normalise = medwer.Normalizer()
    _, _, rate = medwer.wer(normalise(REFERENCE), normalise(hypothesis))
    return float(rate)


def when_dialog(kind: type[Dialog], do: Callable[[Dialog], None]) -> None:
    """Does something with the next dialog of a kind, once it is on the screen."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            do(dialog)
        else:
            QTimer.singleShot(50, look)

    QTimer.singleShot(50, look)


def test_dictate_correct_find_sign_and_export(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_desk()
    qtbot.waitUntil(lambda: bool(window.session.recording.microphones), timeout=20_000)
    qtbot.mouseClick(window.recording_bar.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.RECORDING, timeout=20_000)
    partials: list[str] = []
    editor = window.note_page.editor
    partial = editor.document().partial
    partial.changed.connect(lambda _line: partials.append(partial.text))
    play_into(sound_server, DICTATION, qtbot)
    qtbot.waitUntil(lambda: "metformin" in editor.toPlainText().lower(), timeout=60_000)  # before Stop
    assert sum(bool(text) for text in partials) > 3
    qtbot.mouseClick(window.recording_bar.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)
    wait_recognised(window, qtbot)
    assert partial.text == ""
    assert word_error_rate(editor.toPlainText()) < MOST_WER, editor.toPlainText()

    qtbot.keyClicks(window.note_page.title, "Diabetes follow-up")
    qtbot.keyClicks(window.note_page.patient, "Jane Roe")
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    qtbot.keyClicks(editor, " Discussed with the practice pharmacist.")
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: not note.is_dirty and not note.is_saving, timeout=10_000)

    window.session.new_note()
    qtbot.waitUntil(lambda: window.session.notebook.current not in (None, note), timeout=10_000)
    qtbot.keyClicks(window.sidebar.search, "pharmacist")
    qtbot.waitUntil(lambda: [found.title for found in window.session.notes.notes] == ["Diabetes follow-up"])
    qtbot.keyClick(window.sidebar.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.note_page.title.text() == "Diabetes follow-up")

    when_dialog(SignDialog, lambda dialog: dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click())
    qtbot.mouseClick(window.note_page.sign, Qt.MouseButton.LeftButton)
    signed = window.session.notebook.current
    assert signed is not None
    qtbot.waitUntil(lambda: signed.note.status == NoteStatus.SIGNED, timeout=10_000)
    take_screenshot(window, "journey-signed")

    path = tmp_path / "letter.docx"

    def save(dialog: QFileDialog) -> None:
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
        dialog.accept()

    when_dialog(QFileDialog, save)
    window.actions_.export["docx"].trigger()
    wait_for_message(window, qtbot, "export")
    document = docx.Document(str(path))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert editor.toPlainText() in text
    assert "Diabetes follow-up" in text
    everything = text + "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "Jane Roe" in everything
    assert "Dr. Ada Finch" in everything


def test_a_killed_application_offers_what_was_recorded(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, display: str
) -> None:
    """The program is killed while its text appears in the note; the next start writes down all that it had heard."""
    command = [sys.executable, str(APPLICATION)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "DISPLAY": display}) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "recording"
        started = time.monotonic()
        with sound_server.playing(DICTATION):
            assert any("metformin" in line.lower() for line in child.stdout)
            child.kill()
            recorded_s = time.monotonic() - started

    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    (recovered,) = window.session.recovery.offer
    assert recovered.duration_s > recorded_s - 1.5
    add = window.recovery_bar.add_buttons[0]
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not recovered.path.exists(), timeout=20_000)
    wait_recognised(window, qtbot)
    text = window.note_page.editor.toPlainText()
    assert "metformin" in text.lower(), text
    assert "58-year-old woman" in text, text


def saved_text(note_id: int) -> str:
    with RecordStore.open() as store:
        return store.get_note(note_id).text


def test_a_dictation_into_a_note_goes_on_there_after_a_kill(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, display: str
) -> None:
    """The program is killed while it writes into the middle of a note; the next start writes what the note lacks
    there, and nothing twice."""
    with RecordStore.open() as store:
        note_id = store.create_note("Clinic", "Jane Roe", author="Dr. Ada Finch", text="Seen today. Plan as before.").id
    command = [sys.executable, str(APPLICATION), str(note_id), str(len("Seen today."))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "DISPLAY": display}) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "recording"
        with sound_server.playing(DICTATION):
            qtbot.waitUntil(lambda: "58-year-old" in saved_text(note_id), timeout=60_000)
            assert any("metformin" in line.lower() for line in child.stdout)
            child.kill()

    saved = saved_text(note_id)
    assert saved.startswith("Seen today. ") and saved.endswith(" Plan as before.")
    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    (recovered,) = window.session.recovery.offer
    assert recovered.dictation is not None and 0 < recovered.dictation.written_s < recovered.duration_s
    take_screenshot(window, "recovered-into-the-same-note")
    qtbot.mouseClick(window.recovery_bar.go_on_buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not recovered.path.exists(), timeout=20_000)
    wait_recognised(window, qtbot)
    note = window.session.notebook.current
    assert note is not None and note.id == note_id
    text = window.note_page.editor.toPlainText()
    written = saved.removesuffix(" Plan as before.").rstrip(".")
    assert text.startswith(written) and text.endswith(" Plan as before."), (saved, text)
    assert "metformin" in text.lower() and text.lower().count("58-year-old") == 1, (saved, text)
    words = text.lower().split()
    said = list(zip(words, words[1:], words[2:], strict=False))
    assert len(said) == len(set(said)), (saved, text)  # nothing twice
    (recording,) = note.recordings
    assert recording.transcript is not None and not note.unrecognised
    assert note.document.words_of(recording.id)[0].start_s < 2.0
    assert any(word.number == 0 for word in note.document.spoken_words())  # what was saved can be heard again too
    qtbot.waitUntil(lambda: not note.is_dirty and not note.is_saving, timeout=10_000)
    with RecordStore.open() as store:
        assert store.get_note(note_id).text == text
        assert store.recordings(note_id)[0].unfinished is None
