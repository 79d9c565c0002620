"""A disk that fills up in mid-sentence: told in the window at that moment, and what was said and typed is kept."""

from __future__ import annotations

import errno
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from clinician import Clinician
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.records import RecordStore
from app.ui.models.recording import RecordingState
from app.ui.window import MainWindow
from speech.audio import load_audio

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def small_disk(model_home: Path) -> Iterator[Path]:
    """The user's data on a file system of 8 MB, where the system lets us have one; the models lie elsewhere."""
    data = model_home / "data"
    models = (data / "models").readlink()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", str(data)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a file system")
    (data / "models").symlink_to(models)
    yield data
    subprocess.run(["umount", str(data)], check=True)


def fill(folder: Path) -> Path:
    """A file that leaves no room on the disk it is on."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return path


def told(window: MainWindow, qtbot: QtBot, key: str) -> str:
    """What the window says under that key; it stands in the window itself."""
    message = wait_for_message(window, qtbot, key)
    assert message.is_warning
    assert window.message_bar.isVisible()
    return message.text


def test_what_is_said_and_typed_on_a_full_disk_is_told_and_kept(
    small_disk: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, short_sample: Path
) -> None:
    window = open_desk()
    recording = window.session.recording
    clinician = Clinician(window, sound_server, qtbot)
    clinician.start_note("Cough", "Jane Roe")
    clinician.record()
    player = threading.Thread(target=sound_server.play, args=(short_sample,))
    player.start()
    qtbot.waitUntil(lambda: recording.elapsed_s > 3.0)
    filler = fill(small_disk)  # in mid-sentence
    problem = told(window, qtbot, "microphone")
    assert "The disk is full" in problem and "Free some space" in problem
    assert recording.state == RecordingState.INTERRUPTED
    take_screenshot(window, "disk-full-recording")
    player.join()
    clinician.type(" Typed on a full disk.")
    note = clinician.note
    problem = told(window, qtbot, f"save {note.id}")
    assert "The disk is full" in problem and "Typed" not in problem
    take_screenshot(window, "disk-full")
    filler.unlink()
    clinician.press("F9")
    qtbot.waitUntil(lambda: recording.state == RecordingState.RECORDING)
    assert "microphone" not in [message.key for message in window.session.messages.standing]
    sound_server.play(short_sample)
    clinician.stop()
    qtbot.waitUntil(lambda: not note.is_dirty and not window.session.messages.standing)
    assert "Typed on a full disk." in clinician.text
    assert clinician.text.lower().count("cough") == 2
    with RecordStore.open() as store:
        assert store.get_note(note.id).text == clinician.text
        (recorded,) = store.recordings(note.id)
    assert load_audio(recorded.path).duration_s > 3.0 + load_audio(short_sample).duration_s

    filler = fill(small_disk)
    letter = small_disk / "letter.docx"
    window.session.export("docx", letter, lambda _folder: None)
    assert "Free some space or choose another disk" in told(window, qtbot, "export")
    assert not letter.exists()
    filler.unlink()
    window.session.export("docx", letter, lambda _folder: None)
    qtbot.waitUntil(letter.exists)
