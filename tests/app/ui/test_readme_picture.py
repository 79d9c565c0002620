"""The picture in the README, made from a real dictation; tests/artefacts/readme.png is copied to docs/images."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, leave_behind
from window_fixtures import DeskOpener, take_screenshot

from app.records import RecordStore
from speech.resources import shipped


@pytest.mark.slow
def test_a_real_dictation_looks_as_the_readme_shows_it(model_home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    store = RecordStore.open()
    for title, patient, text in (
        ("Discharge letter", "Maria Alvarez, 1958", "Admitted with community-acquired pneumonia, treated with"),
        ("Ward round", "John Doe, 1971", "Afebrile since yesterday. Eating and drinking well."),
        ("Cardiology clinic", "R. Osei, 1949", "No palpitations since the procedure."),
    ):
        note = store.create_note(title, patient, author=AUTHOR, text=text)
    store.sign(note.id, AUTHOR)
    store.close()
    leave_behind(shipped("samples/dictation.flac"))
    window = open_desk()
    qtbot.waitUntil(lambda: bool(window.session.recovery.offer), timeout=20_000)
    window.session.put_into_new_note(window.session.recovery.offer[0])
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "", timeout=120_000)
    qtbot.waitUntil(lambda: not window.session.reason_to_stay, timeout=20_000)
    current = window.session.notebook.current
    assert current is not None
    current.set_title("Diabetes follow-up")
    current.set_patient("Jane Roe, 1968")
    qtbot.waitUntil(lambda: not current.is_dirty and not current.is_saving, timeout=10_000)
    qtbot.waitUntil(lambda: window.session.notes.notes[0].title == "Diabetes follow-up", timeout=10_000)
    assert window.message_bar.isHidden()
    assert "142" in window.note_page.editor.toPlainText()
    take_screenshot(window, "readme")
