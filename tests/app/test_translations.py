"""The German and the Chinese of the window: complete, nothing left over, and fit for the same places."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from app.translation import LANGUAGES

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FOLDER = REPOSITORY / "app" / "translations"
UPDATE = "Run packaging/update_translations.py and translate what is new in app/translations."


@pytest.fixture(scope="module")
def update_translations() -> ModuleType:
    path = REPOSITORY / "packaging" / "update_translations.py"
    spec = importlib.util.spec_from_file_location("update_translations", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def messages(language: str) -> Iterator[tuple[str, str, str, list[str], bool]]:
    """Context, text, comment, forms and whether they are done, of every message in a file."""
    root = ElementTree.parse(FOLDER / f"otoscribe_{language}.ts").getroot()
    for context in root.iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            place = context.findtext("name", ""), message.findtext("source", ""), message.findtext("comment", "")
            yield *place, forms, translation.get("type") is None


def fields_of(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{\w+\}", text)))


def test_every_string_that_is_shown_is_translated(update_translations: ModuleType) -> None:
    shown = update_translations.find_all(REPOSITORY)
    for language in LANGUAGES.values():
        wanted = {(each.context, each.text, each.comment) for each in shown if each.is_plural or language != "en"}
        done = {tuple(place) for *place, forms, is_done in messages(language) if is_done and all(forms)}
        assert sorted(wanted - done) == [], UPDATE
        assert sorted(done - wanted) == [], UPDATE
        assert len(list(messages(language))) == len(done), UPDATE


def test_what_no_tool_can_read_is_refused(update_translations: ModuleType) -> None:
    tree = ast.parse('translate("Note", "Sign")\ntranslate("Note", f"Sign {name}")')
    with pytest.raises(update_translations.NotLiteralError, match=r"here\.py:2"):
        list(update_translations.calls_of_translate(tree, "here.py"))


def test_a_problem_is_read_with_its_values(update_translations: ModuleType) -> None:
    code = 'STEP = "Try {it} again."\nraise FolderError(f"{path} is no {kind(it).strip()} folder of {it}", STEP)'
    assert list(update_translations.texts_of_problems(ast.parse(code), {})) == ["{path} is no {it} folder of {it2}"]


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_what_is_filled_in_survives_translation(language: str) -> None:
    for _, text, _, forms, _ in messages(language):
        for form in forms:
            assert fields_of(form) == fields_of(text), text
            assert ("%n" in form) == ("%n" in text), text
            assert re.search(r"\w…$", text) is None or form.endswith("…"), text
            assert form.count("\n") == text.count("\n"), text


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_accelerators_survive_translation(language: str) -> None:
    accelerator = re.compile(r"&[^\s&]")
    unreachable = {"&Writing…"}  # a button that can't be pressed while it says so
    for _, text, _, forms, _ in messages(language):
        for form in forms:
            if text not in unreachable:
                assert len(accelerator.findall(form)) == len(accelerator.findall(text)), text


def test_chinese_sentences_have_the_marks_of_their_script() -> None:
    latin = re.compile(r"[\u4e00-\u9fff][,;:!?](?!;)|[\u4e00-\u9fff]\((?!&)[^()]*[\u4e00-\u9fff]")
    outside = re.compile(r"\[[^\]]*\]|https?://\S+|;;.*")  # of fields, addresses and kinds of files
    texts = [each for message in messages("zh_CN") for each in message[3]]
    assert len(texts) > 500
    assert [each for each in texts if latin.search(outside.sub("", each))] == []
