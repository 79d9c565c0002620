"""Audio files that become notes behind the window: one after the other, once each, whatever happens to them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from command_line import REPOSITORY
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from samples import Sample
from sound_server import SoundServer
from sounds import write_wav
from window_fixtures import DeskOpener, drop_files, take_screenshot, wait_for_message

from app.records import Note, QueuedState, RecordStore
from app.ui.batch_page import BatchPage
from app.ui.features import BatchFeature
from app.ui.models.recognition import ModelState
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow
from speech.audio import load_audio

APPLICATION = Path(__file__).resolve().parent / "batch_application.py"


@pytest.fixture
def visit(sample: Sample, tmp_path: Path) -> Path:
    """Seventy seconds of speech."""
    speech = load_audio(sample.audio).samples
    return write_wav(tmp_path / "visit.wav", np.concatenate([speech, np.zeros(8000), speech]))


def page_of(window: MainWindow) -> BatchPage:
    return window.feature(BatchFeature).page


def states(window: MainWindow) -> dict[str, str]:
    batch = window.session.batch
    return {file.path.name: batch.state_line(file) for file in batch.files}


def wait_until_done(window: MainWindow, qtbot: QtBot, count: int) -> None:
    def are_done() -> bool:
        files = window.session.batch.files
        return len(files) == count and all(
            file.state in (QueuedState.DONE, QueuedState.FAILED, QueuedState.PAUSED) for file in files
        )

    qtbot.waitUntil(are_done, timeout=200_000)


def notes() -> list[Note]:
    with RecordStore.open() as store:
        return [store.get_note(each.id) for each in store.list_notes()]


@pytest.mark.slow
def test_dropped_files_become_notes_and_trouble_is_told_in_its_row(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot, short_sample: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "recorder"
    folder.mkdir()
    good = Path(shutil.copy(short_sample, folder / "letter_mrs__roe.flac"))
    (folder / "empty.wav").touch()
    (folder / "notes.wav").write_text("This is no sound.")
    (folder / "terms.csv").touch()
    with wave.open(str(folder / "nothing.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    (folder / "letters").mkdir()
    quiet = write_wav(folder / "quiet.wav", np.zeros(3 * 16_000))
    gone = folder / "gone.wav"
    before = good.read_bytes()
    window = open_desk()
    assert drop_files(window, [folder / "letters"])
    assert "letters holds no audio files" in wait_for_message(window, qtbot, "watched folder").text
    bad = [gone, *(folder / name for name in ("empty.wav", "notes.wav", "terms.csv", "nothing.wav"))]
    assert drop_files(window, bad)
    assert drop_files(window.note_page.editor.viewport(), [good, quiet])
    wait_until_done(window, qtbot, 7)
    assert "5 files could not be written down" in window.session.batch.line
    said = states(window)
    assert said["terms.csv"] == "terms.csv is a text, not audio"
    assert said["nothing.wav"] == "nothing.wav holds no sound at all"
    assert said["letter_mrs__roe.flac"] == "Written down"
    assert said["quiet.wav"] == "No speech was heard; the sound is in its note"
    assert "not where it was" in said["gone.wav"] and "empty" in said["empty.wav"] and "not audio" in said["notes.wav"]
    page = page_of(window)
    page.table.selectRow(0)
    assert str(window.session.batch.problem_of(page.chosen[0])) == page.problem.text()
    assert page.again.isEnabled() and not page.open_note.isEnabled()
    take_screenshot(window, "batch")
    note, silent = sorted(notes(), key=lambda each: each.title)
    assert note.title.startswith("letter mrs roe, ") and "cough" in note.text
    assert silent.title.startswith("quiet, ") and silent.text == ""
    with RecordStore.open() as store:
        (recording,) = store.recordings(note.id)
    assert recording.path.read_bytes() == before == good.read_bytes() and recording.transcript is not None
    page.table.selectRow(list(states(window)).index("nothing.wav"))
    page.remove.click()
    qtbot.waitUntil(lambda: "nothing.wav" not in states(window), timeout=20_000)
    qtbot.waitUntil(lambda: not list((model_home / "data" / "unfinished").iterdir()), timeout=20_000)
    page.table.selectRow(list(states(window)).index(good.name))
    page.open_note.click()
    qtbot.waitUntil(lambda: window.inner.currentWidget() is window.note_page, timeout=5000)
    current = window.session.notebook.current
    assert current is not None and current.document.spoken_words()


@pytest.mark.slow
def test_a_watched_folder_is_taken_once_and_only_what_stands_still(
    model_home: Path,
    open_desk: DeskOpener,
    qtbot: QtBot,
    short_sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.ui.models.batch._LOOK_EVERY_MS", 700)
    content, growing = short_sample.read_bytes(), tmp_path / "growing.flac"
    (tmp_path / "list.txt").write_text("no sound")
    window = open_desk()
    window.session.batch.watch(tmp_path)
    for piece in range(20):
        with growing.open("ab") as file:
            file.write(content[piece * len(content) // 20 : (piece + 1) * len(content) // 20])
        qtbot.wait(70)
        assert states(window).get("growing.flac") in (None, "Still being written; taken when it stands still")
    wait_until_done(window, qtbot, 1)
    (note,) = notes()
    assert "cough" in note.text and "fever" in note.text
    shutil.copy(growing, tmp_path / "the same again.flac")
    wait_until_done(window, qtbot, 2)
    assert set(states(window).values()) == {"Written down"} and len(notes()) == 1
    window.session.batch.take_off(window.session.batch.files)
    qtbot.waitUntil(lambda: not window.session.batch.files, timeout=5000)
    qtbot.wait(1600)
    assert not window.session.batch.files and growing.read_bytes() == content


@pytest.mark.slow
def test_whoever_dictates_goes_first(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot, sound_server: SoundServer, visit: Path, short_sample: Path
) -> None:
    window = open_desk()
    session = window.session
    qtbot.waitUntil(lambda: session.recognition.state == ModelState.READY, timeout=120_000)
    session.batch.add([visit])
    qtbot.waitUntil(lambda: session.batch.progress > 0, timeout=120_000)
    window.actions_.toggle_recording.trigger()
    qtbot.waitUntil(lambda: session.recording.state == RecordingState.RECORDING, timeout=20_000)
    player = threading.Thread(target=sound_server.play, args=(short_sample,))
    player.start()
    qtbot.waitUntil(lambda: "cough" in window.note_page.editor.toPlainText(), timeout=120_000)
    assert "goes first" in session.batch.line
    qtbot.waitUntil(lambda: not player.is_alive(), timeout=120_000)
    assert session.batch.current is not None and len(notes()) == 1
    window.actions_.stop_recording.trigger()
    wait_until_done(window, qtbot, 1)
    assert len(notes()) == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX thing")
def test_a_killed_queue_goes_on_where_it_was(
    model_home: Path, open_desk: DeskOpener, qtbot: QtBot, display: str, sample: Sample, short_sample: Path
) -> None:
    killed = subprocess.Popen([sys.executable, APPLICATION, sample.audio, short_sample], cwd=REPOSITORY)
    unfinished = model_home / "data" / "unfinished"
    deadline = time.monotonic() + 120
    while not any(journal.stat().st_size for journal in unfinished.glob("*.jsonl")):
        assert killed.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    assert notes() == []
    known = b"".join(journal.read_bytes() for journal in unfinished.glob("*.jsonl"))
    window = open_desk()
    wait_until_done(window, qtbot, 2)
    assert set(states(window).values()) == {"Written down"}
    found = sorted(notes(), key=lambda note: note.title)
    assert [note.title.partition(",")[0] for note in found] == ["dictation", "short"]
    with RecordStore.open() as store:
        (transcript,) = [each.transcript for each in store.recordings(found[0].id)]
    assert transcript is not None and len(found[0].text.split()) > 60
    first = json.loads(known.splitlines()[0])["segments"]
    assert [segment["text"] for segment in first] == [segment.text for segment in transcript.segments[: len(first)]]
    assert not list(unfinished.iterdir())


def test_paused_files_wait_and_the_order_is_the_users(
    home: Path, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    files = [write_wav(tmp_path / f"{name}.wav", np.zeros(16)) for name in "abc"]
    for file in files:
        os.utime(file, (1e9, 1e9))
    window = open_desk()
    page = page_of(window)
    page.pause_all.click()
    assert drop_files(window, files)
    qtbot.waitUntil(lambda: len(window.session.batch.files) == 3, timeout=5000)
    assert "Paused" in page.line.text()

    def names() -> list[str]:
        return [file.path.stem for file in window.session.batch.files]

    page.table.selectRow(2)
    qtbot.keyClick(page.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names() == ["c", "a", "b"], timeout=5000)
    assert [file.path.stem for file in page.chosen] == ["c"]
    page.down.click()
    qtbot.waitUntil(lambda: names() == ["a", "c", "b"], timeout=5000)
    page.pause.click()
    qtbot.waitUntil(lambda: states(window)["c.wav"] == "Paused", timeout=5000)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names() == ["a", "b"], timeout=5000)
    assert files[2].exists()
    open_desk.close(window)
    again = open_desk()
    qtbot.waitUntil(lambda: len(again.session.batch.files) == 2, timeout=5000)
    assert again.session.batch.is_paused
