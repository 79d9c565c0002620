"""Keys for the whole screen: pressed on the X server's keyboard while another program has the focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from finger import Finger
from other_program import OtherProgram, other_program
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app import settings
from app.capture.hot_keys import KeyEvent, KeyMoment, listen_for_keys, parse_key
from app.paths import spool_folder
from app.transfer import Target
from app.transfer.x11 import X11System
from app.ui.features import ControlsFeature
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow
from speech.resources import shipped

pytestmark = pytest.mark.slow

F9, F10, ESCAPE = 0xFFC6, 0xFFC7, 0xFF1B


@pytest.fixture
def other(display: str) -> Iterator[OtherProgram]:
    with other_program("Record of A") as program:
        yield program


def take_keys(window: MainWindow, qtbot: QtBot, talk: str, transfer: str = "") -> None:
    talk_model = window.feature(ControlsFeature).talk
    with qtbot.waitSignal(talk_model.changed, timeout=20_000):
        talk_model.choose(talk, transfer)


def wait_for_state(window: MainWindow, qtbot: QtBot, state: RecordingState) -> None:
    qtbot.waitUntil(lambda: window.session.recording.state == state, timeout=20_000)


def test_a_key_records_while_held_or_from_press_to_press_and_another_transfers(
    home: Path, sound_server: SoundServer, other: OtherProgram, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window, finger = open_desk(), Finger()
    take_keys(window, qtbot, "F9", "F10")
    X11System().activate(Target(other.window, ""))
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    finger.down(F9)
    wait_for_state(window, qtbot, RecordingState.RECORDING)
    qtbot.wait(700)
    finger.up(F9)
    wait_for_state(window, qtbot, RecordingState.IDLE)
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: len(note.recordings) == 1, timeout=20_000)
    finger.down(F9)
    finger.up(F9)
    wait_for_state(window, qtbot, RecordingState.RECORDING)
    qtbot.wait(300)
    assert window.session.recording.state == RecordingState.RECORDING
    finger.down(F9)
    finger.up(F9)
    qtbot.waitUntil(lambda: len(note.recordings) == 2, timeout=20_000)
    assert not window.isActiveWindow()
    window.note_page.editor.setPlainText("Otitis media, left ear.")
    finger.down(F10)
    finger.up(F10)
    messages = window.session.messages
    qtbot.waitUntil(lambda: any(each.text.startswith("Transferred") for each in messages.standing), timeout=20_000)
    assert other.text == "Otitis media, left ear."


def test_escape_takes_back_what_was_said_while_the_key_was_held(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window, finger = open_desk(), Finger()
    window.session.new_note()
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    qtbot.waitUntil(lambda: window.session.recognition.recognizer is not None, timeout=60_000)
    editor = window.note_page.editor
    qtbot.keyClicks(editor, "Before. ")
    take_keys(window, qtbot, "F9")
    finger.down(F9)
    wait_for_state(window, qtbot, RecordingState.RECORDING)
    with sound_server.playing(shipped("samples/short.flac")):
        qtbot.waitUntil(lambda: "cough" in editor.toPlainText(), timeout=60_000)
        finger.down(ESCAPE)
        finger.up(ESCAPE)
        wait_for_state(window, qtbot, RecordingState.IDLE)
    finger.up(F9)
    wait_for_message(window, qtbot, "cancelled")
    qtbot.waitUntil(lambda: not window.session.reason_to_stay, timeout=60_000)
    assert editor.toPlainText() == "Before. "
    assert list(spool_folder().glob("*.wav")) == []
    note = window.session.notebook.current
    assert note is not None and note.recordings == ()


def test_a_key_that_ends_before_the_microphone_is_open_ends_the_recording_all_the_same(
    home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    talk = window.feature(ControlsFeature).talk
    talk.follow(KeyEvent("talk", KeyMoment.DOWN, 1.0))
    assert not window.session.recording.can_stop
    talk.follow(KeyEvent("talk", KeyMoment.UP, 2.0))
    assert window.session.is_beginning or window.session.recording.is_active
    qtbot.waitUntil(lambda: window.session.notebook.current is not None, timeout=20_000)
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: len(note.recordings) == 1, timeout=20_000)
    assert window.session.recording.state == RecordingState.IDLE


def test_a_key_of_another_program_is_told_with_the_page_that_chooses_another(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    held = listen_for_keys({"talk": parse_key("F9")}, lambda event: None)
    window = open_desk()
    take_keys(window, qtbot, "F9")
    message = wait_for_message(window, qtbot, "keys")
    assert message.is_warning and "Another program holds the key F9" in message.text
    window.session.messages.run(message, message.actions[0])
    page = window.feature(ControlsFeature).page
    assert page.isVisible() and page.problem.isVisible()
    QApplication.processEvents()
    take_screenshot(window, "controls-key-taken")
    with qtbot.waitSignal(page._talk.changed, timeout=20_000):
        qtbot.keyClick(
            page.talk_key, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        page.transfer_key.setFocus()
    held.close()
    assert not page.problem.isVisible()
    qtbot.waitUntil(lambda: settings.load().talk_key == "Ctrl+Alt+D", timeout=10_000)
    take_screenshot(window, "controls")
