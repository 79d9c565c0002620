"""The page where templates and short forms are kept: read, written, made one's own, brought in and handed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, answer_dialog, drop_files, take_screenshot, wait_for_message

from app.desk.template_store import Scope
from app.desk.templates import open_template_store
from app.dictation.templates import Template
from app.settings import Settings
from app.ui.dialogs import Question
from app.ui.features import TemplatesFeature
from app.ui.template_import_dialog import TemplateImportDialog
from app.ui.templates_page import TemplatesPage
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow


def open_page(open_desk: DeskOpener, qtbot: QtBot) -> tuple[MainWindow, TemplatesPage]:
    window = open_desk()
    window.feature(TemplatesFeature).opens.trigger()
    page = window.feature(TemplatesFeature).page
    qtbot.waitUntil(lambda: page.list.count() > 12, timeout=20_000)
    return window, page


def own() -> dict[str, Template]:
    return {each.name: each.template for each in open_template_store(Settings()).listed() if each.scope is Scope.USER}


def test_a_template_is_written_with_its_report_kept_changed_and_deleted(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window, page = open_page(open_desk, qtbot)
    page.new.click()
    editor = page.editor
    qtbot.keyClicks(editor.title, "Knee visit")
    qtbot.keyClicks(editor.typed, "soap")
    editor.body.setPlainText("By [author].\nPain in the [side: *left | right] knee, [since.")
    assert "Line 2: “[since.”: the field does not end on its line" in editor.report.text()
    assert "never chosen unasked" in editor.report.text()
    assert "“.soap” also stands for SOAP note" in editor.report.text()
    assert "By Dr. Ada Finch." in editor.preview.toPlainText()
    assert not page.keep.isEnabled()
    take_screenshot(window, "templates-page-report")
    editor.typed.setText(".knee")
    editor.body.setPlainText("By [author].\nPain in the [side: left | right] knee, [since].")
    assert editor.report.text() == ""
    page.keep.click()
    expected = Template("Knee visit", "By [author].\nPain in the [side: left | right] knee, [since].", (), "knee")
    qtbot.waitUntil(lambda: own() == {"knee-visit": expected}, timeout=20_000)
    qtbot.waitUntil(lambda: page.chosen is not None and page.chosen.name == "knee-visit")
    editor.spoken.setText("knee | knee note")
    page.keep.click()
    qtbot.waitUntil(lambda: own()["knee-visit"].spoken == ("knee", "knee note"), timeout=20_000)
    assert list(own()) == ["knee-visit"]
    qtbot.waitUntil(lambda: not page.editor.is_changed, timeout=20_000)
    page.delete.click()
    message = wait_for_message(window, qtbot, "templates")
    assert own() == {}
    window.session.messages.run(message, message.actions[0])
    qtbot.waitUntil(lambda: "knee-visit" in own(), timeout=20_000)


def test_a_shipped_template_is_read_and_made_ones_own(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window, page = open_page(open_desk, qtbot)
    page.search.setText("discharge")
    assert page.list.count() == 1
    assert page.editor.body.isReadOnly() and not page.keep.isEnabled() and not page.delete.isEnabled()
    take_screenshot(window, "templates-page")
    page.duplicate.click()
    qtbot.waitUntil(lambda: "discharge-letter" in own(), timeout=20_000)
    qtbot.waitUntil(lambda: page.chosen is not None and page.chosen.scope is Scope.USER)
    assert page.list.count() == 1 and not page.editor.body.isReadOnly()
    page.search.setText("")
    qtbot.keyClicks(page.editor.title, "!")
    answer_dialog(Question, lambda dialog: dialog.stay.click())
    row = page.list.currentRow()
    page.list.setCurrentRow(row + 1)
    assert page.list.currentRow() == row and page.editor.template.title.startswith("!")
    answer_dialog(Question, lambda dialog: dialog.go_on.click())
    page.list.setCurrentRow(row + 1)
    assert page.list.currentRow() == row + 1 and not page.editor.is_changed


def test_files_are_previewed_and_taken_all_or_none(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "knee.txt").write_text("title: Knee\n\n[side: left | right]")
    (folder / "hip.txt").write_text("title: Hip\n\n[side: left | right")
    (folder / "plain.txt").write_text("Kind regards")
    open_template_store(Settings()).save("knee", Template("Knee", "old"))
    window, page = open_page(open_desk, qtbot)

    def check(dialog: TemplateImportDialog) -> None:
        rows = [[dialog.rows.item(row, column).text() for column in range(3)] for row in range(3)]
        assert rows == [
            ["hip.txt", "Hip", "Can't be taken"],
            ["knee.txt", "Knee", "The name is taken"],
            ["plain.txt", "plain", "Will be yours"],
        ]
        ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert not ok.isEnabled()
        take_screenshot(dialog, "import-templates")
        dialog.on_clash.setCurrentIndex(1)
        ok.click()

    answer_dialog(TemplateImportDialog, check)
    page.preview(folder)
    qtbot.waitUntil(lambda: len(own()) == 3, timeout=20_000)
    assert own()["knee"].body == "old" and own()["knee-2"].body == "[side: left | right]"
    assert own()["plain"] == Template("plain", "Kind regards")
    assert drop_files(window, [tmp_path / "nothing.txt"])
    assert "can't be read" in wait_for_message(window, qtbot, "templates").text


def test_the_page_is_reached_by_keys(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window, page = open_page(open_desk, qtbot)
    window._scale(21)
    take_screenshot(window, "templates-page-21pt")
    assert window.size() == QSize(1280, 720)
    page.search.setFocus()
    reached = set()
    for _ in range(24):
        focused = window.focusWidget()
        assert focused is not None
        reached.add(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert {"Templates", "Title", "Said", "Short form", "New", "Text, with fields in brackets"} <= reached
