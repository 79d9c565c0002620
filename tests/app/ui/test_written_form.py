"""Formatted dictations in the window: marks, playback and taking back; dangerous abbreviations; the dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener, answer_dialog, take_screenshot

from app import settings
from app.ui.formatting_dialog import FormattingDialog
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow

SAID = [
    ("metformin", 0.95),
    ("five", 0.35),
    ("hundred", 0.95),
    ("milligrams", 0.95),
    ("b", 0.9),
    ("i", 0.9),
    ("d", 0.9),
]


def open_note(note_id: int, open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    return window


def put_cursor(window: MainWindow, at: str) -> int:
    editor = window.note_page.editor
    position = editor.toPlainText().index(at) + 1
    cursor = editor.textCursor()
    cursor.setPosition(position)
    editor.setTextCursor(cursor)
    return position


def test_a_dose_is_marked_heard_and_taken_back_as_one(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_note(store_dictation(SAID, "Metformin 500 mg BID with food."), open_desk, qtbot)
    editor = window.note_page.editor
    note = window.session.notebook.current
    assert note is not None
    assert window.note_page.doubts.text() == "2 words to check"
    position = put_cursor(window, "mg")
    word = note.document.spoken_word_at(position)
    assert word is not None and (word.heard.start_s, word.heard.end_s) == (0.5, 1.9)
    heard = note.document.find_spoken(word.recording_id, word.number)
    assert heard is not None and editor.toPlainText()[heard.start : heard.end] == "500 mg"
    assert editor.about(position)[0] == "Heard: five hundred milligrams (F6 writes that)."
    qtbot.keyClick(editor, Qt.Key.Key_F6)
    assert editor.toPlainText() == "Metformin five hundred milligrams BID with food."
    qtbot.waitUntil(lambda: not window.note_page.doubts.isVisible())
    window.actions_.undo.trigger()
    assert editor.toPlainText() == "Metformin 500 mg BID with food."
    put_cursor(window, "food")
    qtbot.keyClick(editor, Qt.Key.Key_F6)
    assert editor.toPlainText() == "Metformin 500 mg BID with food."


def test_a_note_older_than_the_settings_still_knows_its_words(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_note(store_dictation(SAID), open_desk, qtbot)
    note = window.session.notebook.current
    assert note is not None
    assert [word.heard.text for word in note.document.spoken_words()] == [text for text, _ in SAID]


def test_dangerous_abbreviations_are_marked_and_written_in_full_on_request(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_note(store_dictation([("Heparin", 0.9)], "Heparin 5000 U daily, MS 5.0 mg"), open_desk, qtbot)
    editor = window.note_page.editor
    assert window.note_page.doubts.text() == "3 words to check"
    take_screenshot(window, "dangerous-abbreviations")
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    qtbot.keyClick(editor, Qt.Key.Key_F7)
    assert editor.textCursor().selectedText() == " U"
    assert editor.about(editor.textCursor().position())[0] == ("U: U can be read as 0, 4 or cc. Better: units (F4).")
    qtbot.keyClick(editor, Qt.Key.Key_F4)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and menu.title() == "Write in full: U"
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert editor.toPlainText() == "Heparin 5000 units daily, MS 5.0 mg"
    qtbot.keyClick(editor, Qt.Key.Key_F4)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text()[4:] for action in menu.actions()] == ["morphine sulfate", "magnesium sulfate"]
    take_screenshot(menu, "write-in-full")
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert "MS 5.0 mg" in editor.toPlainText()


def test_strengths_taken_for_one_number_are_marked_and_told_apart_on_request(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_note(store_dictation([("Symbicort", 0.9)], "Symbicort 164.52 puffs daily"), open_desk, qtbot)
    editor = window.note_page.editor
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    qtbot.keyClick(editor, Qt.Key.Key_F7)
    assert editor.textCursor().selectedText() == "164.52"
    take_screenshot(window, "strengths-taken-for-one-number")
    assert "Better: 160/4.5 2 (F4)" in editor.about(editor.textCursor().position())[0]
    qtbot.keyClick(editor, Qt.Key.Key_F4)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert editor.toPlainText() == "Symbicort 160/4.5 2 puffs daily"


def test_the_dialog_shows_what_each_rule_does_and_keeps_the_choice(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    seen: list[str] = []

    def use(dialog: FormattingDialog) -> None:
        seen.append(dialog.written.text())
        assert not dialog.rules["ranges"].isChecked()
        dialog.rules["units"].click()
        dialog.punctuation["spoken"].click()
        seen.append(dialog.written.text())
        take_screenshot(dialog, "written-form")
        dialog.accept()

    answer_dialog(FormattingDialog, use)
    window.actions_.formatting.trigger()
    assert seen == [
        "Metformin 500 mg BID, review in 4 to 6 weeks.",
        "Metformin 500 milligrams BID, review in 4 to 6 weeks.",
    ]
    open_desk.close(window)
    kept = settings.load()
    assert (kept.formatting, set(kept.formatting_off), kept.punctuation) == (True, {"units", "ranges"}, "spoken")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialog_names_everything(theme: str, home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    window._choose_theme(theme)
    dialog = FormattingDialog(settings.Settings(formatting=False), window)
    dialog.show()
    assert not dialog.rules["units"].isEnabled()
    assert dialog.written.text() == dialog.example.text()
    assert all(box.accessibleName() for box in (*dialog.rules.values(), *dialog.punctuation.values()))
    take_screenshot(dialog, f"written-form-off-{theme}")
    dialog.close()
