"""Recording, recognising and hearing through the real window, the virtual microphone and the real model."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import WORDS, leave_behind, store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.paths import recordings_folder, spool_folder
from app.records import DictationPlace, RecordStore, UnfinishedDictation
from app.ui.dialogs import Question
from app.ui.models.recognition import ModelState
from app.ui.models.recording import RecordingState
from app.ui.models.setup import Check
from app.ui.window import MainWindow
from speech.resources import shipped

pytestmark = pytest.mark.slow

SHORT = shipped("samples/short.flac")
SHORT_WORDS = ("dry cough", "fever", "Monday")


def play_into(server: SoundServer, audio: Path, qtbot: QtBot, into: str = "desk") -> None:
    """Plays a clip into the microphone while the window goes on."""
    player = threading.Thread(target=server.play, args=(audio, into))
    player.start()
    qtbot.waitUntil(lambda: not player.is_alive(), timeout=120_000)
    player.join()


def press_record(window: MainWindow, qtbot: QtBot) -> None:
    window.session.recording.list_microphones()
    qtbot.waitUntil(lambda: bool(window.session.recording.microphones), timeout=20_000)
    chooser = window.recording_bar.microphone
    assert chooser.toolTip().startswith(chooser.currentText())  # of which the bar may show a part
    qtbot.mouseClick(window.recording_bar.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.RECORDING, timeout=20_000)


def press_stop(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.recording_bar.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)


def wait_recognised(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.reason_to_stay, timeout=120_000)


def test_a_dictation_is_inserted_where_the_cursor_stood(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    window.session.new_note()
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    editor = window.note_page.editor
    qtbot.keyClicks(editor, "Before. After.")
    for _ in range(7):
        qtbot.keyClick(editor, Qt.Key.Key_Left)
    levels: list[float] = []
    partials: list[tuple[str, str]] = []
    partial = editor.document().partial
    window.session.recording.level_changed.connect(levels.append)
    partial.changed.connect(lambda _line: partials.append((partial.text, editor.toPlainText())))
    press_record(window, qtbot)
    play_into(sound_server, SHORT, qtbot)
    take_screenshot(window, "recording")
    assert max(levels) > -40
    assert window.recording_bar.time.text() >= "00:05"
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.PAUSED)
    assert window.recording_bar.record.text() == "Resume"
    qtbot.keyClick(window, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)
    wait_recognised(window, qtbot)
    assert any(text.startswith(" The patient") and note == "Before. After." for text, note in partials)
    assert partial.text == ""
    text = editor.toPlainText()
    assert text.startswith("Before. ") and text.endswith(" After.")
    assert all(words in text for words in SHORT_WORDS), text
    assert list(spool_folder().glob("*.wav")) == []
    note = window.session.notebook.current
    assert note is not None and note.recordings[0].model == "whisper-base"
    transcript = note.recordings[0].transcript
    assert transcript is not None and "milligrams" in transcript.text and "300 mg" in text
    assert len(note.document.spoken_words()) == len(note.document.words_of(note.recordings[0].id))
    take_screenshot(window, "dictated")
    for _ in transcript.segments:
        window.actions_.undo.trigger()
    assert editor.toPlainText() == "Before. After."


def test_text_goes_to_the_note_that_was_dictated_not_to_the_one_on_show(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    other = store_dictation(WORDS, title="Another patient")
    window = open_desk()
    press_record(window, qtbot)
    dictated = window.session.notebook.current
    assert dictated is not None
    play_into(sound_server, SHORT, qtbot)
    window.session.notebook.open(other)
    qtbot.waitUntil(lambda: window.note_page.title.text() == "Another patient")
    press_stop(window, qtbot)
    wait_recognised(window, qtbot)
    assert "cough" not in window.note_page.editor.toPlainText()
    dictated_id = dictated.id
    open_desk.close(window)
    store = RecordStore.open()
    assert "cough" in store.get_note(dictated_id).text
    assert "cough" not in store.get_note(other).text
    store.close()


def test_cancelled_recognition_keeps_the_recording_for_later(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    leave_behind(SHORT)
    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    window.session.put_into_new_note(window.session.recovery.offer[0])
    qtbot.waitUntil(lambda: window.note_page.progress.isVisible(), timeout=20_000)
    take_screenshot(window, "recognising")
    answer_question("&Wait")
    window.close()
    assert window.isVisible() and window.session.recognition.is_busy
    qtbot.mouseClick(window.note_page.progress.cancel, Qt.MouseButton.LeftButton)
    assert not window.session.recognition.is_busy
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: len(note.recordings) == 1)
    assert window.note_page.editor.toPlainText() == ""
    assert window.note_page.unrecognised.text() == "1 not written down yet"
    qtbot.mouseClick(window.note_page.unrecognised, Qt.MouseButton.LeftButton)
    wait_recognised(window, qtbot)
    assert "cough" in window.note_page.editor.toPlainText()
    assert not window.note_page.unrecognised.isVisible()


def test_an_unplugged_microphone_loses_nothing(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    press_record(window, qtbot)
    play_into(sound_server, SHORT, qtbot)
    sound_server.stop()
    message = wait_for_message(window, qtbot, "microphone", 30_000)
    assert message.is_warning
    assert window.session.recording.state == RecordingState.INTERRUPTED
    editor = window.note_page.editor
    assert editor.document().partial.text and not editor.placeholderText()  # one would be drawn over the other
    take_screenshot(window, "unplugged")
    (line,) = [line for line in window.message_bar.lines() if line.text.text() == message.text]
    qtbot.mouseClick(line.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)
    wait_recognised(window, qtbot)
    assert all(words in window.note_page.editor.toPlainText() for words in SHORT_WORDS)


def test_without_a_microphone_one_line_says_what_to_do(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    sound_server.stop()
    window = open_desk()
    window.session.toggle_recording()
    message = wait_for_message(window, qtbot, "microphone", 30_000)
    assert message.is_warning and len(message.text.splitlines()) == 1
    assert window.session.recording.state == RecordingState.IDLE
    qtbot.waitUntil(lambda: window.session.can_dictate)


def test_what_a_crash_left_behind_is_offered_and_written_down(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    left = leave_behind(SHORT)
    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    take_screenshot(window, "recovered-recording")
    assert window.recovery_bar.isVisible()
    window.session.put_into_new_note(window.session.recovery.offer[0])
    qtbot.waitUntil(lambda: window.session.notebook.current is not None and not left.exists(), timeout=20_000)
    assert not window.recovery_bar.isVisible()
    wait_recognised(window, qtbot)
    assert all(words in window.note_page.editor.toPlainText() for words in SHORT_WORDS)
    assert window.note_page.title.text().startswith("Recovered dictation of ")


def test_of_a_recording_that_was_filed_but_not_written_to_its_end_the_rest_is_written(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    """The program was killed after the recording was filed and before the last of its text was saved."""
    left = leave_behind(SHORT)
    with RecordStore.open() as store:
        note = store.create_note("Clinic", author="Dr. Ada Finch", text="Seen today. Plan as before.")
        dictation = UnfinishedDictation(note.id, left.name, 3.0, (DictationPlace(0.0, 11, 11),))
        store.save(note.id, dictations=[dictation], author="Dr. Ada Finch")
        store.attach_recording(note.id, left)
    window = open_desk()
    window.session.notebook.open(note.id)
    qtbot.waitUntil(lambda: window.note_page.unrecognised.isVisible(), timeout=20_000)
    qtbot.mouseClick(window.note_page.unrecognised, Qt.MouseButton.LeftButton)
    wait_recognised(window, qtbot)
    text = window.note_page.editor.toPlainText()
    assert text.startswith("Seen today. ") and text.endswith(" Plan as before.")
    assert "Monday" in text and "The patient" not in text, text
    assert not window.note_page.unrecognised.isVisible()


def test_a_recovered_recording_is_kept_until_deleting_is_confirmed(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    left = leave_behind(SHORT)
    window = open_desk()
    qtbot.waitUntil(lambda: len(window.session.recovery.offer) == 1, timeout=20_000)
    window.session.recovery.put_off()
    assert not window.recovery_bar.isVisible() and left.exists()
    window.actions_.recovered.trigger()
    qtbot.waitUntil(lambda: window.recovery_bar.isVisible())
    (recovered,) = window.session.recovery.offer
    answer_question("&Keep")
    window.recovery_bar._delete(recovered)
    assert left.exists()
    answer_question("&Delete")
    window.recovery_bar._delete(recovered)
    qtbot.waitUntil(lambda: not left.exists())
    qtbot.waitUntil(lambda: not window.recovery_bar.isVisible())


def test_closing_while_recording_asks_and_keeps_the_recording(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    press_record(window, qtbot)
    play_into(sound_server, SHORT, qtbot)
    answer_question("&Go on recording")
    window.close()
    assert window.session.recording.state == RecordingState.RECORDING
    answer_question("&Stop, keep and close")
    with qtbot.waitSignal(window.left, timeout=20_000):
        window.close()
    open_desk.close(window)
    store = RecordStore.open()
    note = store.get_note(store.list_notes()[0].id)
    (recording,) = store.recordings(note.id)
    store.close()
    assert recording.path.parent == recordings_folder()
    assert recording.duration_s > 5
    assert all(words in note.text for words in SHORT_WORDS)
    assert recording.transcript is not None and "times a day" in recording.transcript.text


def test_playing_from_a_word_marks_the_word_under_the_voice(
    home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation(WORDS * 4)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    editor, playback = window.note_page.editor, window.session.playback
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index("metformin") + 3)
    editor.setTextCursor(cursor)
    marked: list[str] = []
    playback.word_changed.connect(
        lambda: marked.extend(selection.cursor.selectedText() for selection in editor.extraSelections())
    )
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: "twice" in marked and "daily." in marked, timeout=20_000)
    assert marked[0] in ("takes", "metformin")
    assert marked.index("twice") < marked.index("daily.")
    take_screenshot(window, "playing")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not playback.is_playing
    assert editor.extraSelections() == []


def test_the_first_run_page_hears_the_microphone_and_finds_the_model(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    window.show_setup()
    setup = window.session.setup
    qtbot.waitUntil(lambda: window.session.recognition.state == ModelState.READY, timeout=60_000)
    assert setup.model.check == Check.GOOD
    qtbot.waitUntil(lambda: setup.disk.check == Check.GOOD)
    assert setup.microphone.check == Check.WAITING
    play_into(sound_server, SHORT, qtbot)
    qtbot.waitUntil(lambda: setup.microphone.check == Check.GOOD, timeout=20_000)
    take_screenshot(window, "first-run-good")
    qtbot.mouseClick(window.setup_page.go_on, Qt.MouseButton.LeftButton)
    press_record(window, qtbot)
    press_stop(window, qtbot)


def answer_question(label: str) -> None:
    """Presses a button of the next question, once it is on the screen."""

    def press() -> None:
        question = QApplication.activeModalWidget()
        if not isinstance(question, Question):
            QTimer.singleShot(50, press)
            return
        (button,) = [button for button in question.buttons() if button.text() == label]
        button.click()

    QTimer.singleShot(50, press)
