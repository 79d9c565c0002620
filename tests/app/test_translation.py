"""The words of the interface: the right language, the right form, and problems with what is filled in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import translation
from app.translation import (
    choose_language,
    clauses,
    describe_problem,
    in_a_row,
    in_brackets,
    number,
    sentence,
    sentences,
    translate,
    use_language,
    without_accelerator,
)
from speech.errors import OtoscribeError

GERMAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context><name>Note</name>
<message numerus="yes"><source>%n word(s) in {title}</source>
<translation><numerusform>%n Wort in {title}</numerusform><numerusform>{title}: %n Wörter</numerusform></translation>
</message>
<message><source>Sign</source><translation>Vidieren</translation></message>
<message><source>Sign</source><comment>a mark</comment><translation>Zeichen</translation></message>
<message><source>Half</source><translation type="unfinished">Halb</translation></message>
</context>
<context><name>Problems</name>
<message><source>The folder {folder} cannot be made ({error})</source>
<translation>({error}): kein Ordner {folder}</translation></message>
<message><source>The folder {name} cannot {verb}</source><translation>falsch</translation></message>
<message><source>The disk is full</source><translation>Die Platte ist voll</translation></message>
<message><source>Free some space.</source><translation>Schaffen Sie Platz.</translation></message>
</context>
</TS>
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "otoscribe_de.ts").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr(translation, "_in_use", [translation.read_catalogue("de", tmp_path)])


def test_a_text_is_given_in_the_language_with_what_is_filled_in(german: None) -> None:
    assert translate("Note", "Sign") == "Vidieren"
    assert translate("Note", "Sign", comment="a mark") == "Zeichen"
    assert translate("Note", "%n word(s) in {title}", n=1, title="{x} %n") == "1 Wort in {x} %n"
    assert translate("Note", "%n word(s) in {title}", n=12_000, title="A") == "A: 12.000 Wörter"
    assert translate("Other", "Sign") == "Sign"
    assert translate("Note", "Half") == "Half"


def test_a_problem_is_told_with_its_values(german: None) -> None:
    problem = OtoscribeError("The folder /a (b) cannot be made (The disk is full)", "Free some space.")
    assert describe_problem(problem) == "(Die Platte ist voll): kein Ordner /a (b). Schaffen Sie Platz."
    unknown = OtoscribeError("The folder is blue", "Paint it.")
    assert describe_problem(unknown) == str(unknown)


@given(st.text(min_size=1), st.text())
def test_whatever_is_filled_into_a_problem_reaches_the_user(folder: str, error: str) -> None:
    pattern = translation._pattern("The folder {folder} cannot be made ({error})")
    found = pattern.fullmatch(f"The folder {folder} cannot be made ({error})")
    assert found is not None
    assert f"{found['folder']} cannot be made ({found['error']}" == f"{folder} cannot be made ({error}"


def test_english_is_as_it_is_written_and_knows_its_plurals() -> None:
    use_language("en")
    assert translate("Note", "Signed by {author}", author="A") == "Signed by A"
    assert number(1_234_567.25, 1) == "1,234,567.2"


def test_the_language_is_the_setting_or_the_first_of_the_system_that_there_is() -> None:
    assert choose_language("zh", ["de-AT"]) == "zh"
    assert choose_language("auto", ["fr-FR", "de-AT", "en"]) == "de"
    assert choose_language("auto", ["zh-Hans-CN"]) == "zh"
    assert choose_language("auto", ["C"]) == "en"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("&Sign…", "Sign…"), ("签名(&S)…", "签名…"), ("Speichern (&S)", "Speichern"), ("A & B", "A & B")],
)
def test_an_accelerator_is_not_read_out(text: str, plain: str) -> None:
    assert without_accelerator(text) == plain


def test_what_is_put_together_has_the_marks_of_its_language() -> None:
    def told() -> tuple[str, ...]:
        parts = ["1 a", "2 b"]
        return in_a_row(parts), clauses(parts), sentence("a"), sentences(["a.", "b."]), in_brackets("a", "b")

    use_language("en")
    assert told() == ("1 a, 2 b", "1 a; 2 b", "a.", "a. b.", "a (b)")
    use_language("zh")
    assert told() == ("1 a，2 b", "1 a；2 b", "a。", "a.b.", "a（b）")
    use_language("en")
