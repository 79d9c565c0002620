"""otoscribe adapt speak, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import CommandLine

from adaptation.corpus import read_manifest


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("Blood pressure is 142/86.\nPt c/o chest pain.\n", encoding="utf-8")
    return path


def test_a_kept_lexicon_is_spoken(otoscribe: CommandLine, tmp_path: Path) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("written,category\nmetoprolol,drug\nrefractory angina,diagnosis\n", encoding="utf-8")
    assert otoscribe("lexicon", "import", terms, "--name", "heart").status == 0
    said = otoscribe("adapt", "speak", "heart", "--output", tmp_path / "out", "--count", "3", "--json")
    assert said.status == 0, said.err
    *progress, result = map(json.loads, said.out.splitlines())
    assert [step["done"] for step in progress] == [1, 2, 3]
    assert result["clips"] == 3 and result["left_out"] == []
    clips = read_manifest(Path(result["manifest"]))
    assert {term for clip in clips for term in clip.terms} == {"metoprolol", "refractory angina"}


def test_what_is_left_out_is_told_without_its_words(otoscribe: CommandLine, notes: Path, tmp_path: Path) -> None:
    said = otoscribe("adapt", "speak", notes, "--output", tmp_path / "out")
    assert said.status == 0 and "Clips: 1," in said.out and "adapt train" in said.out
    assert "line 2" in said.err and "chest" not in said.err
    assert "another text" in otoscribe("adapt", "speak", notes, "--output", tmp_path / "out", "--seed", "1").complaint


def test_what_cannot_be_done_is_one_line_and_makes_no_folder(
    otoscribe: CommandLine, notes: Path, tmp_path: Path
) -> None:
    def complaint(source: str | Path, *options: str | Path) -> str:
        return otoscribe("adapt", "speak", source, "--output", *options).complaint

    new = tmp_path / "new"
    assert "already holds other files" in complaint(notes, tmp_path)
    assert "cannot be read" in complaint(tmp_path / "nowhere.txt", new)
    assert "no voice nobody-speaks" in complaint(notes, new, "--voice", "nobody-speaks")
    assert "holds no Piper voice" in complaint(notes, new, "--voice", "pytest")
    for content, problem in (
        (b" \n", "is empty"),
        (b"%PDF-1.4 \0\1", "not plain text"),
        ("中文。".encode(), "in English"),
    ):
        notes.write_bytes(content)
        assert problem in complaint(notes, new)
    assert not new.exists()
