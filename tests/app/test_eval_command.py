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
