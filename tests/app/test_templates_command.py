"""otoscribe templates: listed, checked, brought in whole or not at all, and handed on."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import CommandLine

KNEE = "title: Knee visit\ntyped: knee\n\nPain in the [side: left | right] knee.\n"


def test_shipped_ones_are_listed_shown_and_exported(otoscribe: CommandLine, tmp_path: Path) -> None:
    assert "soap-note" in otoscribe("templates", "list").out
    listed = json.loads(otoscribe("templates", "list", "--search", "radiology", "--json").out)["templates"]
    assert {each["name"] for each in listed} == {"chest-x-ray-report", "ct-mri-report"}
    shown = json.loads(otoscribe("templates", "show", "soap-note", "--json").out)
    assert {"name": "air", "options": [], "default": "room air"} in shown["fields"]
    target = tmp_path / "soap.txt"
    otoscribe("templates", "export", "soap-note", str(target))
    assert target.read_text() == otoscribe("templates", "show", "soap-note").out
    assert otoscribe("templates", "export", "soap-note", str(target)).status == 1
    otoscribe("templates", "export", "all", str(tmp_path / "all"))
    assert len(list((tmp_path / "all").glob("*.txt"))) >= 17


def test_a_file_is_checked_imported_and_removed(otoscribe: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "knee.txt"
    path.write_text(KNEE)
    assert "can be taken" in otoscribe("templates", "check", str(path)).out
    assert otoscribe("templates", "import", str(path)).out == "knee is yours.\n"
    clash = otoscribe("templates", "import", str(path))
    assert clash.status == 1 and "--on-clash" in clash.err
    assert otoscribe("templates", "import", str(path), "--on-clash", "both").out == "knee-2 is yours.\n"
    assert otoscribe("templates", "show", "knee").out == KNEE
    otoscribe("templates", "remove", "knee")
    assert otoscribe("templates", "show", "knee").status == 1


def test_what_is_broken_is_told_and_not_taken(otoscribe: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(KNEE)
    (tmp_path / "bad.txt").write_text("title: Bad\n\nPain in the [side: left\n")
    checked = otoscribe("templates", "check", str(tmp_path), "--json")
    assert checked.status == 1
    files = {Path(each["path"]).name: each for each in json.loads(checked.out)["files"]}
    assert files["good.txt"]["usable"] and not files["bad.txt"]["usable"]
    assert files["bad.txt"]["problems"][0]["line"] == 3
    imported = otoscribe("templates", "import", str(tmp_path))
    assert imported.status == 1 and imported.out == "good is yours.\n" and "bad.txt was not taken" in imported.err
