"""Trouble with the record, the settings, the model and the program itself: told in place, with nothing lost."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.paths import log_folder, models_folder, records_file, settings_file
from app.records import RecordStore
from app.ui.application import watch_window
from app.ui.models.recognition import ModelState


def wait_for_trouble(window: object, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.trouble_page, timeout=30_000)
    return window.trouble_page.what.text() + " " + window.trouble_page.next_step.text()


def test_a_corrupt_record_is_told_and_left_as_it_is(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    RecordStore.open().close()
    damaged = b"this is no database" * 500
    records_file().write_bytes(damaged)
    window = open_desk(is_waiting=False)
    assert wait_for_trouble(window, qtbot).strip()
    take_screenshot(window, "record-corrupt")
    assert window.trouble_page.next_step.text()
    assert records_file().read_bytes() == damaged
    assert not window.actions_.toggle_recording.isEnabled()
    assert not window.actions_.new_note.isEnabled()


def test_the_record_opens_on_the_next_try_once_the_trouble_is_over(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store_dictation([("Fine.", 0.9)], title="Still here")
    whole = records_file().read_bytes()
    records_file().write_bytes(b"this is no database" * 500)
    window = open_desk(is_waiting=False)
    wait_for_trouble(window, qtbot)
    records_file().write_bytes(whole)
    window.trouble_page.try_again.emit()
    qtbot.waitUntil(lambda: [note.title for note in window.session.notes.notes] == ["Still here"], timeout=20_000)
    assert window.pages.currentWidget() is not window.trouble_page


def test_damaged_settings_are_told_and_not_overwritten(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    settings_file().write_text("{ broken")
    window = open_desk()
    assert wait_for_message(window, qtbot, "settings").is_warning
    window.actions_.larger.trigger()
    qtbot.wait(300)
    assert settings_file().read_text() == "{ broken"


@pytest.mark.slow
def test_a_locked_record_keeps_the_text_on_the_screen_until_it_can_be_saved(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation([("Before.", 0.9)])
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    other = sqlite3.connect(records_file(), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    qtbot.keyClicks(window.note_page.editor, " While locked.")
    message = wait_for_message(window, qtbot, f"save {note_id}", 40_000)
    assert message.is_warning
    assert window.note_page.saving.text() == "Not saved"
    take_screenshot(window, "not-saved")
    other.execute("ROLLBACK")
    other.close()
    window.session.messages.run(message, message.actions[0])
    qtbot.waitUntil(lambda: window.note_page.saving.text() == "Saved", timeout=20_000)
    store = RecordStore.open()
    assert store.get_note(note_id).text == "Before. While locked."
    store.close()


def test_a_missing_model_leads_to_the_page_that_gets_it(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    message = wait_for_message(window, qtbot, "model")
    window.session.messages.run(message, message.actions[0])
    assert window.pages.currentWidget() is window.setup_page
    assert window.setup_page.pull.isVisible()
    assert window.session.setup.model.line.count("\n") == 0


def test_a_damaged_model_is_told_and_recordings_wait(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    folder = models_folder() / "whisper-base"
    (folder / "checkpoint").mkdir(parents=True)
    (folder / "checkpoint" / "model.safetensors").write_bytes(b"damaged")
    window = open_desk()
    qtbot.waitUntil(lambda: window.session.recognition.state == ModelState.UNAVAILABLE, timeout=20_000)
    assert wait_for_message(window, qtbot, "model").is_warning


def test_getting_the_model_can_fail_be_cancelled_and_tried_again(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "HF_ENDPOINT", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    for name in ("NO_PROXY", "no_proxy", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    window = open_desk()
    qtbot.waitUntil(lambda: window.session.recognition.state == ModelState.UNAVAILABLE, timeout=20_000)
    window.show_setup()
    setup = window.session.setup
    window.setup_page.pull.click()
    assert setup.is_pulling and window.setup_page.cancel.isVisible()
    window.setup_page.cancel.click()
    assert not setup.is_pulling and window.setup_page.pull.isVisible()
    window.setup_page.pull.click()
    qtbot.waitUntil(lambda: not setup.is_pulling, timeout=60_000)
    assert setup.pull_label == "&Try again"
    assert len(setup.model.line.splitlines()) == 1
    take_screenshot(window, "model-not-fetched")


def test_a_bug_is_shown_as_one_line_and_logged_without_text(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    hook = sys.excepthook
    try:
        window = open_desk()
        watch_window(window)
        error = ValueError("Jane Roe has hepatitis")
        sys.excepthook(ValueError, error, None)
        message = wait_for_message(window, qtbot, "bug")
    finally:
        sys.excepthook = hook
    assert message.is_warning and "Jane" not in message.text
    log = (log_folder() / "otoscribe.log").read_text()
    assert "builtins.ValueError" in log and "Jane" not in log


def test_first_run_opens_the_checks_and_later_runs_do_not(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    settings_file().unlink()
    window = open_desk()
    assert window.pages.currentWidget() is window.setup_page
    window.setup_page.go_on.click()
    assert window.pages.currentWidget() is not window.setup_page
    open_desk.close(window)
    assert json.loads(settings_file().read_text())["version"] >= 1
    again = open_desk()
    assert again.pages.currentWidget() is not again.setup_page
