"""docs/batch.md: recordings of another device become notes that are read, heard and corrected like dictated ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from clinician import SPEECH, Clinician
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from stored_notes import store_earlier_notes
from window_fixtures import DeskOpener, answer_dialog, take_screenshot

from app.records import QueuedState
from app.ui.features import BatchFeature

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_files_are_chosen_written_down_and_opened(
    desk_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    store_earlier_notes()
    for name, clip in (("Roe chest", "wheeze"), ("Roe medication", "ramipril")):
        shutil.copy(SPEECH / f"{clip}.ogg", tmp_path / f"{name}.ogg")
    (tmp_path / "Alvarez.ogg").touch()
    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    me.press("Ctrl+Shift+D")
    page, batch = window.feature(BatchFeature).page, window.session.batch

    def choose(dialog: QFileDialog) -> None:
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        field.setText(" ".join(f'"{path}"' for path in sorted(tmp_path.glob("*.ogg"))))
        dialog.accept()

    answer_dialog(QFileDialog, choose)
    page.choose.click()

    def are_done() -> bool:
        states = [file.state for file in batch.files]
        return states.count(QueuedState.DONE) == 2 and QueuedState.FAILED in states

    qtbot.waitUntil(are_done, timeout=120_000)

    def select(name: str) -> None:
        model = page.table.model()
        page.table.selectRow(next(row for row in range(model.rowCount()) if name in model.index(row, 0).data()))

    select("Alvarez")
    qtbot.waitUntil(lambda: "empty" in page.problem.text(), timeout=5_000)
    take_screenshot(window, "guide-batch-page")
    select("medication")
    page.open_note.click()
    me.wait_for("bisoprolol 2.5 mg")
    assert me.note.words_to_check(window.session.desk.doubt_threshold) > 0
    me.look_at_window()
    me.press("F7")
    me.press("F5")
    qtbot.waitUntil(lambda: window.session.playback.recording is not None, timeout=20_000)
