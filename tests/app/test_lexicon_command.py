"""otoscribe lexicon, as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tiny_whisper import tiny_checkpoint

from adaptation.lexicon import LexiconError
from app import settings
from app.cli import run as run_line
from app.commands.lexicon import command
from app.paths import lexicons_folder, models_folder, site_lexicons_folder
from speech.store import ModelStore
from speech.weights import write_checkpoint

TABLE = (
    "written,spoken,category\n"
    "Nuss procedure,noose procedure,procedure\n"
    "pectus excavatum,,diagnosis\n"
    "Pectus Excavatum,pectus,diagnosis\n"
    ",oops,\n"
    "prednisone,,drug\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "Thoracic terms.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def printed(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_the_shipped_packs_are_listed_and_off() -> None:
    rows = {row["name"]: row for row in printed("list")["lexicons"]}
    assert rows["pharmacy"]["scope"] == "shipped" and not rows["pharmacy"]["on"]
    assert sum(row["terms"] for row in rows.values()) >= 100_000
    assert "pharmacy-brands" in run("list").stdout


def test_check_tells_each_row_and_what_terms_will_do(table: Path) -> None:
    result = run("check", table)
    assert result.exit_code == 0
    assert "3 taken, 1 merged, 1 refused." in result.stdout
    assert "line 4: merged 'Pectus Excavatum'" in result.stdout
    assert "line 5: refused: no written form. Fill in the column written" in result.stdout
    assert "a look-alike of prednisolone (by FDA's list)" in result.stdout
    assert "no model is installed" in result.stdout
    report = printed("check", table)
    assert [row["outcome"] for row in report["file"]["rows"]] == ["taken", "taken", "merged", "refused", "taken"]
    assert [term["tokens"] for term in report["terms"]] == [None, None, None]
    assert not [row for row in printed("list")["lexicons"] if row["scope"] == "user"]  # nothing was imported


def test_check_counts_tokens_of_the_installed_model(table: Path, tmp_path: Path) -> None:
    write_checkpoint(tiny_checkpoint(), tmp_path / "tiny")
    ModelStore(models_folder()).import_folder(tmp_path / "tiny")
    settings.save(settings.Settings(model="tiny"))
    assert all(term["tokens"] > 0 for term in printed("check", table)["terms"])
    assert "Tokens of a term:" in run("check", table).stdout


def test_import_show_export_and_remove(table: Path, tmp_path: Path) -> None:
    done = run("import", table, "--scope", "department")
    assert done.exit_code == 0 and "The lexicon thoracic-terms has 3 terms and is on." in done.stdout
    shown = printed("show", "thoracic-terms")
    assert shown["scope"] == "department" and shown["terms"][1]["spoken"] == ["pectus"]
    assert shown["terms"][0]["origin"] == "Thoracic terms.csv:2" and shown["terms"][0]["heard"] == 0
    assert "Nuss procedure (said noose procedure)" in run("show", "thoracic-terms", "--search", "noose").stdout
    copy = tmp_path / "copy.csv"
    assert run("export", "thoracic-terms", copy).exit_code == 0
    assert run("import", copy, "--name", "copy").exit_code == 0
    assert printed("show", "copy")["terms"] == shown["terms"]
    assert run("remove", "copy").stdout == "Removed copy.\n"
    assert isinstance(run("show", "copy").exception, LexiconError)


def test_a_second_import_wants_replace(table: Path) -> None:
    assert run("import", table).exit_code == 0
    again = run("import", table)
    assert isinstance(again.exception, LexiconError) and "--replace" in str(again.exception)
    assert printed("import", table, "--replace")["file"]["taken"] == 3


def test_nothing_is_imported_from_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    before = sorted(path.name for path in lexicons_folder().iterdir())
    path = tmp_path / "terms.csv"
    path.write_bytes(b"PK\x03\x04 a workbook")
    assert isinstance(run("import", path).exception, LexiconError)
    assert sorted(path.name for path in lexicons_folder().iterdir()) == before


def test_terms_are_added_and_taken_back() -> None:
    assert run("add", "mine", "Osler node", "--spoken", "osler's node").stdout.startswith("Osler node (said osler's")
    assert isinstance(run("add", "mine", "--", "---").exception, LexiconError)
    assert run("remove", "mine", "--term", "osler node").stdout == "Took Osler node back from mine.\n"
    assert run("remove", "cardiology", "--term", "atrial fibrillation").exit_code == 0
    assert not printed("search", "atrial fibrillation and more")["terms"]
    assert "atrial fibrillation" not in [term["written"] for term in printed("show", "cardiology")["terms"]]
    assert run("add", "cardiology", "atrial fibrillation").exit_code == 0
    assert "atrial fibrillation" in [term["written"] for term in printed("show", "cardiology")["terms"]]


def test_lexicons_are_switched_and_searched() -> None:
    assert run("on", "cardiology", "pharmacy").stdout == "cardiology is on.\npharmacy is on.\n"
    assert run("off", "pharmacy").stdout == "pharmacy is off.\n"
    assert [row["name"] for row in printed("list")["lexicons"] if row["on"]] == ["cardiology"]
    assert {"lexicon": "pharmacy", "written": "apixaban"}.items() <= printed("search", "apixaban")["terms"][0].items()


def test_the_admins_folder_is_read(tmp_path: Path) -> None:
    site_lexicons_folder().mkdir(parents=True)
    (site_lexicons_folder() / "wards.txt").write_text("Oak Ward\n", encoding="utf-8")
    rows = {row["name"]: row for row in printed("list")["lexicons"]}
    assert rows["wards"]["scope"] == "site" and rows["wards"]["on"]


def test_problems_are_one_line_with_the_next_step(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_line(["lexicon", "import", str(tmp_path)]) == 1
    captured = capfd.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and "Name a file" in captured.err
    assert run_line(["lexicon", "import"]) == 2


def test_a_spoken_form_that_would_change_the_meaning_is_told_and_refused_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "sides.csv"
    path.write_text("written,spoken\nlithotripsy,left lithotripsy|litho\n", encoding="utf-8")
    for arguments in (("check", path), ("import", path)):
        shown = run(*arguments).stdout
        assert (
            "Line 2: the spoken form 'left lithotripsy' has another side than 'lithotripsy'; it is never used" in shown
        )
    assert "is never used." in run("check", "sides").stdout
    refused = run("add", "mine", "aspirin 75 mg", "--spoken", "aspirin seventy five micrograms")
    assert isinstance(refused.exception, LexiconError)
    assert "another dose" in str(refused.exception) and "\n" not in str(refused.exception)
