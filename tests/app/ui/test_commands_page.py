"""The page of what can be said: the commands, phrases of one's own kept in a file, and a line to try them in."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, answer_dialog, take_screenshot, wait_for_message

from app.paths import own_commands_file, site_commands_file
from app.ui.commands_page import CommandsPage
from app.ui.features import VoiceCommandsFeature
from app.ui.own_phrase_dialog import OwnPhraseDialog
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow

OWN = """# mine
[[phrase]]
say = "my closing words"   # at the end of letters
text = "Kind regards"

[[phrase]]
say = "go"
text = "too short"
"""


def open_page(window: MainWindow, qtbot: QtBot) -> CommandsPage:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    page = window.feature(VoiceCommandsFeature).page
    qtbot.waitUntil(page.isVisible)
    return page


def cells(table: QTableWidget) -> list[tuple[str, ...]]:
    return [
        tuple(item.text() for column in range(table.columnCount()) if (item := table.item(row, column)) is not None)
        for row in range(table.rowCount())
    ]


def test_what_can_be_said_is_listed_and_tried(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    page = open_page(window, qtbot)
    said = [row[0] for row in cells(page.table)]
    assert {"scratch that", "select …", "go to …", "new paragraph", "literal …"} <= set(said)
    tried = {
        "Scratch that.": "Command: scratch that. Takes the last utterance back",
        "Scratch that itch.": "Text. Written: Scratch that itch.",
        "go to plan": "Command: go to plan.",
        "select chest pain": "Command where the note, its headings or your templates have “chest pain”",
        "literal undo": "Text. Written: undo",
        "five milligrams": "Text. Written: 5 mg",
        "": "",
    }
    for text, outcome in tried.items():
        page.trial.setText(text)
        assert page.outcome.text().startswith(outcome) and bool(page.outcome.text()) == bool(outcome), text
    page.trial.setText("go to plan")
    take_screenshot(window, "commands")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def add_phrase(dialog: OwnPhraseDialog) -> None:
    """Tries two that can't be used, and then one that can."""
    dialog.say.setText("undo that")
    dialog.kind.setCurrentIndex(1)
    dialog.command.setText("go to plan")
    dialog.accept()
    assert dialog.problem.text().startswith("The phrase “undo that” is a command already")
    dialog.say.setText("off to the plan | to the plan now")
    dialog.command.setText("fly to the plan")
    dialog.accept()
    assert dialog.problem.text().startswith("The text “fly to the plan” is no command")
    dialog.command.setText("go to plan")
    assert dialog.problem.isHidden()
    take_screenshot(dialog, "own-phrase")
    dialog.accept()


def test_phrases_are_added_changed_removed_and_brought_back(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    site_commands_file().parent.mkdir(parents=True)
    site_commands_file().write_text('[[phrase]]\nsay = ["plan please"]\ncommand = "go to plan"\n')
    own_commands_file().write_text(OWN)
    window = open_desk()
    page = open_page(window, qtbot)
    qtbot.waitUntil(lambda: page.own.rowCount() == 2, timeout=20_000)
    assert cells(page.own)[1] == ("plan please", "Command: go to plan (from your IT)")
    assert page.problem.text().startswith(
        f"Phrase 2 of the file {own_commands_file()} is left out: The phrase “go” is too short"
    )
    page.own.selectRow(1)
    assert not page.change.isEnabled() and not page.remove.isEnabled()

    answer_dialog(OwnPhraseDialog, add_phrase)
    page.add.click()
    qtbot.waitUntil(lambda: page.own.rowCount() == 3, timeout=20_000)
    page.trial.setText("To the plan now.")
    assert page.outcome.text().startswith("Command: go to plan.")

    def change(dialog: OwnPhraseDialog) -> None:
        assert dialog.text.toPlainText() == "Kind regards"
        dialog.text.setPlainText("Kind regards,\nAda Finch")
        dialog.accept()

    answer_dialog(OwnPhraseDialog, change)
    page.own.selectRow(0)
    page.change.click()
    qtbot.waitUntil(lambda: "Ada Finch" in cells(page.own)[0][1], timeout=20_000)
    take_screenshot(window, "own-commands")
    page.own.selectRow(1)
    qtbot.keyClick(page.own, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.own.rowCount() == 2, timeout=20_000)
    message = wait_for_message(window, qtbot, "own commands")
    assert message.text == "Removed: off to the plan"
    window.session.messages.run(message, message.actions[0])
    qtbot.waitUntil(lambda: page.own.rowCount() == 3, timeout=20_000)
    content = own_commands_file().read_text(encoding="utf-8")
    assert content.startswith("# mine\n") and "# at the end of letters" in content
    kept = tomllib.loads(content)["phrase"]
    assert [entry["say"] for entry in kept] == [
        ["my closing words"],
        "go",
        ["off to the plan", "to the plan now"],
    ]
    assert kept[0]["text"] == "Kind regards,\nAda Finch"


def test_a_damaged_file_is_told_and_the_other_works(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    site_commands_file().parent.mkdir(parents=True)
    site_commands_file().write_text('[[phrase]]\nsay = ["plan please"]\ncommand = "go to plan"\n')
    own_commands_file().write_text("[[phrase]\nsay = ")
    window = open_desk()
    message = wait_for_message(window, qtbot, "own commands")
    assert message.text.startswith(f"The file {own_commands_file()} is not TOML")
    page = open_page(window, qtbot)
    qtbot.waitUntil(lambda: page.own.rowCount() == 1, timeout=20_000)
    page.trial.setText("plan please")
    assert page.outcome.text().startswith("Command: go to plan.")

    def add(dialog: OwnPhraseDialog) -> None:
        dialog.say.setText("good bye")
        dialog.text.setPlainText("Bye")
        dialog.accept()

    window.session.messages.clear("own commands")
    answer_dialog(OwnPhraseDialog, add)
    page.add.click()
    assert "it has been left as it is" in wait_for_message(window, qtbot, "own commands").text
    assert own_commands_file().read_text() == "[[phrase]\nsay = "
