"""otoscribe models, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tiny_whisper import tiny_checkpoint

from app.commands.models import command
from app.paths import models_folder
from speech.errors import ModelError
from speech.weights import write_checkpoint


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path / "home"))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny Whisper in a folder of Hugging Face form."""
    write_checkpoint(tiny_checkpoint(), tmp_path / "tiny")
    return tmp_path / "tiny"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def listed() -> dict[str, dict[str, object]]:
    result = run("list", "--json")
    assert result.exit_code == 0
    return {row["name"]: row for row in json.loads(result.stdout)["models"]}


def test_a_fresh_machine_lists_what_can_be_fetched() -> None:
    rows = listed()
    assert rows["whisper-base"]["state"] == "not installed"
    assert rows["whisper-base"]["licence"] == "MIT"
    assert rows["whisper-base"]["download_bytes"] == 133_343_666
    text = run("list").stdout
    assert all(name in text for name in rows)


def test_import_list_verify_export_and_remove(tiny: Path, tmp_path: Path) -> None:
    done = run("import", tiny, "--name", "cardiology")
    assert done.exit_code == 0 and "cardiology is installed" in done.stdout
    assert done.stderr == ""  # no bar where there is no terminal
    assert listed()["cardiology"]["state"] == "installed"
    assert listed()["cardiology"]["precisions"] == ["int8"]
    assert run("verify").stdout == "cardiology: whole\n"
    bundle = tmp_path / "cardiology.zip"
    assert run("export", "cardiology", bundle).exit_code == 0
    assert run("remove", "cardiology").stdout == "Removed cardiology.\n"
    assert "cardiology" not in listed()
    assert run("import", bundle).exit_code == 0
    assert json.loads(run("verify", "cardiology", "--json").stdout) == {
        "models": [{"name": "cardiology", "problems": []}]
    }


def test_damage_is_listed_and_makes_verify_fail(tiny: Path) -> None:
    run("import", tiny)
    (models_folder() / "tiny" / "checkpoint" / "tokenizer.json").write_text("{}")
    assert listed()["tiny"]["state"] == "damaged"
    result = run("verify")
    assert isinstance(result.exception, ModelError)
    assert "tokenizer.json is 2 bytes long" in result.stdout
    as_json = run("verify", "--json")
    assert as_json.exit_code == 1
    (found,) = json.loads(as_json.stdout)["models"]
    assert found["problems"]


def test_export_in_the_form_of_another_program(tiny: Path, tmp_path: Path) -> None:
    run("import", tiny)
    done = run("export", "tiny", tmp_path / "graphs", "--format", "onnx")
    assert done.exit_code == 0 and done.stdout.startswith("Wrote ")
    assert (tmp_path / "graphs" / "encoder.onnx").is_file()
    refused = run("export", "tiny", tmp_path / "tiny.bin", "--format", "ggml")
    assert isinstance(refused.exception, ModelError) and "vocabulary of its own" in str(refused.exception)
    assert not (tmp_path / "tiny.bin").exists()
    assert run("export", "tiny", tmp_path / "x", "--format", "gguf").exit_code == 2


def test_failures_are_one_line_with_a_next_step(tmp_path: Path) -> None:
    for arguments in (("pull", "wisper-base"), ("verify", "whisper-base"), ("remove", "nothing")):
        result = run(*arguments)
        assert isinstance(result.exception, ModelError)
        assert "\n" not in str(result.exception)
    assert "Did you mean whisper-base" in str(run("pull", "wisper-base").exception)


def test_wrong_usage_exits_2(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(b"")
    assert run("import", tmp_path / "missing").exit_code == 2
    assert run("import", tmp_path / "bundle.zip", "--name", "x").exit_code == 2
    assert run("remove").exit_code == 2
    assert run("fly").exit_code == 2


def test_every_command_has_help_with_an_example() -> None:
    assert "Example" in run("--help").stdout
    for name in command.commands:
        result = run(name, "--help")
        assert result.exit_code == 0 and "Example" in result.stdout
