"""Correcting through the real window: from doubt to doubt with Tab, other wordings by one key, the mark taken off."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from model_fixtures import installed_base
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, WORDS, leave_behind, store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.desk.cautions import Caution
from app.desk.doubts import words_to_check
from app.desk.lexicons import OWN_LEXICON, make_term, open_store
from app.records import RecordStore
from app.ui.features import CorrectingFeature, VoiceCommandsFeature
from app.ui.models.recognition import ModelState
from app.ui.window import MainWindow
from app.ui.word_menu import WordMenu
from speech.recognizer import Recognizer
from speech.resources import shipped
from speech.transcript import Transcript

DOUBTS = [("Patient", 0.95), ("takes", 0.3), ("metformin", 0.31), ("twice", 0.93), ("daily.", 0.2)]
SHORT = shipped("samples/short.flac")


def open_note(window: MainWindow, qtbot: QtBot, note_id: int) -> None:
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    window.note_page.editor.setFocus()


def marked(window: MainWindow) -> list[str]:
    """The words that are drawn with the mark of doubt."""
    block, found = window.note_page.editor.document().begin(), []
    for span in block.layout().formats():
        if span.format.underlineStyle() == QTextCharFormat.UnderlineStyle.DashUnderline:
            found.append(block.text()[span.start : span.start + span.length])
    return found


def selected(window: MainWindow) -> str:
    return window.note_page.editor.textCursor().selectedText()


def test_tab_goes_from_doubt_to_doubt_and_leaves_when_there_is_none(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation(DOUBTS, "Patient takes\nmetformin twice\n\ndaily.")
    window = open_desk()
    open_note(window, qtbot, note_id)
    editor = window.note_page.editor
    order = []
    for _ in range(4):
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        order.append(selected(window))
    assert order == ["takes", "metformin", "daily.", "takes"]
    qtbot.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert selected(window) == "daily."
    qtbot.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert selected(window) == "metformin" and editor.hasFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert not editor.hasFocus(), "the text can be left at any time"
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not editor.hasFocus()
    editor.setFocus()
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        qtbot.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    text = editor.toPlainText()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert not editor.hasFocus() and editor.toPlainText() == text


def test_a_confirmed_word_needs_no_second_look_and_that_can_be_undone(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation(DOUBTS)
    window = open_desk()
    open_note(window, qtbot, note_id)
    editor, note = window.note_page.editor, window.session.notebook.current
    assert note is not None
    assert window.note_page.doubts.text() == "3 words to check"
    for _ in range(2):
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        qtbot.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: marked(window) == ["daily."])
    qtbot.waitUntil(lambda: window.note_page.doubts.text() == "1 word to check")
    window.actions_.undo.trigger()
    qtbot.waitUntil(lambda: marked(window) == ["metformin", "daily."])
    qtbot.waitUntil(lambda: window.note_page.doubts.text() == "2 words to check")
    qtbot.waitUntil(lambda: not note.is_dirty and not note.is_saving, timeout=10_000)
    settings = window.session.desk.settings
    open_desk.close(window)
    with RecordStore.open() as store:
        kept = store.get_note(note_id)
        assert len(kept.confirmed) == 1
        assert words_to_check(kept, store.recordings(note_id), settings) == ("metformin", "daily")
    window = open_desk()
    open_note(window, qtbot, note_id)
    assert window.note_page.doubts.text() == "2 words to check"
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_Tab)
    assert selected(window) == "metformin"


def test_a_key_that_does_nothing_says_why(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    window.session.new_note()
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    told = window.feature(VoiceCommandsFeature).told
    window.actions_.sign.trigger()
    assert wait_for_message(window, qtbot, "sign").text == "There is no text to sign yet."
    window.actions_.next_doubt.trigger()
    assert told.text() == "No word is marked."
    window.actions_.as_heard.trigger()
    assert told.text() == "Nothing was dictated here."
    window.note_page.editor.setFocus()
    qtbot.keyClicks(window.note_page.editor, "a")
    assert told.text() == ""
    window.session.notebook.open(store_dictation(WORDS))
    qtbot.waitUntil(lambda: "metformin" in window.note_page.editor.toPlainText())
    window.note_page.editor.moveCursor(QTextCursor.MoveOperation.Start)
    before = window.note_page.editor.toPlainText()
    window.actions_.as_heard.trigger()
    assert told.text().startswith("This stands as it was heard")
    assert window.note_page.editor.toPlainText() == before


@cache
def heard_sample() -> Transcript:
    return Recognizer.open(installed_base()).transcribe(SHORT)


def misheard_sample() -> int:
    """A note with the real sample, in which two words were written that nobody said."""
    heard = heard_sample()
    wrong = {"cough": ("coffee", 0.2), "fever": ("favour", 0.3)}
    segments = []
    for segment in heard.segments:
        words = [
            replace(word, text=wrong[word.text][0], confidence=wrong[word.text][1])
            if word.text in wrong
            else replace(word, confidence=0.99)
            for word in segment.words
        ]
        segments.append(replace(segment, text=" ".join(word.text for word in words), words=tuple(words)))
    return store_sample(replace(heard, segments=tuple(segments)))


def store_sample(transcript: Transcript) -> int:
    with RecordStore.open() as store:
        note = store.create_note("Cough", "Jane Roe", author=AUTHOR, text=transcript.text)
        recording = store.attach_recording(note.id, leave_behind(SHORT), author=AUTHOR)
        store.set_transcript(recording.id, transcript, author=AUTHOR)
        return note.id


@pytest.fixture
def window(model_home: Path, open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    """That note on show, the real model loaded with a lexicon, and learning switched on."""
    settings = model_home / "settings" / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "learning": True}))
    lexicons = open_store()
    lexicons.add_term(OWN_LEXICON, make_term("croup", ""))
    note_id = misheard_sample()
    window = open_desk()
    open_note(window, qtbot, note_id)
    qtbot.waitUntil(lambda: window.session.recognition.state == ModelState.READY, timeout=60_000)
    return window


def open_menu(window: MainWindow, qtbot: QtBot) -> WordMenu:
    qtbot.keyClick(window, Qt.Key.Key_F4)
    return filled_menu(window, qtbot)


def filled_menu(window: MainWindow, qtbot: QtBot) -> WordMenu:
    feature = window.feature(CorrectingFeature)
    qtbot.waitUntil(lambda: feature.menu is not None and bool(feature.menu.choices), timeout=60_000)
    assert feature.menu is not None
    return feature.menu


@pytest.mark.slow
def test_what_was_said_is_a_key_away_and_one_step_of_undo(window: MainWindow, qtbot: QtBot) -> None:
    editor, note = window.note_page.editor, window.session.notebook.current
    assert note is not None
    before = editor.toPlainText()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert selected(window) == "coffee"
    menu = open_menu(window, qtbot)
    assert menu.choices[0].text == "cough" and menu.activeAction() is not None
    assert menu.activeAction().text().startswith("&1  cough")
    take_screenshot(menu, "word-menu")
    qtbot.keyClick(menu, Qt.Key.Key_1)
    assert editor.toPlainText() == before.replace("coffee", "cough")
    place = before.index("coffee")
    word = note.document.spoken_word_at(place + 1)
    assert word is not None and word.is_edited and word.heard.text == "coffee", "it can still be heard"
    assert note.words_to_check(window.session.desk.doubt_threshold) == 1
    window.actions_.undo.trigger()
    assert editor.toPlainText() == before
    assert note.words_to_check(window.session.desk.doubt_threshold) == 2


@pytest.mark.slow
def test_the_mouse_opens_the_menu_and_escape_leaves_all_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.note_page.editor
    before = editor.toPlainText()
    cursor = QTextCursor(editor.document())
    cursor.setPosition(before.index("favour") + 2)
    place = editor.cursorRect(cursor).center()
    there = editor.viewport().mapToGlobal(place)
    QApplication.postEvent(editor.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, there))
    menu = filled_menu(window, qtbot)
    assert selected(window) == "favour" and menu.choices[0].text == "fever"
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.feature(CorrectingFeature).menu is None)
    assert editor.toPlainText() == before
    menu = open_menu(window, qtbot)
    assert window.session.choices._job is None, "what is known is not looked for again"
    qtbot.keyClick(menu, Qt.Key.Key_0)
    assert editor.toPlainText() == before
    qtbot.waitUntil(lambda: window.note_page.doubts.text() == "1 word to check")


@pytest.mark.slow
def test_numbers_say_so_and_are_not_picked_unasked(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.note_page.editor
    cursor = editor.textCursor()
    cursor.setPosition(editor.toPlainText().index("300") + 1)
    editor.setTextCursor(cursor)
    menu = open_menu(window, qtbot)
    assert selected(window).startswith("300")
    with_numbers = [choice for choice in menu.choices if any(map(str.isdecimal, choice.text))]
    assert with_numbers and all(Caution.NUMBER in choice.cautions for choice in menu.choices)
    assert menu.activeAction() is None
    assert all("number" in action.text() for action in menu.actions() if action.text()[:2] == "&1")
    take_screenshot(menu, "word-menu-numbers")
    before = editor.toPlainText()
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert editor.toPlainText() == before
    menu.close()


@pytest.mark.slow
def test_a_pick_is_learned_from_like_what_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    editor, note = window.note_page.editor, window.session.notebook.current
    assert note is not None
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.keyClick(open_menu(window, qtbot), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: window.feature(CorrectingFeature).menu is None)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert selected(window) == "favour"
    qtbot.keyClicks(editor, "fever")
    window.session.sign(AUTHOR)
    corrections: list[tuple[str, str, str]] = []

    def gathered() -> bool:
        with RecordStore.open() as store:
            corrections[:] = [
                (each.before, each.after, each.kind)
                for clip in store.learning.clips(AUTHOR)
                for each in clip.corrections
            ]
        return len(corrections) == 2

    qtbot.waitUntil(gathered, timeout=60_000)
    assert corrections[0][:2] == ("coffee", "cough") and corrections[1][:2] == ("favour", "fever")
    assert corrections[0][2] == corrections[1][2]


@pytest.mark.slow
def test_a_recording_that_is_gone_is_told_when_other_wordings_are_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    note = window.session.notebook.current
    assert note is not None
    note.recordings[0].path.unlink()
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_Tab)
    done: list[None] = []
    window.session.desk.recognition.submit(lambda job: None, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert not window.session.messages.standing, "nobody has asked yet"
    qtbot.keyClick(window, Qt.Key.Key_F4)
    message = wait_for_message(window, qtbot, "choices")
    assert message.is_warning and len(message.text.splitlines()) == 1
    menu = window.feature(CorrectingFeature).menu
    assert menu is not None and menu.right.isVisible()
    menu.close()


@pytest.mark.slow
def test_without_the_model_only_lexicons_are_asked(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    note_id = store_dictation(WORDS)
    window = open_desk()
    open_note(window, qtbot, note_id)
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_Tab)
    qtbot.keyClick(window, Qt.Key.Key_F4)
    menu = window.feature(CorrectingFeature).menu
    assert menu is not None and menu.right.isVisible()
    qtbot.waitUntil(lambda: any("finished writing" in action.text() for action in menu.actions()))
    menu.move(menu.pos() + QPoint(1, 1))
    menu.close()
