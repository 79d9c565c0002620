"""docs/terms.md: a list is brought in, and the next dictation writes its terms rightly."""

from __future__ import annotations

from pathlib import Path

import pytest
from clinician import Clinician
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, answer_dialog, take_screenshot

from app.desk.lexicons import find_terms, open_store
from app.ui.features import LexiconsFeature
from app.ui.lexicon_dialogs import ImportDialog, TermDialog

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ROWS = """written,spoken,category
pirfenidone,,drug
nintedanib,,drug
Nuss procedure,noose procedure,procedure
Ravitch repair,,procedure
honeycombing,,finding
---,,
"""


def test_a_list_is_imported_and_its_term_dictated(
    desk_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    store_earlier_notes()
    (tmp_path / "respiratory.csv").write_text(ROWS)
    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    me.press("Ctrl+L")
    page = window.feature(LexiconsFeature).page
    qtbot.waitUntil(lambda: page.list.count() > 10, timeout=30_000)

    def choose(dialog: QFileDialog) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        field.setText(str(tmp_path / "respiratory.csv"))
        dialog.accept()

    def take(dialog: ImportDialog) -> None:
        take_screenshot(dialog, "guide-terms-import")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    answer_dialog(QFileDialog, choose)
    answer_dialog(ImportDialog, take)
    page.add_list.click()
    qtbot.waitUntil(lambda: page.line.text() == "5 terms", timeout=30_000)
    take_screenshot(window, "guide-terms-page")
    me.press("Esc", page.search)

    me.start_note("Lung clinic", "Jane Roe, MRN 4711-22")
    me.record()
    me.say("pirfenidone")
    me.stop()
    me.wait_for("improved on pirfenidone")
    (word,) = [word for word in me.note.document.spoken_words() if word.heard.term is not None]
    assert word.heard.heard and "pirfenidone" not in word.heard.heard.lower()
    qtbot.waitUntil(lambda: find_terms(open_store(), "respiratory", "pirfen").terms[0].usage.heard == 1, timeout=20_000)

    def keep(dialog: TermDialog) -> None:
        assert dialog.written.text() == "pulmonary function"
        take_screenshot(dialog, "guide-terms-one")
        dialog.accept()

    cursor = me.editor.textCursor()
    cursor.setPosition(me.text.index("pulmonary function"))
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, len("pulmonary function"))
    me.editor.setTextCursor(cursor)
    answer_dialog(TermDialog, keep)
    me.press("Ctrl+K")
    qtbot.waitUntil(lambda: find_terms(open_store(), None, "pulmonary function").total == 1, timeout=20_000)
