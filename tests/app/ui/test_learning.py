"""Learning in the window: nothing is gathered unasked, and what is asked for is gathered at signing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, WORDS, store_dictation
from window_fixtures import DeskOpener

from app.records import RecordStore


@pytest.mark.slow
@pytest.mark.parametrize("is_on", [False, True])
def test_corrections_are_gathered_at_signing_where_that_is_wanted(
    is_on: bool, home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    settings = home / "settings" / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "learning": is_on}))
    note_id = store_dictation(WORDS, "Patient takes metoprolol twice daily.")
    window = open_desk()
    session = window.session
    session.notebook.open(note_id)
    qtbot.waitUntil(lambda: session.notebook.current is not None)
    note = session.notebook.current
    assert note is not None
    if is_on:
        with qtbot.waitSignal(session.learning.changed, timeout=20_000):
            session.sign(AUTHOR)
    else:
        session.sign(AUTHOR)
        qtbot.waitUntil(lambda: not note.is_draft)
    open_desk.close(window)
    with RecordStore.open() as store:
        gathered = store.learning.clips(AUTHOR)
    assert [each.after for clip in gathered for each in clip.corrections] == (["metoprolol"] if is_on else [])
