"""docs/control.md: what is dictated stands in the program that the clinician came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from clinician import Clinician
from other_program import other_program
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, take_screenshot

from app.transfer import Target
from app.transfer.x11 import X11System
from app.ui.features import TransferFeature

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_sentence_is_dictated_and_transferred(
    desk_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store_earlier_notes()
    QGuiApplication.clipboard().clear()
    window = open_desk()
    me, transfer = Clinician(window, sound_server, qtbot), window.feature(TransferFeature)
    with other_program("Jane Roe, progress notes") as record:
        user = X11System()
        qtbot.waitUntil(lambda: not transfer.model.is_by_hand, timeout=20_000)
        user.activate(Target(record.window, ""))
        qtbot.waitUntil(lambda: transfer.model.target.id == record.window, timeout=20_000)
        user.activate(Target(int(window.winId()), ""))
        qtbot.waitUntil(window.isActiveWindow, timeout=20_000)

        me.start_note("Progress note", "Jane Roe, MRN 4711-22")
        me.record()
        me.say("question")
        me.stop()
        written = me.text
        assert written == "Could this be interstitial lung disease?"
        assert transfer.line.text() == "Transfers to: Jane Roe, progress notes"
        take_screenshot(window, "guide-control-transfer")
        me.press("Ctrl+Return")
        messages = window.session.messages
        told = "Transferred to Jane Roe, progress notes"
        qtbot.waitUntil(lambda: any(each.text.startswith(told) for each in messages.standing), timeout=30_000)
        assert record.text == written
        user.close()
