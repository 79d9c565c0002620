"""The packs that ship: enough, clean, each form once, no everyday words, sources named."""

from __future__ import annotations

import csv

import pytest

from adaptation.lexicon import Lexicon, Scope
from adaptation.lexicon.cells import written_form
from adaptation.lexicon.common_words import is_common
from adaptation.lexicon.protection import Protected, protected_parts
from adaptation.lexicon.shipped import shipped_folder
from adaptation.lexicon.stored import read_stored

LARGEST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def packs() -> list[Lexicon]:
    return [read_stored(path) for path in sorted(shipped_folder().glob("*.lexicon"))]


def test_together_they_have_a_hundred_thousand_forms_each_once(packs: list[Lexicon]) -> None:
    forms = [term.written.casefold() for lexicon in packs for term in lexicon.terms]
    assert len(forms) == len(set(forms)) >= 100_000


def test_they_are_small_and_named_as_their_files(packs: list[Lexicon]) -> None:
    files = list(shipped_folder().iterdir())
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES
    assert {lexicon.name for lexicon in packs} == {path.stem for path in files if path.suffix == ".lexicon"}


def test_each_says_where_it_is_from(packs: list[Lexicon]) -> None:
    for lexicon in packs:
        assert lexicon.scope is Scope.SHIPPED and lexicon.title and lexicon.source and lexicon.licence
        assert all(term.origin and term.category for term in lexicon.terms)
    readme = (shipped_folder() / "README.md").read_text(encoding="utf-8")
    total = sum(len(lexicon.terms) for lexicon in packs)
    assert all(f"| {lexicon.name} |" in readme for lexicon in packs) and f"{total:,}" in readme


def test_every_term_is_clean_and_none_an_everyday_word(packs: list[Lexicon]) -> None:
    for lexicon in packs:
        for term in lexicon.terms:
            assert written_form(term.written) == term.written
            assert not is_common(term.written.lower())


def test_diagnoses_have_no_sides(packs: list[Lexicon]) -> None:
    sided = [
        term.written
        for lexicon in packs
        for term in lexicon.terms
        if term.category == "diagnosis" and Protected.SIDE in protected_parts(term.written) and "ICD" in term.origin
    ]
    assert sided == []


def test_packs_hold_what_their_specialty_says(packs: list[Lexicon]) -> None:
    forms = {lexicon.name: {term.written for term in lexicon.terms} for lexicon in packs}
    for pack, term in [
        ("pharmacy", "apixaban"),
        ("pharmacy-brands", "Zelboraf"),
        ("cardiology", "atrial fibrillation"),
        ("ophthalmology", "keratoconus"),
        ("radiology", "glenohumeral ligament"),
        ("oncology", "glioblastoma"),
        ("infectious-diseases", "brucellosis"),
        ("british-spellings", "leukaemia"),
    ]:
        assert term in forms[pack], (pack, term)


def test_look_alikes_are_pairs_of_different_names_once_each() -> None:
    with (shipped_folder() / "look-alike-drugs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [frozenset((row["first"], row["second"])) for row in rows]
    assert len(set(pairs)) == len(pairs) > 100
    assert all(len(pair) == 2 and all(name == name.lower() for name in pair) for pair in pairs)
    assert {row["source"] for row in rows} == {"FDA", "ISMP", "likeness"}
