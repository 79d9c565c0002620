"""The main job where there is no display: from the shipped dictation to a note and a document."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import docx
import medwer
import pytest
from model_fixtures import TEST_MODELS_FOLDER
from samples import Sample

from app.records import RecordStore
from speech.store import InstalledModel


@pytest.fixture
def home(base_model: InstalledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's world that has the model already."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(TEST_MODELS_FOLDER)
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path))
    return tmp_path


def start() -> str:
    """Starts the program without arguments and without a display; returns what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    started = subprocess.run(
        [sys.executable, "-m", "app"], env=environment, capture_output=True, text=True, timeout=250
    )
    assert started.returncode == 0, started.stderr
    assert started.stderr == ""
    return started.stdout


def printed_document(output: str) -> Path:
    found = re.search(r"^Document: (.+)$", output, re.MULTILINE)
    assert found is not None, output
    return Path(found[1])


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux runs without a display")
def test_sample_goes_all_the_way_and_never_overwrites_a_document(home: Path, sample: Sample) -> None:
    first = start()
    with RecordStore.open() as store:
        (summary,) = store.list_notes()
        note = store.get_note(summary.id)
        (recording,) = store.recordings(note.id)
        audit = [event.action.value for event in store.audit(note.id)]
    error_rate = medwer.Scorer().corpus([sample.reference], [note.text])["wer"]
    assert error_rate < 0.15, note.text
    assert recording.transcript is not None
    assert recording.duration_s == pytest.approx(34.8, abs=0.2)
    assert sample.audio.exists()
    assert any("export" in action for action in audit)

    document = printed_document(first)
    assert document.is_relative_to(home)
    paragraphs = [paragraph.text for paragraph in docx.Document(str(document)).paragraphs]
    assert all(line in paragraphs for line in note.text.splitlines() if line)
    assert note.text in first

    document.write_bytes(b"edited since")
    second = printed_document(start())
    assert second != document
    assert document.read_bytes() == b"edited since"
