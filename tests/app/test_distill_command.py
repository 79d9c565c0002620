"""otoscribe distill, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import CommandLine
from tiny_whisper import silent_checkpoint

from app.paths import models_folder
from speech.store import InstalledModel, ModelStore
from speech.weights import read_settings, write_checkpoint


@pytest.mark.slow
def test_a_student_is_taught_and_writes(
    otoscribe: CommandLine, base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    write_checkpoint(silent_checkpoint(tokenizer), tmp_path / "tiny")
    ModelStore(models_folder()).import_folder(tmp_path / "tiny")
    manifest, words = tmp_path / "manifest.jsonl", tmp_path / "words.txt"
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": "Two words."}) + "\n", encoding="utf-8")
    words.write_text("two\nwords\n", encoding="utf-8")
    asked = ("distill", "--teacher", "tiny", "--preset", "context", "--data", manifest, "--words", words)
    said = otoscribe(*asked, "--name", "mine", "--epochs", "2")
    assert said.status == 0 and "--model mine" in said.out
    student = ModelStore(models_folder()).open("mine")
    assert student.min_padding_s == 0.5 and student.languages == ("en",)
    assert otoscribe("transcribe", short_sample, "--model", "mine", "--format", "json").status == 0
    assert "Another model is installed as mine" in otoscribe(*asked, "--name", "mine").complaint


def test_wrong_questions(otoscribe: CommandLine, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    for arguments, answer in (
        (("--preset", "tiny", "--data", manifest), "decoder-4"),
        (("--preset", "context"), "--data or --replay"),
    ):
        said = otoscribe("distill", *arguments, "--name", "mine")
        assert said.status == 2 and answer in said.err
    said = otoscribe("distill", "--preset", "context", "--data", manifest, "--name", "whisper-base")
    assert said.status == 1 and "installed as whisper-base" in said.complaint
