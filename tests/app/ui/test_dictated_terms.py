"""Lexicons that are on are used for dictation in the window; what they put in is shown and taken out with one key."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import leave_behind, store_dictation
from window_fixtures import DeskOpener, take_screenshot

from app.desk.lexicons import OWN_LEXICON, find_terms, make_term, open_store
from app.records import RecordStore
from app.ui.models.recognition import ModelState
from app.ui.term_trial_dialog import TermTrialDialog
from speech.transcript import Transcript

pytestmark = pytest.mark.slow


def with_term(transcript: Transcript) -> Transcript:
    """The middle word was put in for another, and the last may have been a third."""
    (segment,) = transcript.segments
    first, term, last = segment.words
    term = replace(term, term="Cozaar", heard="kazar")
    return replace(transcript, segments=(replace(segment, words=(first, term, replace(last, offered="dalteparin"))),))


def test_a_term_that_was_put_in_is_shown_and_taken_out_with_one_key(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    open_store().add_term(OWN_LEXICON, make_term("Cozaar", ""))
    note_id = store_dictation([("takes", 0.9), ("Cozaar", 0.8), ("daily", 0.9)])
    with RecordStore.open() as store:
        (recording,) = store.recordings(note_id)
        assert recording.transcript is not None
        store.set_transcript(recording.id, with_term(recording.transcript), author="A")
    window = open_desk()
    window.session.notebook.open(note_id)
    editor = window.note_page.editor
    qtbot.waitUntil(lambda: editor.toPlainText() == "takes Cozaar daily")
    assert window.note_page.doubts.text() == "1 word to check"
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    editor.moveCursor(editor.textCursor().MoveOperation.NextWord)
    about = editor.about(editor.textCursor().position() + 1)
    assert about[:2] == ["Cozaar: a term of your lexicons.", "Heard: kazar (F6 writes that)."]
    take_screenshot(window, "dictated-term")
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    qtbot.keyClick(editor, Qt.Key.Key_F6)
    assert editor.toPlainText() == "takes kazar daily"
    qtbot.waitUntil(lambda: find_terms(open_store(), OWN_LEXICON, "").terms[0].usage.rejected == 1, timeout=20_000)
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    qtbot.keyClick(editor, Qt.Key.Key_F7)
    assert editor.textCursor().selectedText() == "daily"
    assert "it sounds like dalteparin" in editor.about(editor.textCursor().position())[0]


def test_a_dictation_is_written_with_the_lexicons_that_are_on(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot, shared_data: Path
) -> None:
    clip = shared_data / "terms-dev" / "audio" / "00005.flac"
    open_store().add_term(OWN_LEXICON, make_term("pneumomediastinum", ""))
    leave_behind(clip)
    window = open_desk()
    qtbot.waitUntil(lambda: bool(window.session.recovery.offer), timeout=20_000)
    window.session.put_into_new_note(window.session.recovery.offer[0])
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "", timeout=120_000)
    assert "pneumomediastinum" in window.note_page.editor.toPlainText()
    note = window.session.notebook.current
    assert note is not None
    (word,) = [word for word in note.document.spoken_words() if word.heard.term is not None]
    assert word.heard.heard is not None and "pneumo" in word.heard.heard
    qtbot.waitUntil(lambda: find_terms(open_store(), OWN_LEXICON, "").terms[0].usage.heard == 1, timeout=20_000)


def test_a_term_is_tried_by_saying_it(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, shared_data: Path
) -> None:
    open_store().add_term(OWN_LEXICON, make_term("pneumomediastinum", ""))
    window = open_desk()
    qtbot.waitUntil(lambda: window.session.recognition.state == ModelState.READY, timeout=60_000)
    dialog = TermTrialDialog(window.session.term_trial, window.theme, window)
    dialog.show()
    qtbot.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.session.term_trial.level_changed, timeout=20_000):
        pass
    clip = shared_data / "terms-dev" / "audio" / "00005.flac"
    player = threading.Thread(target=sound_server.play, args=(clip, "desk"))
    player.start()
    qtbot.waitUntil(lambda: not player.is_alive(), timeout=60_000)
    qtbot.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.with_lexicons.text()), timeout=120_000)
    take_screenshot(dialog, "try-by-voice")
    assert "pneumomediastinum" in dialog.with_lexicons.text()
    assert "pneumomediastinum" not in dialog.without.text() and "diagnosis" in dialog.without.text()
    dialog.close()
