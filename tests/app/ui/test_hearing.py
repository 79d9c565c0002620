"""Hearing a note again through the real window and the real sound server: pausing, skipping, speed, repeating."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import WORDS, store_dictation
from window_fixtures import DeskOpener, take_screenshot

from app.ui.features import HearingFeature
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow


@pytest.fixture
def window(home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    """A note of ten seconds, a word in each half second, on show."""
    note_id = store_dictation(WORDS * 4)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    return window


def select(window: MainWindow, first: str, last: str) -> None:
    editor = window.note_page.editor
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index(first))
    cursor.setPosition(editor.toPlainText().index(last) + len(last), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def marks(window: MainWindow) -> list[str]:
    """The words that were marked as being heard, in order."""
    found: list[str] = []
    editor = window.note_page.editor
    window.session.playback.word_changed.connect(
        lambda: found.extend(selection.cursor.selectedText() for selection in editor.extraSelections())
    )
    return found


def test_pausing_and_going_on_a_moment_earlier(window: MainWindow, qtbot: QtBot) -> None:
    playback, editor = window.session.playback, window.note_page.editor
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: playback.position_s > 2.5, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    paused_s = playback.position_s
    assert not playback.is_playing and playback.is_paused and editor.extraSelections() == []
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert playback.is_playing and playback.position_s == pytest.approx(paused_s - 1.5)
    qtbot.waitUntil(lambda: playback.position_s > paused_s, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert playback.position_s == pytest.approx(max(0.0, paused_s - 3.0), abs=0.6)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    select(window, "metformin", "metformin")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert playback.position_s == 1.0, "the cursor was moved: it is played from there"


def test_selected_words_are_played_and_repeated(window: MainWindow, qtbot: QtBot) -> None:
    playback = window.session.playback
    select(window, "takes", "metformin")
    heard = marks(window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: playback.recording is None, timeout=20_000)
    assert "metformin" in heard and "twice" not in heard and "Patient" not in heard[1:]
    qtbot.mouseClick(feature(window).controls.repeat, Qt.MouseButton.LeftButton)
    heard.clear()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: heard.count("metformin") >= 3, timeout=20_000)
    assert "daily." not in heard
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: playback.recording is None, timeout=20_000)


def test_the_speed_changes_while_it_plays(window: MainWindow, qtbot: QtBot) -> None:
    playback, controls = window.session.playback, feature(window).controls
    window.note_page.editor.moveCursor(QTextCursor.MoveOperation.Start)
    assert controls.speed.text() == "1.0× ▾"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: playback.position_s > 0.5, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert playback.speed == 0.9 and playback.is_playing and playback.position_s > 0.4
    for _ in range(8):
        qtbot.keyClick(window, Qt.Key.Key_F12)
    assert playback.speed == 2.0 and controls.speed.text() == "2.0× ▾"
    qtbot.waitUntil(lambda: playback.position_s > 2.0, timeout=20_000)
    take_screenshot(window, "playing-faster")


def test_controls_are_there_where_there_is_sound(window: MainWindow, qtbot: QtBot) -> None:
    controls = feature(window).controls
    assert controls.isVisible() and not controls.back.isEnabled()
    window.session.new_note()
    qtbot.waitUntil(lambda: not controls.isVisible())


def feature(window: MainWindow) -> HearingFeature:
    return window.feature(HearingFeature)
