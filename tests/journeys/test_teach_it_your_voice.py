"""docs/learn.md: what the clinician corrects is gathered at signing and stands on the Learning page."""

from __future__ import annotations

from pathlib import Path

import pytest
from clinician import Clinician
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, answer_dialog, take_screenshot

from app.ui.dialogs import SignDialog
from app.ui.features import LearningFeature

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_correction_is_gathered_at_signing(
    desk_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store_earlier_notes()
    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    me.press("Ctrl+J")
    page = window.feature(LearningFeature).page
    qtbot.keyClick(page.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.learning.is_on, timeout=20_000)
    me.press("Esc", page.switch)

    me.start_note("Medication review", "Jane Roe, MRN 4711-22")
    me.record()
    me.say("ramipril")
    me.stop()
    heard = me.text
    assert "bisoprolol 2.5 mg" in heard and "ramipril" not in heard, heard
    me.press("F7")  # a drug that was heard rightly
    me.press("Shift+F4")
    me.press("F7")
    wrong = me.selected
    me.type("ramipril")
    assert heard.replace(wrong, "ramipril") == me.text and "ramipril 5 mg" in me.text, me.text

    answer_dialog(SignDialog, lambda dialog: dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click())
    with qtbot.waitSignal(window.session.learning.changed, timeout=60_000):
        me.press("Ctrl+Shift+S")
    me.press("Ctrl+J")
    qtbot.waitUntil(lambda: page.table.rowCount() >= 1, timeout=20_000)
    rows = [[page.table.item(row, column).text() for column in range(3)] for row in range(page.table.rowCount())]
    assert [wrong, "ramipril", "misheard"] in rows, rows
    page.table.selectRow(0)
    take_screenshot(window, "guide-learn-page")
    page.play.click()
    qtbot.waitUntil(lambda: window.session.playback.recording is not None, timeout=20_000)
