"""docs/dictate.md and docs/templates.md: from the first start to the signed letter, with a template whose fields are
filled by voice and by keys."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from clinician import Clinician
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, answer_dialog, take_screenshot, wait_for_message

from app.records import NoteStatus
from app.ui.dialogs import SignDialog
from app.ui.features import TemplatesFeature, TourFeature, VoiceCommandsFeature
from app.ui.models.setup import Check

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def fill(me: Clinician, field: str, text: str) -> None:
    """Types what a field asks for, and goes to the next."""
    assert me.selected.startswith(f"[{field}"), me.selected
    me.type(text)
    me.press("F3")


def dictate_into_the_fields(me: Clinician) -> None:
    """The letter's template by voice, and what it asks for by voice and by keys."""
    me.record()
    me.say("insert-referral-letter")
    me.wait_for("[reason for referral]")
    take_screenshot(me.window, "guide-templates-fields")
    fill(me, "recipient", "Respiratory clinic")
    assert me.selected == "[urgency: routine | soon | urgent]"
    me.press("Return")
    menu = QApplication.activePopupWidget()
    assert menu is not None
    me.qtbot.keyClick(menu, Qt.Key.Key_2)
    me.press("F3")
    assert me.selected == "[reason for referral]"
    me.say("reason")
    me.wait_for("shortness of breath")
    me.say("next-field")
    me.qtbot.waitUntil(lambda: me.selected == "[what is asked]", timeout=60_000)
    partial = me.note.document.partial
    with me.server.playing(me.speech("question")):
        me.qtbot.waitUntil(lambda: "interstitial" in partial.text, timeout=60_000)
        take_screenshot(me.window, "guide-dictate-live")
        me.wait_for("interstitial lung disease")
    me.stop()


def be_shown_around(me: Clinician) -> None:
    """The four screens of the first start."""
    window = me.window
    setup = window.session.setup
    me.qtbot.waitUntil(lambda: setup.is_good and setup.model.check == Check.GOOD, timeout=120_000)
    with me.server.playing(me.speech("reason")):
        me.qtbot.waitUntil(lambda: setup.microphone.check == Check.GOOD, timeout=20_000)
        take_screenshot(window, "guide-dictate-first-start")
    me.press("Space", window.setup_page.go_on)
    tour = window.feature(TourFeature).page
    take_screenshot(window, "guide-first-steps-tour")
    while tour.isVisible():
        me.press("Space")
    assert window.empty_page.record.hasFocus()


def sign_and_export(me: Clinician, path: Path) -> None:
    def sign(dialog: SignDialog) -> None:
        me.qtbot.keyClicks(dialog.name, "Dr. Ada Finch")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    answer_dialog(SignDialog, sign)
    me.press("Ctrl+Shift+S")
    note = me.note
    me.qtbot.waitUntil(lambda: note.note.status == NoteStatus.SIGNED, timeout=20_000)

    def save(dialog: QFileDialog) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        field.setText(str(path))
        dialog.accept()

    answer_dialog(QFileDialog, save)
    me.press("Ctrl+Shift+E")
    wait_for_message(me.window, me.qtbot, "export")


def look_at_what_was_used(me: Clinician) -> None:
    """The template and the commands, on their pages."""
    window = me.window
    window.session.messages.clear("export")
    templates = window.feature(TemplatesFeature).page
    me.press("Ctrl+Shift+I")
    me.type("referral")
    me.qtbot.waitUntil(lambda: templates.list.count() == 1, timeout=20_000)
    assert "[reason for referral]" in templates.editor.body.toPlainText()
    take_screenshot(window, "guide-templates-page")
    me.press("Esc")
    commands = window.feature(VoiceCommandsFeature).page
    me.press("F1")
    me.type("next field")
    me.qtbot.waitUntil(lambda: commands.table.rowCount() > 20, timeout=20_000)
    take_screenshot(window, "guide-commands-page")
    me.press("Esc")
    assert window.inner.currentWidget() is window.note_page


def test_from_the_first_start_to_the_signed_letter(
    model_home: Path,
    sound_server: SoundServer,
    open_desk: DeskOpener,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "Dr. Ada Finch")  # who is logged in, until the settings name an author
    (model_home / "settings" / "settings.json").unlink()
    store_earlier_notes()
    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    be_shown_around(me)
    me.start_note("Referral", "Jane Roe, MRN 4711-22")
    dictate_into_the_fields(me)
    assert "patient because of her shortness of breath on exertion for 3 months" in me.text, me.text
    assert "with a dry cough.\n" in me.text, "the field's own full stop, once"
    assert "Re: Jane Roe, record number 4711-22" in me.text
    assert "Urgency: soon" in me.text
    assert me.text.count("Could this be interstitial lung disease?") == 1
    me.press("F3")
    fill(me, "history", "Never smoked. Keeps pigeons.")
    fill(me, "examination", "Fine crackles at both bases.")
    fill(me, "medication", "none")
    fill(me, "allergies", "None known.")
    me.press("Ctrl+D")
    me.qtbot.waitUntil(window.note_page.open_fields.isHidden, timeout=20_000)
    take_screenshot(window, "guide-dictate-done")

    path = tmp_path / "letter.docx"
    sign_and_export(me, path)
    paragraphs = {paragraph.text: paragraph.style.name for paragraph in docx.Document(str(path)).paragraphs}
    assert "Heading" in paragraphs["Question"]
    assert "Could this be interstitial lung disease?" in paragraphs
    assert not [text for text in paragraphs if "[" in text]
    look_at_what_was_used(me)
