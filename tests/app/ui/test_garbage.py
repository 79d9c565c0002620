"""Garbage is looked for when nobody waits for the window."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from pytestqt.qtbot import QtBot
from stored_notes import store_dictation
from window_fixtures import DeskOpener

from app.ui.garbage import GarbageCollection


class Knot:
    """Refers to itself: only a collection finds it."""

    def __init__(self) -> None:
        self.itself = self


def old_garbage() -> weakref.ref[Knot]:
    """A knot that a collection of what is young no longer finds."""
    knot = Knot()
    for _ in range(20):
        gc.collect(1)
    return weakref.ref(knot)


def test_garbage_goes_once_nothing_was_written_for_a_while(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    note_id = store_dictation([("Before.", 0.9)])
    window = open_desk()
    window.session.notebook.open(note_id)
    editor = window.note_page.editor
    qtbot.waitUntil(lambda: editor.toPlainText() == "Before.")
    collection = GarbageCollection(window.session)
    collection.look()
    knot = old_garbage()
    qtbot.keyClicks(editor, "a")
    collection.look()
    assert knot() is not None
    collection.look()
    assert knot() is None
