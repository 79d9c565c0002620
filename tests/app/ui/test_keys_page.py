"""docs/keys.md names the keys that the window has, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from window_fixtures import DeskOpener

PAGE = Path(__file__).resolve().parents[3] / "docs" / "keys.md"
OF_PAGES = {"Esc"}  # what a page does by itself is no action of the window


def test_the_guide_lists_every_key_of_the_window(home: Path, open_desk: DeskOpener) -> None:
    window = open_desk()
    first_keys = [action.shortcuts()[0] for action in window.findChildren(QAction) if action.shortcuts()]
    of_window = {key.toString() for key in first_keys}
    rows = re.findall(r"^\| (?!key)(\S+) \| [\w\[]", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {QKeySequence(key).toString() for key in rows}
    assert of_window - told == set(), "docs/keys.md lacks these"
    assert told - of_window - OF_PAGES == set(), "docs/keys.md has these too many"
