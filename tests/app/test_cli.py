"""What holds for every command: help, exit statuses, one line per problem, a quick start."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import types
from pathlib import Path

import click
import pytest
from command_line import REPOSITORY, CommandLine, install_base, run_program

from app.cli import COMMANDS
from speech.errors import OtoscribeError


def test_help_lists_every_command_without_importing_any(otoscribe: CommandLine) -> None:
    said = otoscribe("--help")
    assert said.status == 0 and said.err == ""
    assert all(name in said.out and help_ in " ".join(said.out.split()) for name, help_ in COMMANDS.items())
    assert "Example" in said.out
    assert otoscribe("-h").out == said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(otoscribe: CommandLine, name: str) -> None:
    said = otoscribe(name, "--help")
    assert said.status == 0 and said.err == ""
    examples = said.out.partition("Example")[2]
    assert f"otoscribe {name}" in examples


def test_version(otoscribe: CommandLine) -> None:
    assert importlib.metadata.version("otoscribe") in otoscribe("--version").out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["translate"], "No such command 'translate'"),
        (["--loud"], "No such option"),
        (["transcribe"], "Missing argument 'AUDIO"),
        (["transcribe", "a.wav", "--format", "xls"], "'xls' is not one of"),
        (["transcribe", "a.wav", "--threads", "0"], "0 is not in the range"),
        (["transcribe", "a.wav", "--backend", "keras"], "'keras' is not one of"),
        (["live", "--pace", "0"], "not in the range"),
        (["eval"], "Missing argument 'MANIFEST'"),
    ],
)
def test_wrong_usage_is_one_line_and_status_two(otoscribe: CommandLine, arguments: list[str], what: str) -> None:
    said = otoscribe(*arguments)
    assert said.status == 2 and said.out == ""
    assert what in said.complaint and "--help" in said.complaint


def broken_command(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Adds a command that fails."""

    @click.command()
    def command() -> None:
        raise error

    module = types.ModuleType("app.commands.broken")
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.commands.broken", module)
    monkeypatch.setitem(COMMANDS, "broken", "Fail.")


def test_faults_are_told_without_what_was_dictated(otoscribe: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_command(monkeypatch, ValueError("Mrs Miller has pneumonia"))
    said = otoscribe("broken")
    assert said.status == 1 and "ValueError" in said.complaint and "--debug" in said.complaint
    assert "Miller" not in said.err
    with pytest.raises(ValueError, match="Miller"):
        otoscribe("--debug", "broken")


def test_problems_are_told_in_one_line(otoscribe: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_command(monkeypatch, OtoscribeError("The disk\nis full.", "Free\tsome space."))
    said = otoscribe("broken")
    assert said.status == 1 and said.complaint == "The disk is full. Free some space."
    with pytest.raises(OtoscribeError):
        otoscribe("--debug", "broken")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_stopping(otoscribe: CommandLine, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    broken_command(monkeypatch, error)
    said = otoscribe("broken")
    assert said.status == 1 and said.err.strip() == "Stopped."  # below the ^C that terminals show


def loaded_by(*arguments: str | Path) -> set[str]:
    """The top-level modules that a command loads."""
    code = (
        "import json, sys; from app.cli import run; run(sys.argv[1:]);"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    heavy = {
        "torch",
        "transformers",
        "onnx",
        "onnxruntime",
        "numpy",
        "av",
        "PySide6",
        "sqlalchemy",
        "docx",
        "reportlab",
    }
    assert not loaded_by("--help") & heavy


@pytest.mark.slow
def test_transcribing_loads_no_torch_and_no_window(short_sample: Path) -> None:
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    loaded = loaded_by("transcribe", short_sample)
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "peft", "PySide6", "sqlalchemy", "medwer", "docx", "reportlab"}


def test_as_a_program() -> None:
    said = run_program("transcribe", "nowhere.wav")
    assert said.status == 1 and said.out == ""
    assert "nowhere.wav" in said.complaint
    debugged = run_program("--debug", "transcribe", "nowhere.wav")
    assert debugged.status == 1 and "Traceback" in debugged.err and "AudioError" in debugged.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="file names on Windows are Unicode")
def test_output_is_utf_8_whatever_the_locale(short_sample: Path, tmp_path: Path) -> None:
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    for name in ("großmutter ☂.flac", os.fsdecode(b"latin-\xe4.flac")):
        audio = tmp_path / name
        audio.write_bytes(short_sample.read_bytes())
        said = run_program("transcribe", audio, "--format", "json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert said.status == 0
        assert json.loads(said.out)["audio"] == str(audio)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes and signals")
def test_a_reader_that_leaves_and_ctrl_c(sample_command: list[str]) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for leave in ("close", "interrupt"):
        running = subprocess.Popen(
            sample_command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY, env=environment
        )
        assert running.stdout is not None and running.stderr is not None
        assert json.loads(running.stdout.readline())["type"] == "partial"
        if leave == "close":
            running.stdout.close()
        else:
            running.send_signal(signal.SIGINT)
        complaint = running.stderr.read().decode()
        assert running.wait(timeout=240) == (1 if leave == "close" else 0)
        assert complaint.strip() == ""
        running.stderr.close()
        if leave == "interrupt":
            running.stdout.close()


@pytest.fixture
def sample_command(short_sample: Path) -> list[str]:
    install_base(Path(os.environ["OTOSCRIBE_HOME"]))
    return [sys.executable, "-m", "app", "live", "--input", str(short_sample), "--json"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a device that is always full")
def test_what_the_disk_refuses_is_told_in_one_line() -> None:
    command = [sys.executable, "-m", "app", "format", "five milligrams"]
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY, timeout=240)
    assert said.returncode == 1 and said.stderr.strip().startswith("The disk is full.")
    named = subprocess.run(
        [*command[:3], "transcribe", "a.wav", "--output", "x" * 300], capture_output=True, text=True, cwd=REPOSITORY
    )
    assert named.returncode == 1 and named.stderr.strip().endswith("Give a shorter one.")
