"""otoscribe bench, as typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from model_fixtures import TEST_MODELS_FOLDER

from adaptation.bench.engines import PEERS as KNOWN
from adaptation.corpus import CorpusError
from app.commands.bench import PEERS, command
from speech.errors import ModelError, OtoscribeError
from speech.store import InstalledModel


@pytest.fixture
def home(base_model: InstalledModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with whisper-base in it."""
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "models").symlink_to(TEST_MODELS_FOLDER)
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def manifest(short_sample: Path, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.jsonl"
    text = "The patient has a dry cough and a mild fever since Monday. Aspirin 300 mg, no more than three times a day."
    path.write_text(json.dumps({"audio": str(short_sample), "text": text}) + "\n")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command_knows_every_peer() -> None:
    assert set(PEERS) == set(KNOWN)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--against", "foo"),
        ("--against", "faster-whisper,foo"),
        ("--threads", "0"),
        ("--seconds", "0"),
        ("--rounds", "x"),
    ],
)
def test_wrong_usage_exits_2(manifest: Path, wrong: tuple[str, str]) -> None:
    result = run(manifest, *wrong)
    assert result.exit_code == 2
    if "foo" in wrong[1]:
        assert "'foo' is not one of faster-whisper, whisper.cpp, transformers" in result.output


def test_what_stands_in_the_way_is_told(home: Path, manifest: Path, tmp_path: Path) -> None:
    manifest.with_name("bad.jsonl").write_text("{}\n")
    for path, kind in ((tmp_path / "missing.jsonl", CorpusError), (tmp_path / "bad.jsonl", CorpusError)):
        assert isinstance(run(path).exception, kind)
    assert isinstance(run(manifest, "--model", "nothing").exception, ModelError)


@pytest.mark.slow
def test_a_place_for_the_peers_weights_that_cannot_be_written(home: Path, manifest: Path) -> None:
    if not KNOWN["whisper.cpp"].is_installed:
        pytest.skip("pywhispercpp is not installed")
    (home / "data" / "peers").write_text("in the way")
    result = run(manifest, "--against", "whisper.cpp")
    assert isinstance(result.exception, OtoscribeError)
    assert "peers cannot be written" in str(result.exception)


@pytest.mark.slow
def test_json_alone_on_stdout(home: Path, manifest: Path) -> None:
    arguments = ["bench", str(manifest), "--json", "--rounds", "1", "--threads", "1", "--against", "whisper.cpp"]
    done = subprocess.run([sys.executable, "-m", "app", *arguments], capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    ours = report["engines"][0]
    assert ours["name"] == "otoscribe" and ours["wer"] < 0.1 and ours["clip_s"]["median"] > 0
    assert report["threads"] == 1 and len(report["lengths_s"]) == 1 and report["machine"]["processor"]
    if KNOWN["whisper.cpp"].is_installed:
        assert report["engines"][1]["name"] == "whisper.cpp" and report["engines"][1]["times_ours"]["median"] > 0
    else:
        assert "pip install pywhispercpp" in report["left_out"]["whisper.cpp"]


def children(parent: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def is_alive(process: int) -> bool:
    """False also for one that has ended and that nobody has asked about yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")
def test_ctrl_c_ends_it_with_one_line_and_leaves_no_process(home: Path, manifest: Path) -> None:
    arguments = ["bench", str(manifest), "--rounds", "1000", "--against", ""]
    program = subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with program:
        started: list[int] = []
        end = time.monotonic() + 60
        while len(started) < 2 and time.monotonic() < end:  # the engine and multiprocessing's own helper
            started = children(program.pid)
            time.sleep(0.05)
        assert len(started) == 2
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to every process of the command
        stdout, stderr = program.communicate(timeout=240)
    assert (program.returncode, stdout, stderr.strip()) == (1, "", "Stopped.")
    end = time.monotonic() + 10  # multiprocessing's own helper ends when it sees that its parent has gone
    while any(map(is_alive, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_alive, started))
