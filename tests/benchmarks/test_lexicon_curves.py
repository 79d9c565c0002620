"""The measurement of lexicons by their length, on one shipped dictation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from model_fixtures import TEST_MODELS_FOLDER

from speech.resources import shipped
from speech.store import InstalledModel

SCRIPT = Path(__file__).resolve().parent.parent.parent / "benchmarks/lexicon_curves.py"


@pytest.mark.slow
def test_a_line_for_each_list_and_tier_and_a_page(base_model: InstalledModel, tmp_path: Path) -> None:
    data = Path(os.environ["OTOSCRIBE_HOME"]) / "data"
    data.mkdir(parents=True)
    (data / "models").symlink_to(TEST_MODELS_FOLDER)
    first = json.loads(shipped("samples/manifest.jsonl").read_text(encoding="utf-8").splitlines()[0])
    clip = {**first, "audio": str(shipped("samples") / first["audio"]), "terms": ["dry cough"]}
    (tmp_path / "clips").mkdir()
    manifest = tmp_path / "clips/manifest.jsonl"
    manifest.write_text(json.dumps(clip) + "\n", encoding="utf-8")
    (tmp_path / "own.csv").write_text("written\ndry cough\nabciximab\n", encoding="utf-8")
    arguments = [manifest, "--lexicon", tmp_path / "own.csv", "--unsaid", manifest, "--sizes", "100,1000"]
    command = [sys.executable, str(SCRIPT), *map(str, arguments), "--output", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "out/curves.json").read_text(encoding="utf-8"))
    said = [each for each in figures if each["is_said"]]
    assert [(each["entries"], each["tier"]) for each in said] == [
        (0, "none"),
        *((size, tier) for size in (100, 1000) for tier in ("boost", "rescoring", "both")),
    ]
    assert all(each["work_ratio"] > 0.9 for each in figures)
    page = (tmp_path / "out/curves.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4 and "terms never said" in page
