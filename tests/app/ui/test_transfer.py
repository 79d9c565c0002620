"""The note's text into the window of a real other program: pasted, typed, or refused; the clipboard as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from other_program import OtherProgram, other_program
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.records import AuditAction, RecordStore
from app.settings import TRANSFER_WAYS
from app.transfer import Target
from app.transfer.x11 import X11System
from app.ui.features import TransferFeature
from app.ui.models.messages import Message
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow

TEXT = "Otitis media, left ear.\nReview in 2 weeks."


@pytest.fixture
def record(display: str) -> Iterator[OtherProgram]:
    with other_program("Record of A") as program:
        yield program


@pytest.fixture
def window(home: Path, record: OtherProgram, open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    """A note with text, opened after the record had the focus; nothing is in the clipboard."""
    QGuiApplication.clipboard().clear()
    note_id = store_dictation([(TEXT, 0.9)], title="A note")
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() == TEXT)
    leave_for(record, window, qtbot)
    return window


def leave_for(program: OtherProgram, window: MainWindow, qtbot: QtBot) -> None:
    """The user clicks into the other program and comes back."""
    model, user = window.feature(TransferFeature).model, X11System()
    qtbot.waitUntil(lambda: not model.is_by_hand, timeout=10_000)
    user.activate(Target(program.window, ""))
    qtbot.waitUntil(lambda: model.target.id == program.window, timeout=10_000)
    user.activate(Target(int(window.winId()), ""))
    window.note_page.editor.setFocus()
    qtbot.waitUntil(window.isActiveWindow, timeout=10_000)


def transfer(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def wait_transferred(window: MainWindow, qtbot: QtBot) -> None:
    """The other program has the text. It must not be asked before: it would wait for the clipboard of this process."""
    messages = window.session.messages
    qtbot.waitUntil(lambda: any(each.text.startswith("Transferred to ") for each in messages.standing), timeout=20_000)


def wait_refused(window: MainWindow, qtbot: QtBot) -> Message:
    message = wait_for_message(window, qtbot, "transfer")
    assert message.is_warning and len(message.text.splitlines()) == 1
    return message


def test_the_text_is_pasted_and_the_clipboard_is_as_it_was(
    window: MainWindow, record: OtherProgram, qtbot: QtBot
) -> None:
    record.ask("copy", "copied before")
    assert window.feature(TransferFeature).line.text() == "Transfers to: Record of A"
    take_screenshot(window, "transfer")
    transfer(window, qtbot)
    wait_transferred(window, qtbot)
    assert record.text == TEXT
    assert ask_while_answering(record, window, qtbot, "clipboard")[0] == "copied before"
    note = window.session.notebook.current
    assert note is not None
    store = RecordStore.open()
    qtbot.waitUntil(
        lambda: (AuditAction.EXPORTED, "transfer") in [(each.action, each.detail) for each in store.audit(note.id)]
    )
    store.close()


def ask_while_answering(program: OtherProgram, window: MainWindow, qtbot: QtBot, *words: str) -> object:
    """Asks the program for something that it can only get from this process's clipboard."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(program.ask, *words)
        qtbot.waitUntil(asked.done, timeout=10_000)
        return asked.result()


def test_only_the_selection_goes_over_and_a_large_text_goes_whole(
    window: MainWindow, record: OtherProgram, qtbot: QtBot
) -> None:
    editor = window.note_page.editor
    large = "Line of a long letter, ear, nose and throat.\n" * 8000  # more than a piece that X hands over at once
    cursor = QTextCursor(editor.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText(large)
    cursor.setPosition(len(TEXT))
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    transfer(window, qtbot)
    wait_transferred(window, qtbot)
    assert record.text == large


def test_a_window_that_shows_another_patient_by_now_is_refused_once(
    window: MainWindow, record: OtherProgram, qtbot: QtBot
) -> None:
    record.ask("title", "Record of B")
    transfer(window, qtbot)
    wait_refused(window, qtbot)
    assert record.text == "" and window.isActiveWindow()
    qtbot.waitUntil(lambda: window.feature(TransferFeature).line.text() == "Transfers to: Record of B")
    transfer(window, qtbot)
    wait_transferred(window, qtbot)
    assert record.text == TEXT


def test_a_closed_window_is_refused_and_the_text_can_be_pasted_by_hand(
    window: MainWindow, record: OtherProgram, qtbot: QtBot
) -> None:
    record.close()
    transfer(window, qtbot)
    message = wait_refused(window, qtbot)
    assert "closed" in message.text
    window.session.messages.run(message, message.actions[-1])
    by_hand = wait_for_message(window, qtbot, "transfer by hand")
    assert wait_for_message(window, qtbot, "transfer").text == "The text is ready to be pasted."
    with other_program("Another") as another:
        text, kinds = ask_while_answering(another, window, qtbot, "clipboard")
        assert text == TEXT and "x-kde-passwordManagerHint" in kinds
        window.session.messages.run(by_hand, by_hand.actions[0])
        assert ask_while_answering(another, window, qtbot, "clipboard")[0] == ""


def test_where_nothing_takes_the_text_the_clipboard_is_given_back(
    window: MainWindow, record: OtherProgram, qtbot: QtBot
) -> None:
    record.ask("copy", "copied before")
    record.ask("refuse")
    transfer(window, qtbot)
    message = wait_refused(window, qtbot)
    assert "took no text" in message.text
    assert [action.label for action in message.actions] == ["Type it instead", "Paste by hand"]
    assert ask_while_answering(record, window, qtbot, "clipboard")[0] == "copied before"


def test_text_can_be_typed_instead(window: MainWindow, record: OtherProgram, qtbot: QtBot) -> None:
    window.session.desk.change_settings(pytest.fail, transfer_way=TRANSFER_WAYS[1])
    transfer(window, qtbot)
    wait_transferred(window, qtbot)
    qtbot.waitUntil(lambda: record.text == TEXT, timeout=10_000)  # keys are on their way for a moment
