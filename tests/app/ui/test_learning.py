"""Learning in the window: nothing is gathered unasked, and what is asked for is gathered at signing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from stored_notes import AUTHOR, WORDS, store_dictation
from window_fixtures import DeskOpener, answer_dialog, take_screenshot, wait_for_message

from adaptation.adapters import Adapter
from adaptation.gate import Check, Verdict
from app.desk.learning import open_adapters, prefix_of
from app.records import RecordStore
from app.records.gathered import NewClip, NewCorrection
from app.ui.dialogs import Question
from app.ui.features import LearningFeature


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


def store_corrections() -> None:
    """Two utterances of a signed note, with a change that is plain and one that is for the author to decide."""
    note_id = store_dictation(WORDS)
    changed = (
        NewCorrection(2, 3, "metaformin", "metformin", "misheard"),
        NewCorrection(3, 4, "twice", "two times", "doubtful"),
    )
    with RecordStore.open() as store:
        recording = store.recordings(note_id)[0]
        clips = [NewClip(recording.id, 0.0, 2.0, ("a",) * 4, changed), NewClip(recording.id, 2.0, 2.5, ("daily.",))]
        store.learning.keep(note_id, AUTHOR, clips)


def keep_version(number: int, *, passed: bool) -> str:
    """An adapter of the author's as a training leaves it."""
    adapters = open_adapters()
    name = f"{prefix_of(AUTHOR)}{number}"
    matrix = np.zeros((4, 2), np.float32), np.zeros((2, 4), np.float32)
    adapters.add(name, Adapter("whisper-base", "0", {"x": matrix}))
    now = 0.12 if passed else 0.2
    own = Check("own", passed, 0.21, now, f"21.0 % of your words were wrong, {100 * now:.1f} % would be")
    adapters.keep_verdict(name, Verdict((own,), 9, 114).to_json())
    if passed:
        adapters.promote(name)
    return name


@pytest.mark.slow
def test_the_page_shows_decides_removes_and_goes_back(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    store_corrections()
    keep_version(1, passed=True)
    keep_version(2, passed=False)
    window = open_desk()
    learning = window.feature(LearningFeature)
    learning.opens.trigger()
    page, model = learning.page, window.session.learning
    qtbot.waitUntil(lambda: page.table.rowCount() == 2, timeout=20_000)
    assert [page.table.item(0, column).text() for column in range(3)] == ["twice", "two times", "for you to decide"]
    assert "2 utterances gathered" in page.gathered.text() and "1 correction for you to decide" in page.gathered.text()
    assert "Version 2 was refused" in page.verdict.text() and "written with version 1" in page.verdict.text()
    assert "Versions kept: 2 (refused), 1 (passed, in use)." in page.verdict.text()
    assert not page.train.isEnabled() and not page.switch.isChecked() and not page.cancel.isVisible()
    take_screenshot(window, "learning")
    page.table.selectRow(0)
    qtbot.keyClick(page.misheard, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: model.state is not None and model.state.gathered.misheard == 2, timeout=20_000)
    qtbot.keyClick(page.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: '"learning": true' in (home / "settings" / "settings.json").read_text(), timeout=20_000)
    qtbot.mouseClick(page.roll_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "model as it came" in page.verdict.text(), timeout=20_000)
    answer_dialog(Question, lambda dialog: dialog.go_on.click())
    qtbot.mouseClick(page.purge, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.table.rowCount() == 0, timeout=20_000)
    assert page.gathered.text() == "Nothing is gathered yet."
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.inner.currentWidget() is window.empty_page


@pytest.mark.slow
def test_a_training_that_cannot_begin_says_why_and_one_under_way_can_be_stopped(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    store_corrections()
    window = open_desk()
    learning = window.session.learning
    learning.train()
    assert learning.is_training
    learning.cancel()
    assert not learning.is_training
    learning.train()
    assert "too few to learn from" in wait_for_message(window, qtbot, "learning", 60_000).text
    qtbot.waitUntil(lambda: not learning.is_training)
