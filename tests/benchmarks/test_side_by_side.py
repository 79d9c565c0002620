"""The measurements in benchmarks/ beside other engines, run on the shipped dictations without any other engine."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_fixtures import TEST_MODELS_FOLDER

from speech.resources import shipped
from speech.store import InstalledModel

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
MANIFEST = shipped("samples/manifest.jsonl")

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def home(base_model: InstalledModel) -> None:
    data = Path(os.environ["OTOSCRIBE_HOME"]) / "data"
    data.mkdir(parents=True)
    (data / "models").symlink_to(TEST_MODELS_FOLDER)


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    options = ["--against", "", "--rounds", "1", "--json"]
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=200)


def reports(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_short_utterances_are_cut_at_speech_and_missing_lengths_told() -> None:
    done = run("short_utterances.py", MANIFEST, "--lengths", "2,8")
    (report,) = reports(done)
    assert report["title"] == "8 s" and 7.0 < report["lengths_s"][0] < 8.3  # silence is cut off the clip of 8.3 s
    assert report["engines"][0]["wer"] < 0.1
    assert done.stderr == "No clip is about 2 s long.\n"


def test_a_long_file_says_all_clips_after_each_other(tmp_path: Path) -> None:
    done = run("long_file.py", MANIFEST, "--minutes", "1", "--keep", tmp_path)
    (report,) = reports(done)
    assert 40 < report["lengths_s"][0] < 45 and report["engines"][0]["wer"] < 0.1
    assert "All clips together are 0.7 minutes long." in done.stderr
    assert (tmp_path / "long.wav").stat().st_size > 40 * 32_000


def test_a_live_session_is_measured_beside_the_file(tmp_path: Path, short_sample: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    text = "The patient has a dry cough and a mild fever since Monday. Aspirin 300 mg, no more than three times a day."
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": text}))
    command = [sys.executable, str(BENCHMARKS / "live_latency.py"), str(manifest), "--json"]
    (report,) = reports(subprocess.run(command, capture_output=True, text=True, timeout=200))
    assert report["utterances"] >= 1 and report["first_partial_p50_s"] > 0 and report["final_p50_s"] > 0.2
    assert report["live_wer"] < 0.2 and report["processor_share"] > 0


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="matplotlib is not installed")
def test_cost_against_length_is_drawn(tmp_path: Path) -> None:
    (report,) = reports(run("cost_by_length.py", MANIFEST, "--plot", tmp_path / "cost.svg"))
    assert len(report["engines"][0]["clip_times_s"]) == 2
    assert "<svg" in (tmp_path / "cost.svg").read_text()


def test_what_stands_in_the_way_is_one_line(tmp_path: Path) -> None:
    for done in (
        run("long_file.py", tmp_path / "missing.jsonl"),
        run("cost_by_length.py", MANIFEST, "--plot", tmp_path / "no" / "plot.png"),
        run("short_utterances.py", MANIFEST, "--lengths", "8", "--model", "nothing"),
    ):
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


@pytest.mark.quiet
def test_a_decoder_step_stands_beside_its_products() -> None:
    command = [sys.executable, str(BENCHMARKS / "decoder_step.py"), "--steps", "20", "--seconds", "5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[2:]]
    assert [row[0] for row in rows] == ["1", "16"] and all(float(row[3]) > 1 for row in rows)
