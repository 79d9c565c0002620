"""Every page and dialog in every language: nothing cut off, everything named, each letter for one thing.

Makes the pictures in tests/artefacts/views as it goes. For a screen at 200 %: QT_SCALE_FACTOR=2 before the command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from every_view import (
    accelerators,
    cut_off,
    dialogs,
    fill_record,
    menus,
    outside,
    overlapping,
    pages,
    parts,
    reached_by_letters,
    sideways,
    subclasses,
    texts,
    unnamed,
)
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, take_screenshot

from app import translation
from app.translation import use_language
from app.ui.page import Page

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    use_language("en")


def troubles_of(window: QWidget) -> list[str]:
    return [
        *(f"no name: {each}" for each in unnamed(window)),
        *(f"cut off: {each}" for each in cut_off(window)),
        *(f"outside: {each}" for each in outside(window)),
        *(f"on each other: {each}" for each in overlapping(window)),
        *(f"to be scrolled sideways: {each}" for each in sideways(window)),
        *(f"two things on {each}" for each in accelerators(reached_by_letters(window))),
    ]


@pytest.mark.parametrize(
    ("language", "theme", "points"),
    [
        ("en", "light", 12),
        ("en", "dark", 24),
        ("de", "light", 24),
        ("de", "dark", 12),
        ("zh", "light", 12),
        ("zh", "dark", 24),
    ],
)
def test_every_view_is_fit_to_be_seen(
    language: str, theme: str, points: int, home: Path, tmp_path: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    file = home / "settings" / "settings.json"
    look = {"interface_language": language, "theme": theme, "text_size": points}
    file.write_text(json.dumps({**json.loads(file.read_text()), **look}))
    note_id = fill_record()
    window = open_desk()
    window.resize(1280, 720)
    found: dict[str, list[str]] = {}
    about = f"views/{language}-{theme}-{points}pt"
    for name in pages(window, qtbot, note_id):
        qtbot.wait(30)
        take_screenshot(window, f"{about}-{name}")
        found[name] = troubles_of(window)
        if window.size() != QSize(1280, 720):
            found[name].append(f"the window is {window.size()}")
    window.resize(1280, 720)
    window.session.notebook.open(note_id)
    for name, make in dialogs(window, tmp_path).items():
        dialog = make()
        dialog.show()
        qtbot.wait(30)
        take_screenshot(dialog, f"{about}-{name}")
        found[name] = troubles_of(dialog)
        if dialog.width() > 1280 or dialog.height() > 720:
            found[name].append(f"the dialog is {dialog.size()}")
        dialog.close()
        dialog.deleteLater()
    found["menus"] = [
        f"{menu.title()}: {each}"
        for menu in menus(window)
        for each in accelerators([action.text() for action in menu.actions()])
    ]
    told = [f"{name}: {each}" for name, troubles in found.items() for each in troubles]
    assert not told, "\n".join(told)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that only puts marks around every text that has a translation."""
    known = translation.read_catalogue("de").forms
    forms = {key: (f"‹{key[1]}›",) for key in known}
    monkeypatch.setattr(translation, "read_catalogue", lambda language: translation.Catalogue(language, forms))


# The names of languages, words that Qt translates, names of keys, and what somebody would have dictated.
KEPT = {"Otoscribe", "English", "Deutsch", "简体中文", "Cancel", "Close"}
KEYS_AND_DICTATION = re.compile(r"Ctrl\+\S+|Metformin 500 mg .*")


def untranslated(texts: set[str]) -> list[str]:
    words = re.compile(r"[^\W\d_]{2,}")
    own = (text for text in texts if words.search(text) and not {"‹", "›"} & set(text))  # one where a text is divided
    return sorted(text for text in own if text.replace("&", "") not in KEPT and not KEYS_AND_DICTATION.fullmatch(text))


def test_every_text_of_every_view_can_be_translated(
    home: Path, tmp_path: Path, marked: None, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = fill_record()
    window = open_desk()
    found: dict[str, list[str]] = {}
    shown: set[type] = set()
    for name in pages(window, qtbot, note_id):
        found[name] = untranslated(texts(window))
        shown |= {type(page) for page in window.findChildren(Page)}
    window.session.notebook.open(note_id)
    for name, make in dialogs(window, tmp_path).items():
        dialog = make()
        dialog.show()
        qtbot.wait(10)
        found[name] = untranslated(texts(dialog))
        shown.add(type(dialog))
        dialog.close()
        dialog.deleteLater()
    actions = [action for menu in menus(window) for action in menu.actions()]
    found["menus"] = untranslated({text for each in actions for text in (each.text(), each.toolTip())})
    told = [f"{name}: {each}" for name, texts in found.items() for each in texts]
    assert not told, "\n".join(told)
    unseen = (subclasses(Page) | subclasses(QDialog)) - shown
    assert not unseen, f"tests/every_view.py does not show {unseen}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_has_the_focus_looks_otherwise(
    theme: str, home: Path, tmp_path: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    note_id = fill_record()
    window = open_desk()
    window.theme.choose(theme)
    found: list[str] = []
    for name in pages(window, qtbot, note_id):
        found += [f"{name}: {each}" for each in without_visible_focus(window, window.menuBar())]
    window.session.notebook.open(note_id)
    for name, make in dialogs(window, tmp_path).items():
        dialog = make()
        dialog.show()
        dialog.activateWindow()
        if not dialog.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus:
            qtbot.waitUntil(dialog.isActiveWindow)
            found += [f"{name}: {each}" for each in without_visible_focus(dialog, dialog)]
        dialog.close()
        dialog.deleteLater()
    assert not found, "\n".join(found)


def without_visible_focus(window: QWidget, elsewhere: QWidget) -> list[str]:
    """Controls that look the same with the focus as without; `elsewhere` takes the focus meanwhile."""
    same: list[str] = []
    elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for widget in parts(window):
        if not (widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisible()):
            continue
        elsewhere.setFocus()
        before = frame_of(widget).grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if window.focusWidget() is widget and frame_of(widget).grab().toImage() == before:
            same.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return same


def frame_of(widget: QWidget) -> QWidget:
    """What shows the focus: the note's text has a frame around it."""
    parent = widget.parentWidget()
    return parent if parent is not None and parent.objectName() == "editorFrame" else widget
