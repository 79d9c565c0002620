"""otoscribe eval, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import CommandLine
from samples import Sample

KEYS = [
    "utterances",
    "audio_s",
    "wer",
    "wer_ci95",
    "medical_wer",
    "term_recall",
    "term_precision",
    "other_wer",
    "rtfx",
    "latency_p50_s",
    "latency_p95_s",
    "hallucinated_words_per_min",
    "medical_wer_ci95",
    "term_recall_ci95",
    "term_precision_ci95",
    "term_f1",
    "other_wer_ci95",
    "insertion_rate",
    "numbers",
    "number_exact_match",
    "number_exact_match_ci95",
    "negation_flips",
    "side_flips",
    "drug_swaps",
    "confidence_auc",
    "confidence_ece",
    "ci95_over",
]


@pytest.mark.slow
def test_json_table_and_hypotheses(with_model: CommandLine, sample: Sample, short_sample: Path, tmp_path: Path) -> None:
    clip = {"audio": str(short_sample), "text": "The patient has a dry cough.", "terms": ["cough"], "speaker": "a"}
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps(clip) + "\n", encoding="utf-8")
    heard = tmp_path / "heard.jsonl"
    errors = tmp_path / "errors.txt"
    said = with_model("eval", manifest, "--json", "--hypotheses", heard, "--errors", errors)
    assert said.status == 0 and said.err == ""
    value = json.loads(said.out)
    assert list(value) == KEYS
    assert (value["utterances"], value["term_recall"], value["hallucinated_words_per_min"]) == (1, 1.0, None)
    assert value["wer"] > 1.0 and value["rtfx"] > 0
    (line,) = heard.read_text(encoding="utf-8").splitlines()
    written = json.loads(line)
    assert written["audio"] == str(short_sample) and "dry cough" in written["hypothesis"]
    assert written["text"] == clip["text"] and written["processing_s"] > 0
    assert written["words"][0]["text"] == "The" and 0 < written["words"][0]["confidence"] <= 1
    listed = errors.read_text(encoding="utf-8")
    assert listed.startswith("1 of 1 clips have errors") and "speaker a" in listed and "number: [" in listed
    table = with_model("eval", manifest).out.splitlines()
    assert [row.split()[0] for row in table] == KEYS


@pytest.mark.slow
def test_two_systems_side_by_side(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    manifest, others, page = (tmp_path / name for name in ("manifest.jsonl", "others.jsonl", "page.html"))
    text = "The patient has a dry cough and a mild fever since Monday. Aspirin 300 mg, no more than three times a day."
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": text}))
    others.write_text(json.dumps({"audio": str(short_sample), "hypothesis": text.replace("no more", "more")}))
    said = with_model("eval", manifest, "--json", "--compare", others, "--report", page)
    assert said.status == 0 and said.err == ""
    value = json.loads(said.out)
    assert list(value) == [*KEYS, "compared_with"]
    beside = value["compared_with"]
    assert (beside["name"], beside["negation_flips"], beside["rtfx"]) == ("others", 1, None)
    assert beside["audio_s"] == value["audio_s"] and value["confidence_ece"] is not None
    assert beside["differences"]["wer"]["difference"] == pytest.approx(value["wer"] - beside["wer"])
    written = page.read_text(encoding="utf-8")
    assert "otoscribe-base and others" in written and "negations flipped" in written and "</html>" in written


def test_what_cannot_be_compared_is_told_before_the_work(
    otoscribe: CommandLine, short_sample: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": "a"}))
    alone = otoscribe("eval", manifest, "--report", tmp_path / "page.html")
    assert alone.status == 2 and "--compare" in alone.complaint
    others = tmp_path / "others.jsonl"
    assert "cannot be read" in otoscribe("eval", manifest, "--compare", others).complaint
    others.write_text(json.dumps({"audio": "another.wav", "hypothesis": ""}))
    assert "holds nothing for" in otoscribe("eval", manifest, "--compare", others).complaint
    assert "There is no model" in otoscribe("eval", manifest, "--compare", "unheard-of").complaint


def test_bad_manifests(otoscribe: CommandLine, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    assert "There is no manifest" in otoscribe("eval", manifest).complaint
    manifest.write_text("{\n")
    said = otoscribe("eval", manifest, "--json")
    assert said.status == 1 and said.out == "" and "Line 1 of" in said.complaint


def test_hypotheses_that_cannot_be_written_are_told_before_the_work(
    otoscribe: CommandLine, short_sample: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": "a"}))
    said = otoscribe("eval", manifest, "--hypotheses", tmp_path / "none" / "heard.jsonl")
    assert said.status == 1 and "is not there" in said.complaint


@pytest.mark.slow
def test_clips_without_text_or_sound(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": None}))
    assert "has no text" in with_model("eval", manifest).complaint
    (tmp_path / "broken.wav").write_text("no sound")
    manifest.write_text(json.dumps({"audio": "broken.wav", "text": "a"}))
    assert "broken.wav" in with_model("eval", manifest).complaint
