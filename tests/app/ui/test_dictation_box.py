"""The small bar above all windows: it records and transfers while another program has the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from other_program import other_program
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_dictation
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.transfer import Target
from app.transfer.x11 import X11System
from app.ui.features import DictationBoxFeature, TransferFeature
from app.ui.models.recording import RecordingState
from speech.errors import OtoscribeError

pytestmark = pytest.mark.slow


def test_the_bar_records_shows_what_goes_wrong_and_transfers_without_the_focus(
    home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation([("Otitis media, left ear.", 0.9)], title="A note")
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None)
    wait_for_message(window, qtbot, "model")
    window.session.messages.clear("model")
    feature = window.feature(DictationBoxFeature)
    with other_program("Record of A") as other:
        feature.action.trigger()
        box = feature.box
        assert box.isVisible() and window.isMinimized()
        X11System().activate(Target(other.window, ""))
        qtbot.waitUntil(lambda: window.feature(TransferFeature).model.target.id == other.window, timeout=10_000)
        assert box.line.text() == "Note: A note   Transfers to: Record of A"
        qtbot.mouseClick(box.record, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.state.text() == "Recording", timeout=20_000)
        qtbot.waitUntil(lambda: box.time.text() == "00:01", timeout=20_000)
        assert not box.whole.geometry().intersects(box.line.geometry())
        take_screenshot(box, "dictation-box")
        qtbot.mouseClick(box.stop, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.session.recording.state == RecordingState.IDLE, timeout=20_000)
        qtbot.mouseClick(box.transfer, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.line.text().startswith("Transferred to Record of A"), timeout=20_000)
        assert other.text == "Otitis media, left ear."
    window.session.messages.warn("disk", OtoscribeError("The disk is full", "Free some space."))
    assert box.line.text() == "The disk is full. Free some space."
    qtbot.mouseClick(box.whole, Qt.MouseButton.LeftButton)
    assert not box.isVisible() and not window.isMinimized()
