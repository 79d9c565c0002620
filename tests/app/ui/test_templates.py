"""Templates in the note: put in, walked through by keys, filled, expanded from short forms, and signed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextBlock, QTextCursor
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_dictation
from window_fixtures import DeskOpener, answer_dialog, take_screenshot, wait_for_message

from app.dictation.templates import Template
from app.records import RecordStore
from app.ui.dialogs import SignDialog
from app.ui.features import TemplatesFeature
from app.ui.models.recording import RecordingState
from app.ui.template_chooser import TemplateChooser
from app.ui.window import MainWindow
from speech.resources import shipped

pytestmark = pytest.mark.slow

KNEE = Template(
    "Knee",
    "# Knee\nPain in the [side: left | right] knee, [swelling: *none | slight | marked], since [duration = today].\n"
    "Seen by [author]: [findings]",
    ("knee note",),
)


def open_draft(open_desk: DeskOpener, qtbot: QtBot, text: str = "") -> MainWindow:
    store = RecordStore.open()
    note = store.create_note("Clinic", "Jane Roe, MRN 4711-22", author="Dr. Ada Finch", text=text)
    store.close()
    window = open_desk()
    window.session.notebook.open(note.id)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    qtbot.waitUntil(lambda: bool(window.session.templates.stored), timeout=20_000)
    window.session.templates.save("knee", KNEE)
    qtbot.waitUntil(lambda: window.session.templates.find("knee note") is not None, timeout=20_000)
    window.note_page.editor.setFocus()
    return window


def selected(window: MainWindow) -> str:
    return window.note_page.editor.textCursor().selectedText()


def shown(window: MainWindow) -> str:
    return window.note_page.editor.toPlainText()


def bold_of(block: QTextBlock) -> list[tuple[int, int]]:
    """Where the layout draws bold: beginnings and lengths."""
    spans = block.layout().formats()
    return [(each.start, each.length) for each in spans if each.format.fontWeight() == QFont.Weight.Bold]


def play_into(server: SoundServer, audio: Path, qtbot: QtBot) -> None:
    player = threading.Thread(target=server.play, args=(audio, "desk"))
    player.start()
    qtbot.waitUntil(lambda: not player.is_alive(), timeout=60_000)
    player.join()


def press_record(window: MainWindow, qtbot: QtBot) -> None:
    window.session.recording.list_microphones()
    qtbot.waitUntil(lambda: bool(window.session.recording.microphones), timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.RECORDING, timeout=20_000)


def press_stop(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)


def wait_recognised(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.reason_to_stay, timeout=120_000)


def test_a_template_is_searched_put_in_and_filled_by_keys(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_draft(open_desk, qtbot, "Before.")
    editor = window.note_page.editor

    def choose(dialog: TemplateChooser) -> None:
        qtbot.keyClicks(dialog.search, "knee")
        assert dialog.list.count() == 1
        assert "Seen by Dr. Ada Finch" in dialog.preview.toPlainText()
        take_screenshot(dialog, "insert-template")
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)

    answer_dialog(TemplateChooser, choose)
    qtbot.keyClick(editor, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert shown(window).startswith("Before.\n# Knee\nPain in the [side: left | right] knee, [swelling")
    assert selected(window) == "[side: left | right]"
    take_screenshot(window, "note-with-fields")
    with qtbot.waitActive(window):  # a screen without a window manager leaves that to us
        window.activateWindow()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and menu.accessibleName() == "Choose: side"
    qtbot.keyClick(menu, Qt.Key.Key_2)
    assert "in the right knee" in shown(window)
    assert selected(window).startswith("[swelling")
    qtbot.keyClick(editor, Qt.Key.Key_F3)
    assert selected(window) == "[duration = today]"
    qtbot.keyClicks(editor, "May")
    qtbot.keyClick(editor, Qt.Key.Key_F3)
    assert selected(window) == "[findings]"
    qtbot.keyClick(editor, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert selected(window).startswith("[swelling")
    qtbot.keyClick(editor, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert shown(window) == (
        "Before.\n# Knee\nPain in the right knee, none, since May.\nSeen by Dr. Ada Finch: [findings]"
    )
    for _ in range(4):
        editor.undo()
    assert shown(window) == "Before."


def test_accepting_defaults_is_one_step_and_leaves_sides_open(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_draft(open_desk, qtbot)
    feature = window.feature(TemplatesFeature)
    knee = window.session.templates.find("Knee note.")
    assert knee is not None
    feature.insert(knee)
    before = shown(window)
    assert feature.fields.accept_defaults() == 2
    assert "[side: left | right] knee, none, since today" in shown(window)
    window.note_page.editor.undo()
    assert shown(window) == before
    assert [each.field.name for each in feature.fields.open_fields()] == ["side", "swelling", "duration", "findings"]


def test_a_short_form_is_written_in_full_and_taken_back(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_draft(open_desk, qtbot, "😀 ")
    editor = window.note_page.editor
    qtbot.keyClicks(editor, "We sent a .cbc ")
    assert shown(window) == "😀 We sent a complete blood count "
    editor.undo()
    assert shown(window) == "😀 We sent a .cbc "
    editor.redo()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, "today, no fever.cbc .nothing ")
    assert shown(window) == "😀 We sent a complete blood count today, no fever.cbc .nothing "


def test_what_was_dictated_keeps_its_sound_beside_a_template(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    note_id = store_dictation(
        [("Pain", 0.9), ("on", 0.9), ("the", 0.9), ("left", 0.4)], text="[side: left | right]\nPain on the left"
    )
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: shown(window) != "")
    document = window.session.notebook.current.document  # type: ignore[union-attr]
    words = document.spoken_words()
    assert [word.heard.text for word in words] == ["Pain", "on", "the", "left"]
    assert words[-1].end == len("[side: left | right]\nPain on the left")
    window.note_page.editor.setFocus()
    window.feature(TemplatesFeature).fields.insert("one\n**two** [three]")
    assert [word.heard.text for word in document.spoken_words()] == ["Pain", "on", "the", "left"]


def test_what_is_dictated_goes_to_the_field_that_was_gone_to(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_draft(open_desk, qtbot, "First [one]; second [two].")
    editor = window.note_page.editor
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(editor, Qt.Key.Key_F3)
    press_record(window, qtbot)
    assert selected(window) == "[one]"
    play_into(sound_server, shipped("general-speech/train-dictation-t00027.ogg"), qtbot)
    qtbot.keyClick(editor, Qt.Key.Key_F3)
    assert selected(window) == "[two]"
    play_into(sound_server, shipped("general-speech/train-dictation-t00067.ogg"), qtbot)
    press_stop(window, qtbot)
    wait_recognised(window, qtbot)
    first, _, second = shown(window).partition("; second ")
    assert "incision" in first and "hypo" not in first and "[one]" not in first
    assert "worked up" in second and "incision" not in second and "[two]" not in second
    assert not first.endswith(".") and second.endswith(".") and not second.endswith("..")
    note = window.session.notebook.current
    assert note is not None
    assert len(note.document.spoken_words()) == len(note.document.words_of(note.recordings[0].id))


def test_a_note_with_open_fields_is_signed_only_by_somebody_who_says_so(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_draft(open_desk, qtbot, "Pain in the [side: left | right] knee, [duration].")
    qtbot.waitUntil(window.note_page.open_fields.isVisible)
    assert window.note_page.open_fields.text() == "2 fields to fill"
    told: list[str] = []

    def refuse(dialog: SignDialog) -> None:
        told.append(dialog.fields.text())
        assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
        take_screenshot(dialog, "sign-with-open-fields")
        dialog.reject()

    answer_dialog(SignDialog, refuse)
    window.actions_.sign.trigger()
    assert "side: left or right" in told[0] and "duration" in told[0]
    note = window.session.notebook.current
    assert note is not None and note.is_draft
    window.session.sign("Dr. Ada Finch")
    wait_for_message(window, qtbot, "sign")
    assert note.is_draft

    def agree(dialog: SignDialog) -> None:
        dialog.with_open_fields.setChecked(True)
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    answer_dialog(SignDialog, agree)
    window.actions_.sign.trigger()
    qtbot.waitUntil(lambda: not note.is_draft, timeout=20_000)
    qtbot.waitUntil(lambda: not window.note_page.open_fields.isVisible())


def test_bold_words_headings_and_lists_come_by_keys_and_words_keep_their_sound(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation([("Take", 0.9), ("no", 0.9), ("aspirin", 0.4)], text="Take no aspirin\nrest\n😀 water")
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: shown(window) != "")
    editor = window.note_page.editor
    editor.setFocus()
    cursor = editor.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(15, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    cursor.setPosition(24)
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(editor, Qt.Key.Key_L, both)
    assert shown(window) == "Take **no aspirin**\n- rest\n- 😀 water"
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(editor, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert shown(window).endswith("- 😀 **water**")
    cursor.setPosition(22)
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_H, both)
    assert shown(window).splitlines()[1] == "# rest"
    qtbot.waitUntil(lambda: bold_of(editor.document().lastBlock()) == [(7, 5)])
    take_screenshot(window, "note-with-looks")
    note = window.session.notebook.current
    assert note is not None
    assert [(word.heard.text, word.is_edited) for word in note.document.spoken_words()] == [
        ("Take", False),
        ("no", False),
        ("aspirin", False),
    ]
    note.save_now()
    qtbot.waitUntil(lambda: not note.is_dirty and not note.is_saving)
    open_desk.close(window)
    again = open_desk()
    again.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: "**" in shown(again))
    assert len(again.session.notebook.current.document.spoken_words()) == 3  # type: ignore[union-attr]


def test_a_double_click_takes_a_field_whole(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_draft(open_desk, qtbot, "since [some time = today] or so")
    editor = window.note_page.editor
    cursor = editor.textCursor()
    cursor.setPosition(12)
    place = editor.cursorRect(cursor).center()
    qtbot.mouseDClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selected(window) == "[some time = today]"
