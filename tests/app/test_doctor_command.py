"""otoscribe doctor on healthy and ailing machines."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cards import offer_broken_card, silent
from command_line import CommandLine

from app import settings
from app.paths import templates_folder


def findings(said: Any) -> dict[str, dict[str, Any]]:
    found = json.loads(said.out)["findings"]
    assert all(list(finding) == ["what", "works", "found", "next_step", "needed"] for finding in found)
    assert all(finding["works"] or finding["next_step"] for finding in found)
    assert (
        said.status == (0 if all(finding["works"] for finding in found if finding["needed"]) else 1) and said.err == ""
    )
    return {finding["what"]: finding for finding in found}


@pytest.fixture
def german() -> None:
    """Settings of somebody whose language no model that ships can write."""
    settings.save(settings.Settings(language="de"))


def test_a_fresh_machine_may_lack_the_model(otoscribe: CommandLine, german: None) -> None:
    found = findings(otoscribe("doctor", "--json"))
    assert {"system", "settings", "model", "devices", "torch", "microphone", "disk", "record", "display"} <= set(found)
    assert not found["model"]["works"] and "otoscribe models pull" in found["model"]["next_step"]
    for name in ("settings", "disk", "record", "devices", "onnx cpu", "torch cpu"):
        assert found[name]["works"], name
    assert str(Path(os.environ["OTOSCRIBE_HOME"])) in found["disk"]["found"]


def test_the_table_says_the_same(otoscribe: CommandLine, german: None) -> None:
    said = otoscribe("doctor")
    assert said.status == 1 and said.err == ""
    lines = said.out.splitlines()
    amiss = next(index for index, line in enumerate(lines) if line.startswith("AMISS  model"))
    assert "otoscribe models pull" in lines[amiss + 1]
    assert any(line.startswith("works  disk") for line in lines)


def test_ailments_are_found_and_none_hides_another(otoscribe: CommandLine) -> None:
    home = Path(os.environ["OTOSCRIBE_HOME"])
    (home / "settings").mkdir(parents=True)
    (home / "settings" / "settings.json").write_text("{")
    (home / "data").mkdir()
    (home / "data" / "notes.db").write_bytes(b"not a database" * 100)
    found = findings(otoscribe("doctor", "--json"))
    for name in ("settings", "model", "record"):
        assert not found[name]["works"] and found[name]["next_step"], name
    assert found["disk"]["works"]
    assert (home / "data" / "notes.db").read_bytes().startswith(b"not a database")


def test_what_the_site_lays_down_is_looked_at(otoscribe: CommandLine) -> None:
    site = Path(os.environ["OTOSCRIBE_HOME"]) / "site"
    for name, content in (
        ("lexicons/ours.csv", b"written,spoken\nzolpidem,zol pi dem\n"),
        ("lexicons/torn.csv", bytes(range(128, 256)) * 20),
        ("templates/visit.txt", b"title: Our visit\n\nSeen today.\n"),
        ("templates/large.txt", b"Seen today. " * 100_000),
        ("commands.toml", b"phrase = 3"),
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    found = findings(otoscribe("doctor", "--json"))
    for kind in ("lexicons", "templates"):
        assert found[kind]["works"] and f"2 in {site / kind}" in found[kind]["found"]
    assert "torn.csv" in found["lexicon torn"]["found"] and "larger" in found["template large"]["found"]
    assert "commands.toml" in found["command"]["found"] and not {"lexicon ours", "template visit"} & set(found)


def test_a_share_for_templates_that_is_not_reached_is_told(otoscribe: CommandLine, tmp_path: Path) -> None:
    share = tmp_path / "share"
    settings.save(settings.Settings(site_templates=str(share)))
    (templates_folder() / "large.txt").write_bytes(b"Seen today. " * 100_000)
    found = findings(otoscribe("doctor", "--json"))
    assert not found["templates"]["works"] and str(share) in found["templates"]["found"]
    assert not found["template large"]["works"]  # one does not hide the other
    share.mkdir()
    assert findings(otoscribe("doctor", "--json"))["templates"]["works"]


@silent
def test_a_device_that_is_offered_and_fails_is_told_and_not_needed(
    otoscribe: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_broken_card(monkeypatch)
    found = findings(otoscribe("doctor", "--json"))
    assert found["devices"]["found"].endswith("cpu, cuda")
    assert not found["onnx cuda"]["works"] and not found["onnx cuda"]["needed"]
    assert "does not work here" in found["onnx cuda"]["found"] and "driver" in found["onnx cuda"]["next_step"]
    assert any(line.startswith("lacks  onnx cuda") for line in otoscribe("doctor").out.splitlines())


@pytest.mark.slow
def test_an_installed_model_is_tried(with_model: CommandLine) -> None:
    found = findings(with_model("doctor", "--json"))
    assert (
        found["model"]["works"] and "onnx-cpu-int8" in found["model"]["found"] and "Apache" in found["model"]["found"]
    )
