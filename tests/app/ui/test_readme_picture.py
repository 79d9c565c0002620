"""The README's picture, taken during a real dictation. To renew it: run this, copy tests/artefacts/readme.png to
docs/images/window.png."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import AUTHOR
from window_fixtures import DeskOpener, take_screenshot

from app.records import RecordStore
from app.ui.models.recording import RecordingState
from speech.resources import shipped


@pytest.mark.slow
def test_a_real_dictation_looks_as_the_readme_shows_it(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store = RecordStore.open()
    for title, patient, text in (
        ("Discharge letter", "Maria Alvarez, 1958", "Admitted with community-acquired pneumonia, treated with"),
        ("Ward round", "John Doe, 1971", "Afebrile since yesterday. Eating and drinking well."),
        ("Cardiology clinic", "R. Osei, 1949", "No palpitations since the procedure."),
    ):
        note = store.create_note(title, patient, author=AUTHOR, text=text)
    store.sign(note.id, AUTHOR)
    store.close()
    window = open_desk()
    qtbot.waitUntil(lambda: bool(window.session.recording.microphones), timeout=20_000)
    window.actions_.toggle_recording.trigger()
    qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.RECORDING, timeout=20_000)
    current = window.session.notebook.current
    assert current is not None
    current.set_title("Diabetes follow-up")
    current.set_patient("Jane Roe, 1968")
    with sound_server.playing(shipped("samples/dictation.flac")):
        qtbot.waitUntil(lambda: "metformin" in current.document.toPlainText(), timeout=60_000)
        qtbot.waitUntil(lambda: current.document.partial.text.count(" ") > 5, timeout=20_000)
        qtbot.waitUntil(lambda: window.session.notes.notes[0].title == "Diabetes follow-up", timeout=10_000)
        assert window.message_bar.isHidden()
        take_screenshot(window, "readme")
