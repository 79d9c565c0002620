"""docs/correct.md: the misheard word is found, heard again and mended; the note is signed, and added to later."""

from __future__ import annotations

from pathlib import Path

import pytest
from clinician import Clinician
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, answer_dialog, take_screen_picture, take_screenshot

from app.records import NoteStatus, RecordStore
from app.ui.dialogs import AddendumDialog, SignDialog
from app.ui.features import CorrectingFeature

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_misheard_word_is_found_heard_mended_and_signed(
    desk_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store_earlier_notes()
    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    me.start_note("Chest examination", "Jane Roe, MRN 4711-22")
    me.record()
    me.say("wheeze")
    me.stop()
    assert "fine crackles at both bases" in me.text and "wheeze" not in me.text, me.text

    doubts, playback = window.note_page.doubts, window.session.playback
    me.press("F7")
    (first,) = [word for word in me.note.document.spoken_words() if word.heard.text == me.selected]
    me.press("F5")
    qtbot.waitUntil(lambda: playback.recording is not None, timeout=20_000)
    qtbot.waitUntil(lambda: playback.position_s > first.heard.start_s, timeout=20_000)
    assert playback.position_s < first.heard.end_s + 1
    qtbot.waitUntil(lambda: playback.recording is None, timeout=20_000)
    me.press("Ctrl+Shift+W")
    qtbot.waitUntil(lambda: window.session.waveform.peaks is not None, timeout=20_000)
    take_screenshot(window, "guide-correct-doubt")
    me.press("Ctrl+Shift+W")
    assert me.editor.hasFocus() and me.selected == first.heard.text
    me.type("Auscultation")
    me.press("F7")
    me.press("F4")
    feature = window.feature(CorrectingFeature)
    qtbot.waitUntil(lambda: feature.menu is not None and bool(feature.menu.choices), timeout=60_000)
    take_screen_picture(window, "guide-correct-wordings")
    assert feature.menu is not None
    wanted = next(number for number, each in enumerate(feature.menu.choices, 1) if "wheeze" in each.text)
    qtbot.keyClicks(feature.menu, str(wanted))
    assert me.text == "Auscultation showed fine crackles at both bases and no wheeze."
    qtbot.waitUntil(lambda: not doubts.isVisible(), timeout=10_000)

    def sign(dialog: SignDialog) -> None:
        take_screenshot(dialog, "guide-correct-sign")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    def add(dialog: AddendumDialog) -> None:
        me.qtbot.keyClicks(dialog.text, "Chest radiograph: clear.")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    answer_dialog(SignDialog, sign)
    me.press("Ctrl+Shift+S")
    note = me.note
    qtbot.waitUntil(lambda: note.note.status == NoteStatus.SIGNED, timeout=20_000)
    signed = me.text
    answer_dialog(AddendumDialog, add)
    me.press("Ctrl+Shift+A")
    qtbot.waitUntil(lambda: note.note.status == NoteStatus.AMENDED, timeout=20_000)
    me.type("more")
    take_screenshot(window, "guide-correct-signed")
    with RecordStore.open() as store:
        kept = store.get_note(note.id)
    assert kept.text == signed
    assert [each.text for each in kept.addenda] == ["Chest radiograph: clear."]
