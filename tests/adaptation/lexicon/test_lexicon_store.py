"""Lexicons by name and scope: stored whole, switched, counted, and single terms taken back for good."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from adaptation.lexicon import Lexicon, LexiconError, LexiconStore, Scope, Term, Usage, identity
from adaptation.lexicon.stored import read_stored, write_stored

OWN = Lexicon("thoracic", (Term("Nuss procedure", ("noose procedure",), origin="list.csv:2"), Term("pectus carinatum")))


def names(store: LexiconStore) -> list[str]:
    return [lexicon.name for lexicon in store.active()]


def test_a_fresh_store_lists_what_is_shipped_all_off(store: LexiconStore) -> None:
    assert [(item.name, item.scope, item.terms, item.on) for item in store.listed()] == [
        ("cardiology", Scope.SHIPPED, 2, False),
        ("pharmacy", Scope.SHIPPED, 1, False),
    ]
    assert store.active() == []


def test_an_imported_lexicon_is_on_and_comes_back_the_same(store: LexiconStore) -> None:
    store.add(OWN)
    assert store.load("thoracic") == OWN
    assert names(store) == ["thoracic"]
    store.switch("thoracic", on=False)
    store.switch("pharmacy", on=True)
    assert names(store) == ["pharmacy"]


def test_nearer_scopes_come_first_and_a_patients_only_with_the_patient(store: LexiconStore, site: Path) -> None:
    (site / "Ward names.csv").write_text("written\nOak Ward\n", encoding="utf-8")
    store.add(replace(OWN, name="dept", scope=Scope.DEPARTMENT))
    store.add(replace(OWN, name="mine"))
    store.add(replace(OWN, name="p-17", scope=Scope.PATIENT))
    store.switch("cardiology", on=True)
    assert names(store) == ["mine", "dept", "ward-names", "cardiology"]
    assert store.active(patient="p-17")[0].name == "p-17"
    assert [lexicon.scope for lexicon in store.active()][2] == Scope.SITE


def test_site_lists_are_read_anew_when_the_admin_changes_them(store: LexiconStore, site: Path) -> None:
    path = site / "ward.txt"
    path.write_text("Oak Ward\n", encoding="utf-8")
    stamp = store.stamp("ward")
    assert [term.written for term in store.load("ward").terms] == ["Oak Ward"]
    path.write_text("Oak Ward\nElm Ward\n", encoding="utf-8")
    assert len(store.load("ward").terms) == 2
    assert store.stamp("ward") != stamp
    with pytest.raises(LexiconError, match="admin"):
        store.remove("ward")
    path.unlink()
    assert "ward" not in [item.name for item in store.listed()]


def test_a_bad_site_file_is_shown_with_its_problem_and_stops_nothing(store: LexiconStore, site: Path) -> None:
    (site / "broken.csv").write_bytes(b"")
    store.switch("pharmacy", on=True)
    broken = next(item for item in store.listed() if item.name == "broken")
    assert broken.problem and "is empty" in broken.problem
    assert names(store) == ["pharmacy"]


def test_a_session_keeps_the_lexicon_that_it_began_with(store: LexiconStore) -> None:
    store.add(OWN)
    held, stamp = store.load("thoracic"), store.stamp("thoracic")
    store.add(replace(OWN, terms=OWN.terms[:1]), replacing=True)
    assert held == OWN
    assert store.stamp("thoracic") != stamp
    assert len(store.load("thoracic").terms) == 1


@pytest.mark.parametrize("name", ["", "Thoracic", "a/b", "..", "con", "lpt1.x", "dot.", "x" * 65, "a\x00", "-x"])
def test_names_that_cannot_be_are_refused(store: LexiconStore, name: str) -> None:
    with pytest.raises(LexiconError):
        store.add(replace(OWN, name=name))
    assert len(store.listed()) == 2


def test_a_name_is_given_once(store: LexiconStore) -> None:
    store.add(OWN)
    with pytest.raises(LexiconError, match="already"):
        store.add(replace(OWN, terms=()))
    with pytest.raises(LexiconError, match="shipped"):
        store.add(replace(OWN, name="pharmacy"), replacing=True)
    with pytest.raises(LexiconError, match="scope site"):
        store.add(replace(OWN, name="x", scope=Scope.SITE))
    assert store.load("thoracic") == OWN


def test_an_own_lexicon_is_not_hidden_by_a_later_pack_or_site_list(
    store: LexiconStore, shipped: Path, site: Path
) -> None:
    store.add(OWN)
    write_stored(replace(OWN, terms=(), scope=Scope.SHIPPED), shipped / "thoracic.lexicon")
    (site / "thoracic.txt").write_text("something else\n", encoding="utf-8")
    assert store.load("thoracic") == OWN
    store.remove("thoracic")
    assert store.load("thoracic").scope is Scope.SITE


def test_a_term_is_taken_back_from_an_own_lexicon(store: LexiconStore) -> None:
    store.add(OWN)
    assert store.take_back("thoracic", "nuss  Procedure") == OWN.terms[0]
    assert store.load("thoracic").terms == OWN.terms[1:]
    with pytest.raises(LexiconError, match="no such term"):
        store.take_back("thoracic", "nuss procedure")


def test_a_term_taken_back_from_a_pack_stays_out_over_updates(store: LexiconStore, shipped: Path) -> None:
    store.take_back("cardiology", "Dressler's syndrome")
    path = shipped / "cardiology.lexicon"
    update = read_stored(path)
    write_stored(replace(update, terms=(*update.terms, Term("cardiac tamponade"))), path)
    assert [term.written for term in store.load("cardiology").terms] == ["atrial fibrillation", "cardiac tamponade"]
    first = store.listed()[0]
    assert (first.name, first.terms, first.taken_back) == ("cardiology", 2, 1)
    store.add_term("cardiology", Term("Dressler's syndrome"))
    assert len(store.load("cardiology").terms) == 3
    with pytest.raises(LexiconError, match="shipped"):
        store.add_term("cardiology", Term("new here"))


def test_a_term_is_added_and_replaced(store: LexiconStore) -> None:
    store.add_term("my-terms", Term("Osler node"))
    store.add_term("my-terms", Term("Osler Node", ("osler's node",)))
    assert store.load("my-terms").terms == (Term("Osler Node", ("osler's node",)),)


def test_terms_are_found_by_what_is_written_or_spoken(store: LexiconStore) -> None:
    store.add(OWN)
    assert store.search("NOOSE") == [("thoracic", OWN.terms[0])]
    assert [name for name, _ in store.search("RI")] == ["thoracic", "cardiology"]  # carinatum, atrial
    assert len(store.search("", limit=2)) == 2


def test_usage_is_counted_by_term(store: LexiconStore) -> None:
    for _ in range(3):
        store.record_heard("cardiology", "Atrial fibrillation")
    for _ in range(2):
        store.record_rejected("cardiology", "atrial fibrillation")
    store.record_corrected("pharmacy", "metformin", count=2)
    assert store.usage("cardiology") == {identity("atrial fibrillation"): Usage(heard=3, rejected=2)}
    assert store.usage("pharmacy")["metformin"].corrected == 2
    assert store.usage("thoracic") == {}


def test_a_removed_lexicon_leaves_nothing_behind(store: LexiconStore, tmp_path: Path) -> None:
    store.add(OWN)
    store.switch("thoracic", on=False)
    store.record_heard("thoracic", "pectus carinatum")
    store.remove("thoracic")
    with pytest.raises(LexiconError, match="no lexicon"):
        store.load("thoracic")
    store.add(OWN)
    assert names(store) == ["thoracic"] and store.usage("thoracic") == {}
    with pytest.raises(LexiconError, match="shipped"):
        store.remove("pharmacy")


def test_damage_is_told_and_left_alone(store: LexiconStore, tmp_path: Path) -> None:
    store.add(OWN)
    path = tmp_path / "lexicons" / "thoracic.lexicon"
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    with pytest.raises(LexiconError, match="damaged"):
        store.load("thoracic")
    path.write_bytes(content)
    switches = tmp_path / "lexicons" / "switches.json"
    for damage in ("{", "[]", '{"version": 1, "on": []}', '{"version": 9}', '{"version": 1, "taken_back": {"a": [1]}}'):
        switches.write_text(damage, encoding="utf-8")
        with pytest.raises(LexiconError):
            store.listed()
        assert switches.read_text(encoding="utf-8") == damage


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(store: LexiconStore, tmp_path: Path) -> None:
    (tmp_path / "lexicons").chmod(0o500)
    with pytest.raises(LexiconError, match="cannot be written"):
        store.add(OWN)
    (tmp_path / "lexicons").chmod(0o700)


def test_a_failed_write_keeps_the_old_lexicon(
    store: LexiconStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(OWN)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(LexiconError, match="No space left"):
            store.add(replace(OWN, terms=()), replacing=True)
    assert store.load("thoracic") == OWN
    assert not list((tmp_path / "lexicons").glob("*.tmp"))


def _import_for_ever(folder: Path, shipped: Path) -> None:
    store = LexiconStore(folder, shipped=shipped)
    number = 0
    while True:
        number += 1
        terms = tuple(Term(f"term {place} of {number}") for place in range(5_000))
        store.add(Lexicon("killed", terms), replacing=True)


def test_a_killed_import_leaves_the_old_lexicon_or_the_new(store: LexiconStore, shipped: Path, tmp_path: Path) -> None:
    store.add(Lexicon("killed", OWN.terms))
    folder = tmp_path / "lexicons"
    for _ in range(5):
        worker = multiprocessing.get_context("spawn").Process(target=_import_for_ever, args=(folder, shipped))
        before = store.stamp("killed")
        worker.start()
        while store.stamp("killed") == before:
            assert worker.is_alive()
        worker.kill()
        worker.join(30)
        assert len(store.load("killed").terms) == 5_000
    store.add(OWN)
    assert not list(folder.glob(".*.tmp"))


def _add_many(folder: Path, shipped: Path, first: int, together: Barrier) -> None:
    store = LexiconStore(folder, shipped=shipped)
    together.wait(30)
    for number in range(first, first + 40):
        store.add_term("shared", Term(f"term number {number}"))
        store.record_heard("shared", "term")


def test_two_programs_change_the_same_lexicon_without_loss(store: LexiconStore, shipped: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    arguments = [(tmp_path / "lexicons", shipped, first, together) for first in (0, 100, 200)]
    workers = [context.Process(target=_add_many, args=each) for each in arguments]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(store.load("shared").terms) == 120
    assert store.usage("shared")["term"].heard == 120
