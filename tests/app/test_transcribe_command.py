"""otoscribe transcribe, as typed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import medwer
import numpy as np
import pytest
from command_line import CommandLine
from docx import Document
from model_fixtures import TEST_MODELS_FOLDER, installed_base
from pypdf import PdfReader
from samples import Sample
from sounds import write_wav

from app import settings

SHAPE = {
    "schema": int,
    "audio": str,
    "model": str,
    "backend": str,
    "language": str,
    "duration_s": float,
    "processing_s": float,
    "text": str,
    "warnings": list,
    "segments": list,
}
SEGMENT_SHAPE = {"start_s": float, "end_s": float, "text": str, "confidence": float, "words": list}
WORD_SHAPE = {
    **{"text": str, "start_s": float, "end_s": float, "confidence": float},
    **{"term": type(None), "heard": type(None), "offered": type(None)},
}


def shape(value: dict[str, Any]) -> dict[str, type]:
    return {key: type(item) for key, item in value.items()}


@pytest.mark.slow
def test_json_is_as_documented(with_model: CommandLine, sample: Sample) -> None:
    said = with_model("transcribe", sample.audio, "--format", "json")
    assert said.status == 0 and said.err == ""
    (line,) = said.out.splitlines()
    value = json.loads(line)
    assert shape(value) == SHAPE and list(value) == list(SHAPE)
    assert value["schema"] == 1 and value["audio"] == str(sample.audio)
    assert (value["model"], value["backend"], value["language"]) == ("otoscribe-base", "onnx-cpu-int8", "en")
    assert all(shape(segment) == SEGMENT_SHAPE for segment in value["segments"])
    words = [word for segment in value["segments"] for word in segment["words"]]
    assert len(words) > 60 and all(shape(word) == WORD_SHAPE for word in words)
    assert value["text"] == " ".join(segment["text"] for segment in value["segments"])
    assert medwer.Scorer().corpus([sample.reference], [value["text"]])["wer"] < 0.15


@pytest.mark.slow
def test_text_is_formatted_by_the_settings_and_words_stay_as_heard(with_model: CommandLine, short_sample: Path) -> None:
    def transcribe(*options: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            with_model("transcribe", short_sample, "--model", "whisper-base", "--format", "json", *options).out
        )
        return value

    written, heard = transcribe(), transcribe("--no-formatting")
    assert "Aspirin 300 mg, no more than three times a day." in written["text"]
    assert "Aspirin 300 milligrams, no more" in heard["text"]
    assert [segment["words"] for segment in written["segments"]] == [segment["words"] for segment in heard["segments"]]
    settings.save(replace(settings.load(), formatting_off=("units",), formatting=False))
    assert "300 milligrams" in transcribe("--formatting")["text"]
    settings.save(replace(settings.load(), formatting_off=(), formatting=True))
    assert "300 mg" in " ".join(with_model("transcribe", short_sample, "--format", "srt").out.split())


@pytest.mark.slow
def test_every_format(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    audio = tmp_path / "letter.flac"
    audio.write_bytes(short_sample.read_bytes())
    text = with_model("transcribe", audio).out
    assert "dry cough" in text and text.endswith("\n") and text.strip()
    srt = with_model("transcribe", audio, "--format", "srt").out
    assert srt.startswith("1\n00:00:00,") and " --> " in srt and "dry cough" in " ".join(srt.split())
    vtt = with_model("transcribe", audio, "--output", tmp_path / "subtitles.vtt")
    assert vtt.out == "" and (tmp_path / "subtitles.vtt").read_text().startswith("WEBVTT\n")
    for form in ("docx", "pdf"):
        assert with_model("transcribe", audio, "--format", form).status == 0
    paragraphs = [paragraph.text for paragraph in Document(str(tmp_path / "letter.docx")).paragraphs]
    assert text.strip() in paragraphs
    printed = " ".join(page.extract_text() for page in PdfReader(tmp_path / "letter.pdf").pages)
    assert "dry cough" in " ".join(printed.split())
    again = with_model("transcribe", audio, "--format", "docx")
    assert again.status == 2 and "letter.docx is there already" in again.complaint


@pytest.mark.slow
def test_several_files_with_bad_ones_among_them(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.mp3").write_text("no sound")
    bad = [tmp_path / "empty.wav", tmp_path / "text.mp3", tmp_path / "nowhere.flac"]
    said = with_model("transcribe", bad[0], short_sample, *bad[1:], short_sample, "--format", "json")
    assert said.status == 1
    values = [json.loads(line) for line in said.out.splitlines()]
    assert [value["audio"] for value in values] == [str(short_sample)] * 2
    lines = said.err.splitlines()
    assert len(lines) == 4 and all(path.name in line for path, line in zip(bad, lines, strict=False))
    assert "3 of 5 files failed" in lines[-1]


@pytest.mark.slow
def test_several_files_into_a_folder(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    copies = [tmp_path / "in" / name for name in ("one.flac", "two.flac")]
    (tmp_path / "in").mkdir()
    for copy in copies:
        copy.write_bytes(short_sample.read_bytes())
    assert with_model("transcribe", *copies, "--output", tmp_path / "out").status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.txt", "two.txt"]
    assert "dry cough" in (tmp_path / "out" / "two.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["one.flac", "two.flac"]


@pytest.mark.slow
def test_bad_audio_is_one_line(with_model: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("The patient is well.")
    write_wav(tmp_path / "nothing.wav", np.zeros(0))
    for path, what in (
        (tmp_path / "empty.wav", "is empty"),
        (tmp_path / "text.wav", "text.wav"),
        (tmp_path / "nothing.wav", "no sound at all"),
        (tmp_path, "is a folder"),
        (tmp_path / "missing.wav", "There is no file"),
    ):
        said = with_model("transcribe", path, "--format", "json")
        assert said.status == 1 and said.out == "" and what in said.complaint


@pytest.mark.slow
def test_silence_gives_no_text_and_says_so(with_model: CommandLine, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "silence.wav", np.zeros(32_000))
    said = with_model("transcribe", path)
    assert said.status == 0 and said.out.strip() == "" and "No speech was heard" in said.err
    value = json.loads(with_model("transcribe", path, "--format", "json").out)
    assert (value["text"], value["segments"], value["warnings"]) == ("", [], ["No speech was heard."])


@pytest.mark.slow
def test_languages(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    said = with_model("transcribe", short_sample, "--language", "auto", "--format", "json", "--threads", "1")
    assert json.loads(said.out)["language"] == "en"
    assert "does not know the language 'xx'" in with_model("transcribe", short_sample, "--language", "xx").complaint


def test_where_output_cannot_go_is_told_before_the_work(otoscribe: CommandLine, tmp_path: Path) -> None:
    """No model is installed here, and the audio is not there either."""
    (tmp_path / "folder").mkdir()
    nowhere = otoscribe("transcribe", "a.wav", "--output", tmp_path / "none" / "a.txt")
    assert nowhere.status == 1 and "is not there" in nowhere.complaint
    (tmp_path / "folder" / "a.txt").mkdir()
    taken = otoscribe("transcribe", "a.wav", "--output", tmp_path / "folder")
    assert taken.status == 1 and "is a folder" in taken.complaint
    several = otoscribe("transcribe", "a.wav", "b.wav", "--output", tmp_path / "one.txt")
    assert several.status == 2 and "must be a folder" in several.complaint
    assert not (tmp_path / "one.txt").exists()
    (tmp_path / "a file").touch()
    below = otoscribe("transcribe", "a.wav", "b.wav", "--output", tmp_path / "a file" / "letters")
    assert below.status == 1 and "cannot be made" in below.complaint
    same = otoscribe("transcribe", "a.wav", "a.mp3", "--format", "docx")
    assert same.status == 2 and "same name" in same.complaint


def test_no_recording_is_written_over_and_nothing_that_lies_beside_it(
    otoscribe: CommandLine, short_sample: Path, tmp_path: Path
) -> None:
    audio, letter = tmp_path / "letter.flac", tmp_path / "letter.txt"
    audio.write_bytes(short_sample.read_bytes())
    letter.write_text("by hand", encoding="utf-8")
    over = otoscribe("transcribe", audio, "--output", tmp_path / ".." / tmp_path.name / "letter.flac")
    assert over.status == 1 and "is what is read" in over.complaint
    beside = otoscribe("transcribe", audio, "--output", tmp_path)
    assert beside.status == 2 and "letter.txt is there already" in beside.complaint
    assert audio.read_bytes() == short_sample.read_bytes() and letter.read_text(encoding="utf-8") == "by hand"


def test_a_missing_model(otoscribe: CommandLine, short_sample: Path) -> None:
    for name in ("whisper-base", "cardiology"):
        said = otoscribe("transcribe", short_sample, "--model", name)
        assert said.status == 1 and name in said.complaint and "otoscribe models" in said.complaint


@pytest.mark.parametrize("damage", ["graphs/int8/decoder.onnx", "checkpoint/tokenizer.json", "model.json"])
def test_a_corrupt_model(otoscribe: CommandLine, short_sample: Path, damage: str) -> None:
    installed_base()
    whole = TEST_MODELS_FOLDER / "whisper-base"
    copy = Path(os.environ["OTOSCRIBE_HOME"]) / "data" / "models" / "whisper-base"
    for path in (path for path in whole.rglob("*") if path.is_file()):
        target = copy / path.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path)
    broken = copy / damage
    content = broken.read_bytes()
    broken.unlink()
    broken.write_bytes(content[: len(content) // 2])
    said = otoscribe("transcribe", short_sample, "--model", "whisper-base")
    assert said.status == 1 and "damaged" in said.complaint and "otoscribe models" in said.complaint


@pytest.mark.slow
def test_a_backend_for_another_device(with_model: CommandLine, short_sample: Path) -> None:
    for backend, device in (("onnx", "directml"), ("torch", "coreml")):
        said = with_model("transcribe", short_sample, "--backend", backend, "--device", device)
        assert said.status == 1 and f"no device '{device}'" in said.complaint
