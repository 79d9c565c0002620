"""The frozen application, built by its own command and moved away, on a computer that has no Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import medwer
import pytest
from model_fixtures import TEST_MODELS_FOLDER
from PySide6.QtWidgets import QApplication
from samples import Sample
from window_fixtures import ARTEFACTS

from speech.store import InstalledModel

REPOSITORY = Path(__file__).resolve().parent.parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the frozen application is tested on Linux"),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The built program, in another folder than the one that it was built in."""
    build = [sys.executable, str(REPOSITORY / "packaging" / "build.py")]
    built = subprocess.run(build, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert built.returncode == 0, built.stdout + built.stderr
    moved = tmp_path_factory.mktemp("frozen") / "otoscribe"
    shutil.copytree(REPOSITORY / "dist" / "otoscribe", moved, symlinks=True)
    yield moved / "otoscribe"
    shutil.rmtree(moved)


@pytest.fixture
def bare_environment(base_model: InstalledModel, tmp_path: Path) -> dict[str, str]:
    """Nothing on the PATH, a home of its own, and the model there already."""
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "models").symlink_to(TEST_MODELS_FOLDER)
    return {"PATH": "", "HOME": str(tmp_path), "OTOSCRIBE_HOME": str(home)}


def mapped_files(process: subprocess.Popen[bytes]) -> set[str]:
    """The files that the process has in its memory now."""
    try:
        lines = Path(f"/proc/{process.pid}/maps").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return set()
    return {line.split(maxsplit=5)[5] for line in lines if "/" in line}


def test_help(program: Path, tmp_path: Path) -> None:
    helped = subprocess.run([program, "--help"], env={"PATH": ""}, cwd=tmp_path, capture_output=True, text=True)
    assert helped.returncode == 0
    assert "transcribe" in helped.stdout
    assert helped.stderr == ""


def test_dictation_becomes_a_document_without_python(
    program: Path, bare_environment: dict[str, str], sample: Sample, tmp_path: Path
) -> None:
    document = tmp_path / "note.docx"
    command = [program, "transcribe", str(sample.audio), "--format", "docx", "--output", str(document)]
    used: set[str] = set()
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, env=bare_environment, cwd=tmp_path, stdout=said, stderr=said)
        while process.poll() is None:
            used |= mapped_files(process)
            time.sleep(0.05)
    assert process.returncode == 0, (tmp_path / "said").read_text()

    heard = " ".join(paragraph.text for paragraph in docx.Document(str(document)).paragraphs)
    text = heard[heard.index("History") :]
    assert medwer.Scorer().corpus([sample.reference], [text])["wer"] < 0.15, text

    outside = {path for path in used if not path.startswith(str(program.parent))}
    assert any("onnxruntime" in path for path in used - outside)
    assert not any("site-packages" in path or "python" in path.lower() for path in outside), outside


def test_without_a_display_the_sample_goes_all_the_way(program: Path, bare_environment: dict[str, str]) -> None:
    done = subprocess.run([program], env=bare_environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    documents = list((Path(bare_environment["OTOSCRIBE_HOME"]) / "documents").glob("*.docx"))
    assert len(documents) == 1
    assert (Path(bare_environment["OTOSCRIBE_HOME"]) / "data" / "notes.db").exists()


def test_window_opens(program: Path, bare_environment: dict[str, str], display: str, qapp: QApplication) -> None:
    def colours() -> int:
        picture = qapp.primaryScreen().grabWindow(0).toImage().scaled(200, 120)
        return len({picture.pixel(x, y) for x in range(200) for y in range(120)})

    assert colours() == 1, "something else is on the screen"
    process = subprocess.Popen([program], env={**bare_environment, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"})
    try:
        deadline = time.monotonic() + 60
        while colours() < 20:
            assert process.poll() is None, "the program ended"
            assert time.monotonic() < deadline, "no window within a minute"
            time.sleep(0.1)
        ARTEFACTS.mkdir(exist_ok=True)
        qapp.primaryScreen().grabWindow(0).save(str(ARTEFACTS / "frozen-window.png"))
    finally:
        process.terminate()
        process.wait(timeout=30)
