"""What the window looks like: readable, nothing cut off, everything named, in every theme and size."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from command_line import REPOSITORY
from every_view import cut_off, fill_record, outside, parts
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
)
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, take_screenshot

from app import settings
from app.translation import use_language
from app.ui.features import DictationBoxFeature
from app.ui.theme import DARK, LIGHT, Colours, contrast
from app.ui.window import MainWindow

QUESTION_AT_200 = """
from PySide6.QtWidgets import QApplication, QWidget
from app.translation import use_language
from app.ui.dialogs import ask_to_close
from app.ui.theme import Theme

application = QApplication(["otoscribe"])
use_language("de")
window = QWidget()
window.setStyleSheet(Theme(application, "light", 24).sheet)
question = ask_to_close("recording", window)
question.show()
application.processEvents()
assert not [each.text() for each in question.buttons() if each.width() < each.sizeHint().width()]
"""


def open_with_note(open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    note_id = fill_record()
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    qtbot.waitUntil(lambda: bool(window.session.messages.standing), timeout=20_000)
    return window


@pytest.mark.parametrize("points", [9, 16, 21])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_at_1280_by_720(
    theme: str, points: int, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_with_note(open_desk, qtbot)
    window._choose_theme(theme)
    window._scale(points)
    window.resize(1280, 720)
    qtbot.wait(50)
    take_screenshot(window, f"window-{theme}-{points}pt")
    assert window.size() == QSize(1280, 720)
    assert cut_off(window) == []
    assert outside(window) == []
    assert window.note_page.editor.height() > window.note_page.editor.fontMetrics().height() * 3
    window.show_setup()
    qtbot.wait(300)
    take_screenshot(window, f"first-run-{theme}-{points}pt")
    assert window.size() == QSize(1280, 720)
    assert cut_off(window.setup_page) == []


@pytest.mark.parametrize("points", [12, 18])
def test_a_note_has_the_chosen_size_of_text_from_its_first_sight(
    points: int, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    settings.save(replace(settings.load(), text_size=points))
    window = open_with_note(open_desk, qtbot)
    editor = window.note_page.editor
    assert editor.document().defaultFont().pointSizeF() == editor.font().pointSizeF() == points
    window._scale(21)
    assert editor.document().defaultFont().pointSizeF() == 21
    window.session.notebook.open(window.session.notes.notes[-1].id)
    qtbot.waitUntil(lambda: "pneumonia" in editor.toPlainText())
    assert editor.document().defaultFont().pointSizeF() == 21


def test_a_window_whose_screen_goes_away_comes_back_into_sight(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    box = window.feature(DictationBoxFeature).box
    box.show()
    application, screen = QGuiApplication.instance(), QGuiApplication.primaryScreen()
    for each in (window, box):
        each.move(100, 100)
        qtbot.waitUntil(lambda each=each: each.pos().x() == 100)
        application.screenRemoved.emit(screen)
        assert (each.pos().x(), each.pos().y()) == (100, 100)
        each.move(screen.geometry().right() + 500, 100)
        qtbot.waitUntil(lambda each=each: not each.frameGeometry().intersects(screen.geometry()))
        application.screenRemoved.emit(screen)
        qtbot.waitUntil(lambda each=each: screen.geometry().contains(each.frameGeometry()))


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_a_signed_note_can_be_read_in_large_text_below_a_message(
    language: str, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    settings.save(replace(settings.load(), interface_language=language, text_size=24))
    window = open_with_note(open_desk, qtbot)
    window.resize(1280, 720)
    signed = next(note for note in window.session.notes.notes if note.title.startswith("Cardiology"))
    window.session.notebook.open(signed.id)
    editor = window.note_page.editor
    qtbot.waitUntil(lambda: editor.toPlainText().startswith("No palpitations"))
    qtbot.wait(50)
    assert window.message_bar.isVisible()
    room = editor.viewport().height() - 2 * editor.document().documentMargin()
    assert room >= 3 * editor.fontMetrics().lineSpacing()
    use_language("en")


def test_everything_has_a_name_for_screen_readers(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_with_note(open_desk, qtbot)
    for _ in range(2):
        unnamed = [
            f"{type(widget).__name__} in {widget.parent()}"
            for widget in parts(window)
            if not widget.accessibleName() and not (isinstance(widget, QLabel) and widget.text())
        ]
        assert unnamed == []
        window.show_setup()
    titled = [menu for menu in window.findChildren(QMenu) if menu.title()]
    assert len(titled) >= 6
    assert all(menu.accessibleName() for menu in [*titled, window.note_page.export.menu()])


def test_the_keyboard_reaches_every_control(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_with_note(open_desk, qtbot)
    window.activateWindow()
    window.sidebar.new_button.setFocus()
    reached: set[str] = set()
    for _ in range(60):
        focused = window.focusWidget()
        assert focused is not None
        reached.add(focused.accessibleName())
        is_text = focused is window.note_page.editor  # there Tab goes to the next marked word
        modifier = Qt.KeyboardModifier.ControlModifier if is_text else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(focused, Qt.Key.Key_Tab, modifier)
    controls = {
        widget.accessibleName()
        for widget in parts(window)
        if widget.isEnabled() and isinstance(widget, (QAbstractButton, QLineEdit, QComboBox))
    }
    assert controls - reached == set()
    assert {"Text of the note", "List of notes"} <= reached


def test_every_action_has_a_key_or_stands_in_a_menu(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    in_menus = {action for menu in window.findChildren(QMenu) for action in menu.actions()}
    keys = [action.shortcut().toString() for action in window.actions() if action.shortcut().toString()]
    assert all(action in in_menus for action in window.actions())
    assert len(keys) == len(set(keys))


def test_no_key_of_the_window_is_taken_by_the_text(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_with_note(open_desk, qtbot)
    for field in (window.note_page.editor, window.note_page.title, window.sidebar.search):
        for action in window.actions():
            if action in (window.actions_.undo, window.actions_.redo) or action.shortcut().isEmpty():
                continue
            key = action.shortcut()[0]
            override = QKeyEvent(QEvent.Type.ShortcutOverride, key.key(), key.keyboardModifiers())
            override.ignore()
            QApplication.sendEvent(field, override)
            assert not override.isAccepted(), f"{action.text()}: {action.shortcut().toString()}"


def test_text_has_enough_contrast_on_every_ground() -> None:
    for colours in (LIGHT, DARK):
        grounds = {
            "text": (
                *("window", "sidebar", "surface", "raised", "selection"),
                *("voice_ground", "warning_ground", "information_ground", "doubt_ground"),
            ),
            "muted": ("window", "sidebar", "surface", "raised", "selection", "information_ground"),
            "accent": ("window", "sidebar", "surface", "raised", "information_ground", "selection"),
            "on_accent": ("accent", "accent_hover"),
            "on_recording": ("recording", "recording_hover"),
            "doubt": ("doubt_ground", "surface"),
            "warning": ("warning_ground", "window", "surface"),
            "good": ("window", "surface"),
        }
        for ground in ("window", "sidebar", "surface", "raised"):
            ratio = contrast(colours.control_line, getattr(colours, ground))
            assert ratio >= 3, f"the lines around controls on {ground}: {ratio:.2f}"
        for colour, under in grounds.items():
            for ground in under:
                ratio = contrast(getattr(colours, colour), getattr(colours, ground))
                assert ratio >= 4.5, f"{colour} on {ground}: {ratio:.2f}"
    assert all(getattr(LIGHT, field.name).startswith("#") for field in fields(Colours))


def test_the_theme_follows_the_system_until_one_is_chosen(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    window.actions_.themes["dark"].trigger()
    assert window.theme.is_dark
    assert window.palette().window().color().name() == DARK.window
    window.actions_.themes["system"].trigger()
    assert window.theme.is_dark == (QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark)
    open_desk.close(window)
    assert settings.load().theme == "system"


def test_an_empty_desk_says_what_to_do(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    assert "No notes yet" in window.sidebar.hint.text()
    assert window.empty_page.isVisible()
    assert cut_off(window) == []
    take_screenshot(window, "empty")


def test_the_question_before_leaving_can_be_read_with_large_text_on_a_screen_at_200_percent(display: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": "2"}
    asked = subprocess.run(
        [sys.executable, "-c", QUESTION_AT_200],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert asked.returncode == 0, asked.stderr
