"""The lexicons in the window: import with a preview, switches, search, terms added, changed and removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener, answer_dialog, drop_files, take_screenshot, wait_for_message

from app.desk.lexicons import OWN_LEXICON, find_terms, open_store
from app.ui.features import LexiconsFeature
from app.ui.lexicon_dialogs import ImportDialog, TermDialog
from app.ui.lexicons_page import LexiconsPage
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow

ROWS = """written,spoken,category
Nuss procedure,noose procedure,procedure
nuss procedure,,
---,,
Ravitch repair,,procedure
"""


def open_page(open_desk: DeskOpener, qtbot: QtBot) -> tuple[MainWindow, LexiconsPage]:
    window = open_desk()
    lexicons = window.feature(LexiconsFeature)
    lexicons.opens.trigger()
    page = lexicons.page
    qtbot.waitUntil(lambda: page.list.count() > 10 and page.table.model().rowCount() > 0, timeout=30_000)
    return window, page


def wait_found(page: LexiconsPage, qtbot: QtBot, *written: str) -> None:
    model = page.table.model()

    def shown() -> list[str]:
        return [model.index(row, 0).data() for row in range(min(model.rowCount(), 20))]

    qtbot.waitUntil(lambda: shown() == list(written), timeout=30_000)


def test_a_list_is_previewed_imported_searched_and_a_term_removed_and_brought_back(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "thoracic.csv").write_text(ROWS)
    window, page = open_page(open_desk, qtbot)

    def check(dialog: ImportDialog) -> None:
        assert dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).text() == "&Import 2 terms"
        rows = [[dialog.rows.item(row, column).text() for column in range(5)] for row in range(4)]
        assert [row[:3] for row in rows] == [
            ["3", "Merged", "nuss procedure"],
            ["4", "Refused", "---"],
            ["2", "Taken", "Nuss procedure"],
            ["5", "Taken", "Ravitch repair"],
        ]
        assert rows[1][4] == "Write a word, or delete the row."
        dialog.name.setText("cardiology")
        assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
        dialog.name.setText("thoracic")
        take_screenshot(dialog, "import-preview")
        dialog.accept()

    answer_dialog(ImportDialog, check)
    assert drop_files(window, [tmp_path / "thoracic.csv"])
    wait_found(page, qtbot, "Nuss procedure", "Ravitch repair")
    assert page.line.text() == "2 terms"
    assert next(item for item in open_store().listed() if item.name == "thoracic").on
    page.table.selectRow(0)
    assert page.table.model().index(0, 6).data() == "thoracic.csv:2"
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    wait_found(page, qtbot, "Ravitch repair")
    message = wait_for_message(window, qtbot, "lexicons")
    assert message.text == "Removed Nuss procedure from thoracic."
    window.session.messages.run(message, message.actions[0])
    wait_found(page, qtbot, "Ravitch repair", "Nuss procedure")
    assert find_terms(open_store(), "thoracic", "noose").terms[0].term.spoken == ("noose procedure",)


def test_what_is_said_can_be_read_in_a_small_window(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    spoken = "video assisted thoracoscopy"
    (tmp_path / "thoracic.csv").write_text(f"written,spoken,category\nVATS,{spoken},procedure\n")
    window, page = open_page(open_desk, qtbot)
    window.resize(1280, 720)
    answer_dialog(ImportDialog, lambda dialog: dialog.accept())
    assert drop_files(window, [tmp_path / "thoracic.csv"])
    wait_found(page, qtbot, "VATS")
    assert page.table.fontMetrics().horizontalAdvance(spoken) < page.table.columnWidth(1)
    assert page.table.columnViewportPosition(1) + page.table.columnWidth(1) <= page.table.viewport().width()


def test_a_shipped_list_is_switched_on_and_a_term_of_it_taken_back(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    _, page = open_page(open_desk, qtbot)
    place = next(row for row in range(page.list.count()) if "ardiology" in page.list.item(row).text())
    item = page.list.item(place)
    assert item.checkState() == Qt.CheckState.Unchecked
    take_screenshot(page.window(), "lexicons")
    item.setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: next(each for each in open_store().listed() if each.name == "cardiology").on)
    page.list.setCurrentRow(place)
    written = open_store().load("cardiology").terms[-1].written
    page.search.setText(written)
    model = page.table.model()
    qtbot.waitUntil(lambda: model.rowCount() > 0 and model.index(0, 0).data() == written, timeout=30_000)
    page.table.selectRow(0)
    assert not page.change.isEnabled() and not page.remove.isEnabled()
    page.take_back.click()
    qtbot.waitUntil(lambda: find_terms(open_store(), "cardiology", written).total == 0, timeout=30_000)
    (listed,) = [each for each in open_store().listed() if each.name == "cardiology"]
    assert listed.taken_back == 1


def test_a_corrected_word_becomes_a_term_that_knows_what_was_heard(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = store_dictation([("takes", 0.9), ("kazar", 0.4), ("daily", 0.9)])
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    window.actions_.next_doubt.trigger()
    qtbot.keyClicks(window.note_page.editor, "Cozaar")

    def check(dialog: TermDialog) -> None:
        assert (dialog.written.text(), dialog.spoken.text()) == ("Cozaar", "kazar")
        dialog.written.setText("")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
        assert "has to be written" in dialog.problem.text()
        dialog.written.setText("Cozaar")
        assert dialog.problem.isHidden()
        dialog.category.setText("drug")
        take_screenshot(dialog, "this-is-a-term")
        dialog.accept()

    answer_dialog(TermDialog, check)
    qtbot.keyClick(window.note_page.editor, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    wait_for_message(window, qtbot, "lexicons")
    (shown,) = find_terms(open_store(), OWN_LEXICON, "").terms
    assert (shown.term.written, shown.term.spoken, shown.term.category) == ("Cozaar", ("kazar",), "drug")
    assert shown.usage.corrected == 1 and shown.origin == "added by hand"


def test_a_term_is_changed_and_its_list_removed(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    from app.desk.lexicons import make_term

    open_store().add_term(OWN_LEXICON, make_term("Ravich repair", ""))
    _, page = open_page(open_desk, qtbot)
    page.list.setCurrentRow(1)
    wait_found(page, qtbot, "Ravich repair")
    page.table.selectRow(0)

    def mend(dialog: TermDialog) -> None:
        dialog.written.setText("Ravitch repair")
        dialog.accept()

    answer_dialog(TermDialog, mend)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    wait_found(page, qtbot, "Ravitch repair")
    assert [term.written for term in open_store().load(OWN_LEXICON).terms] == ["Ravitch repair"]


def test_a_bad_file_is_one_line_and_the_notes_are_one_key_away(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04 and so on")
    window, page = open_page(open_desk, qtbot)
    page.preview(tmp_path / "book.csv")
    message = wait_for_message(window, qtbot, "lexicons")
    assert message.is_warning and "save the sheet as CSV" in message.text
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert window.inner.currentWidget() is window.empty_page


@pytest.mark.parametrize(("theme", "points"), [("light", 12), ("dark", 16)])
def test_the_page_fits_and_names_everything(
    theme: str, points: int, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window, page = open_page(open_desk, qtbot)
    window._choose_theme(theme)
    window._scale(points)
    qtbot.wait(50)
    take_screenshot(window, f"lexicons-{theme}-{points}pt")
    for button in (page.add_list, page.back, page.add, page.change, page.take_back, page.remove):
        assert button.sizeHint().width() <= button.width() + 1
        assert button.accessibleName()
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))
    assert page.list.accessibleName() and page.table.accessibleName() and page.search.accessibleName()
