"""benchmarks/calibrate_confidence.py, run as it is by hand, on shipped speech."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from model_fixtures import TEST_MODELS_FOLDER

from speech.confidence import Calibration
from speech.store import InstalledModel

SCRIPT = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "calibrate_confidence.py"

pytestmark = pytest.mark.slow


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=200)


def test_a_calibration_is_learned_shown_and_written(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    data = Path(os.environ["OTOSCRIBE_HOME"]) / "data"
    data.mkdir(parents=True)
    (data / "models").symlink_to(TEST_MODELS_FOLDER)
    half = "The patient has a dry cough and a low-grade fever since Monday."  # the other sentence counts as wrong
    clips = [{"audio": str(short_sample), "text": half, "speaker": speaker} for speaker in ("a", "b")]
    manifest, output = tmp_path / "manifest.jsonl", tmp_path / "whisper-base.json"
    manifest.write_text("".join(json.dumps(clip) + "\n" for clip in clips), encoding="utf-8")
    done = run(manifest, "--output", output)
    assert done.returncode == 0, done.stderr
    calibration = Calibration.from_json(output.read_text(encoding="utf-8"))
    assert calibration.model == "whisper-base" and "2 speakers in 2 clips" in calibration.learned_from
    assert f"confidence below {calibration.threshold}" in done.stdout and "noise: clean" in done.stdout
    manifest.write_text(json.dumps(clips[0]) + "\n", encoding="utf-8")
    refused = run(manifest)
    assert refused.returncode == 1 and "too few words" in refused.stderr and "Traceback" not in refused.stderr
