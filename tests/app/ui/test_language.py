"""The language of the window: chosen in the menu, spoken from the next start on, by Qt's own words too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from every_view import fill_record
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR
from window_fixtures import DeskOpener, wait_for_message

from app import settings
from app.translation import use_language
from app.ui.dialogs import SignDialog
from app.ui.features import LanguageFeature
from speech.errors import OtoscribeError

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    use_language("en")


def test_a_language_is_chosen_and_spoken_from_the_next_start_on(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = fill_record()
    window = open_desk()
    language = window.feature(LanguageFeature)
    assert language.choices["auto"].isChecked()
    language.choices["de"].trigger()
    assert "next time" in wait_for_message(window, qtbot, "language").text
    assert window.menuBar().actions()[0].text() == "&Note"
    open_desk.close(window)
    assert settings.load().interface_language == "de"

    window = open_desk()
    assert [action.text() for action in window.menuBar().actions()][:2] == ["Be&richt", "&Bearbeiten"]
    assert window.feature(LanguageFeature).choices["de"].isChecked()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.doubts.text() == "27 Wörter zu prüfen", timeout=20_000)
    assert "Strg" in window.note_page.sign.toolTip()
    dialog = SignDialog(AUTHOR, 1, [], window)
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    dialog.deleteLater()
    window.session.messages.warn("disk", OtoscribeError("The disk cannot be read", "Free some space and try again."))
    told = wait_for_message(window, qtbot, "disk").text
    assert told == "Der Datenträger lässt sich nicht lesen. Schaffen Sie Platz und versuchen Sie es erneut."


def test_a_signature_is_dated_as_the_language_does(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    file = settings.paths.settings_file()
    file.write_text(file.read_text().replace('"version": 1,', '"version": 1, "interface_language": "zh",'))
    note_id = fill_record()
    window = open_desk()
    window.session.notebook.open(note_id - 1)
    qtbot.waitUntil(lambda: window.session.notebook.current is not None, timeout=20_000)
    signed = window.session.notebook.current
    assert signed is not None and signed.note.signed_at is not None
    local = signed.note.signed_at.astimezone()
    assert signed.signature == f"签署：{AUTHOR}，{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
