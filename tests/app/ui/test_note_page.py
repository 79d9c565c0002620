"""Writing, saving, finding, marking, signing and exporting through the real window and the real record."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from stored_notes import WORDS, store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.records import NoteStatus, RecordStore
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow


def make_note(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.sidebar.new_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)


def wait_saved(window: MainWindow, qtbot: QtBot) -> None:
    note = window.session.notebook.current
    assert note is not None
    qtbot.waitUntil(lambda: not note.is_dirty and not note.is_saving, timeout=10_000)


def test_what_is_typed_is_in_the_record_without_being_asked(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    make_note(window, qtbot)
    qtbot.keyClicks(window.note_page.title, "Ward round")
    qtbot.keyClicks(window.note_page.patient, "John Doe")
    qtbot.keyClicks(window.note_page.editor, "Afebrile, eating well.")
    wait_saved(window, qtbot)
    store = RecordStore.open()
    (summary,) = store.list_notes()
    assert (summary.title, summary.patient) == ("Ward round", "John Doe")
    assert store.get_note(summary.id).text == "Afebrile, eating well."
    store.close()


def test_closing_saves_the_last_key(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    make_note(window, qtbot)
    qtbot.keyClicks(window.note_page.editor, "Last words")
    with qtbot.waitSignal(window.left, timeout=10_000):
        window.close()
    store = RecordStore.open()
    assert store.get_note(store.list_notes()[0].id).text == "Last words"
    store.close()


def test_a_window_with_nothing_to_save_closes_at_once(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    with qtbot.waitSignal(window.left, timeout=5_000):
        window.close()
    assert not window.isVisible()


def test_search_finds_the_note_by_its_text(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    store = RecordStore.open()
    for number in range(12):
        store.create_note(f"Note {number}", author="A", text="Ordinary" if number != 7 else "Suspected cholecystitis")
    store.close()
    window = open_desk()
    qtbot.keyClicks(window.sidebar.search, "cholecyst")
    qtbot.waitUntil(lambda: [note.title for note in window.session.notes.notes] == ["Note 7"], timeout=5000)
    qtbot.keyClick(window.sidebar.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() == "Suspected cholecystitis")
    qtbot.keyClicks(window.sidebar.search, " nothing")
    qtbot.waitUntil(lambda: "No note holds" in window.sidebar.hint.text())


def test_doubtful_words_are_marked_and_the_marks_follow_edits(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    note_id = store_dictation(WORDS)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText().startswith("Patient"))
    editor = window.note_page.editor
    qtbot.waitUntil(lambda: marked(window) == ["metformin"])
    assert window.note_page.doubts.text() == "1 word to check"
    take_screenshot(window, "note-with-marks")
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    qtbot.keyClicks(editor, "The ")
    qtbot.waitUntil(lambda: marked(window) == ["metformin"])
    window.actions_.next_doubt.trigger()
    assert editor.textCursor().selectedText() == "metformin"
    qtbot.keyClicks(editor, "metoprolol")
    qtbot.waitUntil(lambda: marked(window) == [])
    qtbot.waitUntil(lambda: not window.note_page.doubts.isVisible())
    while editor.document().isUndoAvailable():
        window.actions_.undo.trigger()
    assert editor.toPlainText().startswith("Patient")
    qtbot.waitUntil(lambda: marked(window) == ["metformin"])


def test_a_reopened_note_still_knows_its_words(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    note_id = store_dictation(WORDS, "Assessment: the patient takes metformin 500 mg twice daily.")
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    qtbot.waitUntil(lambda: marked(window) == ["metformin"])
    document = window.session.notebook.current.document
    near = document.spoken_word_near(document.toPlainText().index("500"))
    assert near is not None and near.heard.start_s == 1.0


def test_signing_makes_the_note_read_only_and_addenda_are_added(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation(WORDS)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.actions_.sign.isEnabled())
    note = window.session.notebook.current
    qtbot.keyClicks(window.note_page.editor, " Reviewed.")
    window.session.sign("Dr. Ada Finch")
    qtbot.waitUntil(lambda: not note.is_draft, timeout=10_000)
    qtbot.keyClicks(window.note_page.editor, "changed")
    assert window.note_page.editor.toPlainText().endswith("daily. Reviewed.")
    assert window.note_page.title.isReadOnly()
    assert "Signed by Dr. Ada Finch" in window.note_page.signature.text()
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_F9)
    assert "Add an addendum" in wait_for_message(window, qtbot, "signed").text
    assert window.session.recording.state == RecordingState.IDLE
    take_screenshot(window, "signed-note")
    window.session.add_addendum("Potassium was 4.1.", "Dr. Ada Finch")
    qtbot.waitUntil(lambda: note.note.status == NoteStatus.AMENDED, timeout=10_000)
    assert "Potassium was 4.1." in window.note_page.addenda.text()
    take_screenshot(window, "amended-note")


def test_export_writes_what_stands_on_the_screen(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    note_id = store_dictation(WORDS)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    qtbot.keyClicks(window.note_page.editor, " Just typed.")
    path = tmp_path / "note.docx"
    window.session.export("docx", path, lambda folder: None)
    wait_for_message(window, qtbot, "export")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert "Patient takes metformin twice daily. Just typed." in text


@pytest.mark.parametrize("format", ["docx", "text", "pdf"])
def test_an_unwritable_path_is_told_in_place(
    format: str, home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    note_id = store_dictation(WORDS)
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    (tmp_path / "file").write_text("in the way")
    window.session.export(format, tmp_path / "file" / "note", lambda folder: None)
    message = wait_for_message(window, qtbot, "export")
    assert message.is_warning
    assert len(message.text.splitlines()) == 1


def test_switching_notes_keeps_the_text_of_both(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    first, second = store_dictation(WORDS, title="One"), store_dictation(WORDS, title="Two")
    window = open_desk()
    window.session.notebook.open(first)
    qtbot.waitUntil(lambda: window.note_page.title.text() == "One")
    qtbot.keyClicks(window.note_page.editor, " First addition.")
    window.session.notebook.open(second)
    qtbot.waitUntil(lambda: window.note_page.title.text() == "Two")
    qtbot.keyClicks(window.note_page.editor, " Second addition.")
    window.session.notebook.open(first)
    qtbot.waitUntil(lambda: window.note_page.title.text() == "One")
    assert window.note_page.editor.toPlainText().endswith("First addition.")
    open_desk.close(window)
    store = RecordStore.open()
    assert store.get_note(second).text.endswith("Second addition.")
    assert store.get_note(first).text.endswith("First addition.")
    store.close()


def marked(window: MainWindow) -> list[str]:
    """The words that are drawn with the mark of doubt, as the text's layout has them."""
    found: list[str] = []
    block = window.note_page.editor.document().begin()
    while block.isValid():
        for span in block.layout().formats():
            if span.format.underlineStyle() == span.format.UnderlineStyle.DashUnderline:
                found.append(block.text()[span.start : span.start + span.length])
        block = block.next()
    return found
