"""Templates in their places: found by what is said or typed, filled with what is known, kept whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.desk.template_import import OnClash, called_alike, clashing, plan_import
from app.desk.template_store import (
    Incoming,
    Scope,
    TemplateError,
    TemplateStore,
    export_templates,
    free_name,
    name_for,
    read_incoming,
)
from app.desk.templates import (
    NoteFacts,
    filled_text,
    find_template,
    find_typed,
    open_template_store,
    search_templates,
    split_patient,
)
from app.dictation.fields import find_fields, names_side
from app.dictation.templates import Template, read_template
from app.paths import templates_folder
from app.settings import Settings
from speech.resources import shipped

FACTS = NoteFacts("Jane Roe, MRN 4711-22", "Dr. Ada Finch", datetime(2026, 5, 3, 14, 5))


@pytest.fixture
def store(tmp_path: Path) -> TemplateStore:
    for folder in ("own", "site"):
        (tmp_path / folder).mkdir()
    return TemplateStore(tmp_path / "own", shipped("templates"), tmp_path / "site")


def test_twelve_templates_and_some_short_forms_ship_without_a_fault() -> None:
    stored = open_template_store(Settings()).listed()
    assert [each.problems for each in stored if each.problems] == []
    short = [each for each in stored if each.template.specialty == "short form"]
    assert len(short) >= 5
    languages = Counter(each.template.language for each in stored if each not in short)
    assert languages == {"en": 12, "de": 3, "zh": 2}
    assert all(each.template.typed and find_fields(each.template.body) == [] for each in short)
    called = [{name.casefold() for name in (each.template.title, *each.template.spoken)} for each in stored]
    assert len(set().union(*called)) == sum(map(len, called))
    typed = [each.template.typed for each in stored]
    assert len(set(typed)) == len(typed)
    defaults = [place.field.default for each in stored for place in find_fields(each.template.body)]
    assert not any(names_side(default) for default in defaults if default is not None)


def test_the_nearest_place_wins_and_a_broken_file_is_listed_with_its_problem(
    store: TemplateStore, tmp_path: Path
) -> None:
    (tmp_path / "site" / "soap-note.txt").write_text("title: Our note\nspoken: soap note\n\n[plan]")
    (tmp_path / "site" / "broken.txt").write_text("title: Broken\nspoken: soap\n\nleft [knee")
    (tmp_path / "site" / "picture.txt").write_bytes(b"\x89PNG\r\n\0\0\0\rIHDR\0\0")
    found = {each.name: each for each in store.listed()}
    assert found["soap-note"].scope is Scope.SITE
    assert not found["broken"].is_usable and found["broken"].problems[0].line == 4
    assert not found["picture"].is_usable
    assert find_template(store.listed(), "Broken") is None
    store.save("soap-note", Template("Mine", "[free text]"))
    assert store.get("SOAP-note").scope is Scope.USER
    assert store.remove("soap-note").title == "Mine"
    assert store.get("soap-note").scope is Scope.SITE
    with pytest.raises(TemplateError, match="no template soap-note of your own"):
        store.remove("soap-note")


def test_what_is_said_or_typed_finds_a_template(store: TemplateStore) -> None:
    store.save("dankbrief", Template("Thank you", "Danke", ("thank-you note", "Danke"), "ty", "de"))
    store.save("thanks", Template("Thanks", "Thank you.", ("danke",), "ty", "en"))
    stored = store.listed()
    for words, title in (
        ("SOAP note.", "SOAP note"),
        ("discharge summary", "Discharge letter"),
        ("chest X-ray", "Chest x-ray report"),
        ("Thank you note", "Thank you"),
    ):
        found = find_template(stored, words, "en")
        assert found is not None and found.template.title == title
    assert find_template(stored, "danke", "de-CH").name == "dankbrief"  # type: ignore[union-attr]
    assert find_template(stored, "danke", "en").name == "thanks"  # type: ignore[union-attr]
    assert find_template(stored, "") is None
    assert find_template(stored, "no such thing") is None
    typed = find_typed(stored, "We ordered a (.CBC", "en")
    assert typed is not None and typed[0] == 4 and typed[1].template.body == "complete blood count"
    for before in ("fever.cbc", "cbc", ".cbc ", "0.cbc", ". cbc", ".nothing"):
        assert find_typed(stored, before) is None


def test_names_come_before_texts_in_a_search(store: TemplateStore) -> None:
    found = [each.name for each in search_templates(store.listed(), "echo")]
    assert found[0] == "echocardiogram"
    assert [each.name for each in search_templates(store.listed(), "mitral valve")] == ["echocardiogram"]
    assert len(search_templates(store.listed(), "")) == len(store.listed())
    languages = [each.template.language for each in search_templates(store.listed(), "", "de-AT")]
    assert languages[:3] == ["de"] * 3 and "de" not in languages[3:]


def test_what_is_known_is_filled_in() -> None:
    body = "[date] [time] [patient name] [patient number] [author] [side: left | right]"
    assert (
        filled_text(Template("A", body), FACTS)
        == "3 May 2026 14:05 Jane Roe 4711-22 Dr. Ada Finch [side: left | right]"
    )
    assert filled_text(Template("A", "[date]", language="de"), FACTS, "en") == "03.05.2026"
    assert filled_text(Template("A", "[日期]"), FACTS, "zh") == "2026年5月3日"
    unknown = replace(FACTS, patient="", author=" ")
    assert filled_text(Template("A", "[patient name], [author]"), unknown) == "[patient name], [author]"


@pytest.mark.parametrize(
    ("line", "name", "number"),
    [
        ("Maria Alvarez, 1958", "Maria Alvarez", ""),
        ("12345678", "", "12345678"),
        ("MR-90210", "", "MR-90210"),
        ("Jane Roe (NHS 943-476-5919)", "Jane Roe", "943-476-5919"),
        ("R. Osei", "R. Osei", ""),
        ("John Doe 1971", "John Doe", ""),
        ("", "", ""),
    ],
)
def test_a_patients_number_is_never_guessed(line: str, name: str, number: str) -> None:
    assert split_patient(line) == (name, number)


def test_own_templates_are_private_and_kept_all_or_none(store: TemplateStore, tmp_path: Path) -> None:
    store.save("one", Template("One", "first"))
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "own" / "one.txt").stat().st_mode) == 0o600
        assert stat.S_IMODE(templates_folder().stat().st_mode) == 0o700
    with pytest.raises(TemplateError, match="does not end"):
        store.save_all({"one": Template("One", "second"), "two": Template("Two", "an [open field")})
    assert store.get("one").template.body == "first" and store.own_names() == {"one"}
    with pytest.raises(TemplateError, match="can't be a template's name"):
        store.save("../one", Template("One", "first"))


def test_a_failure_while_keeping_brings_the_old_ones_back(store: TemplateStore, tmp_path: Path) -> None:
    store.save("one", Template("One", "first"))
    (tmp_path / "own" / "two.txt").mkdir()  # nothing can be written in its place
    with pytest.raises(TemplateError, match="nothing has been changed"):
        store.save_all({"one": Template("One", "second"), "new": Template("New", "new"), "two": Template("Two", "x")})
    assert store.get("one").template.body == "first"
    assert not (tmp_path / "own" / "new.txt").exists()


def test_what_is_exported_is_imported_the_same(store: TemplateStore, tmp_path: Path) -> None:
    chosen = [each for each in store.listed() if each.template.specialty != "short form"]
    paths = export_templates(chosen, tmp_path / "out")
    assert len(paths) == 17
    with pytest.raises(TemplateError, match="already"):
        export_templates(chosen[:1], tmp_path / "out")
    incoming = read_incoming(tmp_path / "out")
    assert {each.name: each.reading.template for each in incoming if each.reading} == {
        each.name: each.template for each in chosen
    }


def test_a_folder_with_anything_in_it_is_read_and_reported(store: TemplateStore, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "Größe.txt").write_bytes("title: Größe\n\n[Größe]".encode("cp1252"))
    (folder / "broken.txt").write_text("title: B\n\n[side")
    (folder / "zero.txt").write_bytes(b"\0" * 500)
    (folder / "large.txt").write_bytes(b"a" * (1 << 20) + b"b")
    (folder / "letter.docx").write_bytes(b"PK")
    incoming = {each.path.name: each for each in read_incoming(folder)}
    assert set(incoming) == {"Größe.txt", "broken.txt", "zero.txt", "large.txt"}
    reading = incoming["Größe.txt"].reading
    assert reading is not None and reading.template == Template("Größe", "[Größe]")
    assert [name for name, each in incoming.items() if each.is_usable] == ["Größe.txt"]
    assert "megabyte" in str(incoming["large.txt"].trouble)
    shutil.rmtree(folder)
    with pytest.raises(TemplateError):
        read_incoming(folder)


@pytest.mark.parametrize("title", ["Arztbrief / Größe", "../../etc/passwd", "CON", "左侧", "...", "a" * 200, "Ünï"])
def test_every_title_gives_a_file_name(title: str) -> None:
    name = name_for(title)
    assert name and name == name_for(name) and len(name) <= 64
    assert Path(name).name == name and name.casefold() != "con"
    assert free_name(name, [name]) != name


def test_an_admin_names_the_sites_folder(tmp_path: Path) -> None:
    (tmp_path / "ours.txt").write_text("title: Ours\n\ntext")
    stored = open_template_store(Settings(site_templates=str(tmp_path))).get("ours")
    assert stored.scope is Scope.SITE and stored.template.body == "text"
    assert open_template_store(Settings(site_templates=str(tmp_path / "gone"))).listed()


def test_shipped_templates_are_what_their_files_say() -> None:
    for path in shipped("templates").glob("*.txt"):
        assert read_template(path.read_text(encoding="utf-8")).problems == (), path.name


@pytest.mark.parametrize(
    ("on_clash", "names"),
    [
        (OnClash.BOTH, {"knee-3": "new", "knee-2": "second", "hip": "hip"}),
        (OnClash.REPLACE, {"knee": "new", "knee-2": "second", "hip": "hip"}),
        (OnClash.LEAVE, {"knee-2": "second", "hip": "hip"}),
    ],
)
def test_a_name_that_is_taken_is_decided_by_the_user(on_clash: OnClash, names: dict[str, str]) -> None:
    incoming = [
        Incoming(Path(f"{name}.txt"), name, read_template(f"title: {name}\n\n{body}"))
        for name, body in (("knee", "new"), ("knee-2", "second"), ("hip", "hip"), ("broken", "[side"))
    ]
    planned = plan_import(incoming, ["Knee", "other"], on_clash)
    assert {name: template.body for name, template in planned.items()} == names
    assert clashing(incoming, ["Knee", "other"]) == {"knee"}


def test_what_is_called_alike_is_told(store: TemplateStore) -> None:
    shared = called_alike(Template("Mine", "x", ("Progress note",), "CBC"), "mine", store.listed())
    assert [(called, other.name) for called, other in shared] == [(".CBC", "short-cbc"), ("Progress note", "soap-note")]
    assert called_alike(Template("Mine", "x", typed="cbc", language="de"), "mine", store.listed()) == []
    assert called_alike(store.get("soap-note").template, "soap-note", store.listed()) == []
