"""The recording under the note: its words at their times, by mouse and keys, with the voice."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import WORDS, store_dictation
from window_fixtures import DeskOpener, take_screenshot

from app.ui.features import WaveformFeature
from app.ui.waveform import WaveformStrip
from app.ui.window import MainWindow


def open_with_strip(window: MainWindow, qtbot: QtBot, note_id: int) -> WaveformStrip:
    window.open_note(note_id)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None, timeout=10_000)
    feature = window.feature(WaveformFeature)
    feature.shows.trigger()
    qtbot.waitUntil(lambda: window.session.waveform.peaks is not None, timeout=20_000)
    return feature.strip


def test_keys_go_from_word_to_word_in_sound_and_text(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    strip = open_with_strip(window, qtbot, store_dictation(WORDS))
    editor = window.note_page.editor
    assert strip.isVisible() and strip.hasFocus()
    for key, word in ((Qt.Key.Key_Home, "Patient"), (Qt.Key.Key_Right, "takes"), (Qt.Key.Key_Right, "metformin")):
        qtbot.keyClick(strip, key)
        assert editor.textCursor().selectedText() == word
        assert strip.accessibleDescription().startswith(f"{word}, 00:0")
    model = window.session.waveform
    assert [model.is_doubtful(number) for number in range(5)] == [False, False, True, False, False]
    take_screenshot(window, "waveform")
    editor.insertPlainText("insulin")
    assert not model.is_doubtful(2)
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert editor.textCursor().selectedText() == "daily."
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert editor.textCursor().selectedText() == "twice"
    editor.setFocus()
    cursor = editor.textCursor()
    cursor.setPosition(9)
    editor.setTextCursor(cursor)
    qtbot.waitUntil(lambda: model.word == 1, timeout=5000)


def test_the_strip_scrolls_only_where_the_recording_is_longer_than_it(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    strip = open_with_strip(window, qtbot, store_dictation(WORDS))
    assert not strip.horizontalScrollBar().isVisible()
    low = strip.height()
    window.open_note(store_dictation(WORDS * 40))
    qtbot.waitUntil(strip.horizontalScrollBar().isVisible)
    assert strip.height() == low + strip.horizontalScrollBar().sizeHint().height()


def test_a_click_plays_from_there_and_the_strip_follows(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, sound_server: SoundServer
) -> None:
    window = open_desk()
    strip = open_with_strip(window, qtbot, store_dictation([*WORDS, *WORDS, *WORDS, *WORDS]))
    playback, model = window.session.playback, window.session.waveform
    place = QPoint(round(1.2 * strip.pixels_per_s), 10)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert playback.is_playing and window.note_page.editor.textCursor().selectedText() == "metformin"
    qtbot.waitUntil(lambda: model.word is not None and model.word >= 4, timeout=20_000)
    assert model.position_s is not None and model.position_s > 1.2
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    assert not playback.is_playing


def test_nothing_is_measured_while_it_is_hidden(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    strip = open_with_strip(window, qtbot, store_dictation(WORDS))
    window.feature(WaveformFeature).shows.trigger()
    assert not strip.isVisible() and window.note_page.editor.hasFocus()
    other = store_dictation(WORDS, title="Other")
    window.open_note(other)
    qtbot.waitUntil(lambda: window.session.notebook.current.id == other, timeout=10_000)
    qtbot.wait(200)
    assert window.session.waveform.peaks is None and window.session.waveform.recording is None
    open_desk.close(window)
    again = open_desk()
    assert not again.feature(WaveformFeature).shows.isChecked()
