"""What the window looks like: readable, nothing cut off, everything named, in every theme and size."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener, take_screenshot

from app import settings
from app.records import RecordStore
from app.ui.theme import DARK, LIGHT, Colours, contrast
from app.ui.window import MainWindow

LONG = [
    (word, 0.5 if at % 9 == 4 else 0.95) for at, word in enumerate(("The patient reports no chest pain. " * 40).split())
]


def fill_record() -> int:
    store = RecordStore.open()
    for title, patient, text in (
        ("Discharge letter", "Maria Alvarez, 1958", "Admitted with community-acquired pneumonia, treated with"),
        ("Ward round", "John Doe, 1971", "Afebrile since yesterday. Eating and drinking well."),
        ("Cardiology clinic, second visit after ablation", "R. Osei", "No palpitations since the procedure."),
    ):
        store.create_note(title, patient, author="Dr. Ada Finch", text=text)
    store.close()
    return store_dictation(LONG, title="Chest pain clinic")


def open_with_note(open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    note_id = fill_record()
    window = open_desk()
    window.session.notebook.open(note_id)
    qtbot.waitUntil(lambda: window.note_page.editor.toPlainText() != "")
    qtbot.waitUntil(lambda: bool(window.session.messages.standing), timeout=20_000)
    return window


def parts(window: QWidget) -> list[QWidget]:
    """The widgets that a user sees and uses; Qt's own inner parts (viewports, scroll bars) are left out."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QLabel, QProgressBar, QAbstractScrollArea)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds) and widget.isVisible() and not widget.objectName().startswith("qt_")
    ]


def cut_off(window: QWidget) -> list[str]:
    """Labels and buttons whose text needs more room than they have."""
    cut: list[str] = []
    for widget in parts(window):
        if isinstance(widget, QLabel) and widget.text():
            if widget.wordWrap():
                fits = widget.heightForWidth(widget.width()) <= widget.height() + 1
            else:
                fits = (
                    widget.sizeHint().width() <= widget.width() + 1
                    and widget.sizeHint().height() <= widget.height() + 1
                )
        elif isinstance(widget, QAbstractButton) and widget.text():
            fits = widget.sizeHint().width() <= widget.width() + 1 and widget.sizeHint().height() <= widget.height() + 1
        else:
            continue
        if not fits:
            cut.append(f"{widget.accessibleName() or widget.text()}: {widget.size()} of {widget.sizeHint()}")
    return cut


def outside(window: QWidget) -> list[str]:
    """Widgets of which a part lies outside the window."""
    field = window.rect()
    found: list[str] = []
    for widget in parts(window):
        corner = widget.mapTo(window, widget.rect().bottomRight())
        if not field.contains(corner) and widget.width() > 0:
            found.append(widget.accessibleName())
    return found


@pytest.mark.parametrize("points", [9, 12, 16, 21])
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
            "text": ("window", "sidebar", "surface", "raised", "selection", "voice_ground", "warning_ground"),
            "muted": ("window", "sidebar", "surface", "selection"),
            "accent": ("window", "surface", "information_ground"),
            "on_accent": ("accent", "accent_hover"),
            "on_recording": ("recording", "recording_hover"),
            "doubt": ("doubt_ground", "surface"),
            "warning": ("warning_ground", "window", "surface"),
            "good": ("window", "surface"),
        }
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
