"""Every page and dialog in every language: nothing cut off, everything named, each letter for one thing.

Makes the pictures in tests/artefacts/views as it goes. For a screen at 200 %: QT_SCALE_FACTOR=2 before the command.
"""

from __future__ import annotations

import json
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
    pages,
    reached_by_letters,
    unnamed,
)
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, take_screenshot

from app.translation import use_language

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
        *(f"two things on {each}" for each in accelerators(reached_by_letters(window))),
    ]


@pytest.mark.parametrize(
    ("language", "theme", "points"),
    [("en", "light", 12), ("en", "dark", 24), ("de", "light", 24), ("de", "dark", 12), ("zh", "light", 12)],
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
