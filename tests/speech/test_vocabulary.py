"""Tokens to words and back, for text of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tokenizers
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speech.errors import ModelError
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@pytest.fixture(scope="module")
def source(base_model: InstalledModel) -> str:
    return (base_model.checkpoint_folder / "tokenizer.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tokenizer(source: str) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(source)


@pytest.fixture(scope="module")
def english(source: str) -> Vocabulary:
    """A tokenizer laid out as that of the English-only models: one ordinary token less, all special ones before."""
    value = json.loads(source)
    value["added_tokens"] = [{**token, "id": token["id"] - 1} for token in value["added_tokens"]]
    special = {token["content"] for token in value["added_tokens"]}
    model = value["model"]
    last = next(token for token, number in model["vocab"].items() if number == 50256)
    model["vocab"] = {t: n for t, n in model["vocab"].items() if n < 50256 and t not in special}
    merges = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
    model["merges"] = [merge for merge in merges if "".join(merge) != last]
    return Vocabulary(json.dumps(value), 51864)


def bare(text: str) -> str:
    return "".join(text.split())


def check_words(vocabulary: Vocabulary, tokens: list[int], language: str) -> None:
    words = vocabulary.words(tokens, language)
    text = vocabulary.decode(tokens)
    assert bare("".join(word.text for word in words)) == bare(text) or "\ufffd" in text
    position = 0
    for word in words:
        assert word.text == word.text.strip() and word.text
        assert position <= word.tokens.start <= word.core.start < word.core.stop <= word.tokens.stop
        assert not vocabulary.decode(tokens[position : word.tokens.start]).strip()  # only white space is left out
        position = word.tokens.stop
    assert not vocabulary.decode(tokens[position:]).strip()


@settings(max_examples=300, deadline=None)
@given(text=TEXT, language=st.sampled_from(["en", "de", "zh", "ja"]))
@example(text=' The patient (a 58-year-old) said: "no pain"...', language="en")
@example(text="患者有干咳，发烧。", language="zh")
@example(text=" 🩺👩‍⚕️ ok 🫀", language="en")
@example(text=' ( [ " ', language="en")
@example(text="  \n\t ", language="en")
@example(text="¿Qué? \u00a0 «non» ", language="es")
@example(text="\ufffd\ufffd a", language="en")
def test_words_hold_all_tokens_in_order(
    vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer, text: str, language: str
) -> None:
    check_words(vocabulary, tokenizer.encode(text, add_special_tokens=False).ids, language)


@settings(max_examples=200, deadline=None)
@given(tokens=st.lists(st.integers(0, 50_256), max_size=12), language=st.sampled_from(["en", "zh"]))
def test_any_tokens_a_network_may_write(vocabulary: Vocabulary, tokens: list[int], language: str) -> None:
    check_words(vocabulary, tokens, language)


@pytest.mark.parametrize(
    ("text", "words", "cores"),
    [
        (
            ' She said: "No (severe) pain," twice.',
            ["She", "said:", '"No', "(severe)", 'pain,"', "twice."],
            ["She", "said", "No", "severe", "pain", "twice"],
        ),
        (
            " A 58-year-old; 3.5 mg, 50%?",
            ["A", "58-year-old;", "3.5", "mg,", "50%?"],
            ["A", "58-year-old", "3.5", "mg", "50%"],
        ),
        (" don't -- stop", ["don't", "--", "stop"], ["don't", "--", "stop"]),
    ],
)
def test_words_and_the_part_of_them_that_is_spoken(
    vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer, text: str, words: list[str], cores: list[str]
) -> None:
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    found = vocabulary.words(tokens, "en")
    assert [word.text for word in found] == words
    assert [vocabulary.decode(tokens[word.core]).strip() for word in found] == cores


def test_languages_without_spaces_are_split_at_characters(
    vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer
) -> None:
    tokens = tokenizer.encode("患者（男）说：“疼。”", add_special_tokens=False).ids
    words = [word.text for word in vocabulary.words(tokens, "zh")]
    assert "".join(words) == "患者（男）说：“疼。”"
    assert words[:2] == ["患", "者"] and "（男）" in words and words[-1] == "“疼。”"


@given(text=TEXT)
def test_text_survives_the_tokenizer(vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer, text: str) -> None:
    assert vocabulary.decode(tokenizer.encode(text, add_special_tokens=False).ids) == text


def test_multilingual_prompts(vocabulary: Vocabulary) -> None:
    assert vocabulary.multilingual
    assert vocabulary.prompt("en") == [50258, 50259, 50359, 50363]
    assert vocabulary.prompt("de") == [50258, 50261, 50359, 50363]
    assert len(vocabulary.languages) == 99 and {"en", "zh", "haw", "su"} <= set(vocabulary.languages)
    for language in ("", "xx", "EN", "english", "<|en|>", "transcribe"):
        with pytest.raises(ModelError, match="does not know the language"):
            vocabulary.prompt(language)


def test_english_only_prompts(english: Vocabulary) -> None:
    assert not english.multilingual
    assert english.prompt("en") == [50257, 50362]
    with pytest.raises(ModelError, match="English only"):
        english.prompt("de")
    assert (english.no_speech, english.end_of_text) == (50361, 50256)


def test_special_tokens_and_time_stamps_are_never_written(vocabulary: Vocabulary, english: Vocabulary) -> None:
    for known in (vocabulary, english):
        for first in (False, True):
            bias = known.bias(first=first)
            assert np.isneginf(bias[known.end_of_text + 1 :]).all()  # time stamps, which tokenizer.json leaves out, too
            assert np.isneginf(bias[known.end_of_text]) == first
            assert (bias[bias > -np.inf] == 0).all() and (bias == 0).sum() > 40_000


def test_a_lone_space_does_not_begin_a_text(vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer) -> None:
    (space,) = tokenizer.encode(" ", add_special_tokens=False).ids
    assert np.isneginf(vocabulary.bias(first=True)[space]) and vocabulary.bias(first=False)[space] == 0


def test_damaged_tokenizers(source: str) -> None:
    for text in ("", "{}", source[: len(source) // 2], "[]", "null"):
        with pytest.raises(ModelError, match="damaged"):
            Vocabulary(text, 51865)
    value = json.loads(source)
    value["added_tokens"] = [token for token in value["added_tokens"] if "notimestamps" not in token["content"]]
    value["model"]["vocab"].pop("<|notimestamps|>", None)
    with pytest.raises(ModelError, match=r"lacks <\|notimestamps\|>"):
        Vocabulary(json.dumps(value), 51865)


def test_suppressed_tokens_that_the_model_does_not_have(source: str) -> None:
    """Some checkpoints list -1 for a default, or tokens of a larger sibling."""
    known = Vocabulary(source, 51865, suppressed=[-1, 5, 60_000], suppressed_first=[-1, 220, 60_000])
    assert np.isneginf(known.bias(first=False)[5]) and np.isneginf(known.bias(first=True)[220])


def test_words_with_t_are_encoded_as_the_model_writes_them(base_model: InstalledModel) -> None:
    """The carried tokenizer.json lacks the merge of space and t, without which these fall apart."""
    tokenizer = tokenizers.Tokenizer.from_str(read_settings(base_model.checkpoint_folder).tokenizer)
    for word in (" the", " three", " trials", " tablets"):
        assert tokenizer.encode(word, add_special_tokens=False).tokens == [word.replace(" ", "Ġ")]


@pytest.mark.parametrize("form", [list, " ".join])
def test_a_tokenizer_with_its_first_merge_is_left_alone(source: str, tmp_path: Path, form: Callable[..., Any]) -> None:
    value = json.loads(source)
    merges = [merge.split(" ") if isinstance(merge, str) else merge for merge in value["model"]["merges"]]
    value["model"]["merges"] = [form(merge) for merge in merges if merge != ["Ġ", "t"]]
    whole = json.dumps({**value, "model": {**value["model"], "merges": [form(["Ġ", "t"]), *value["model"]["merges"]]}})
    (tmp_path / "config.json").write_text("{}")
    for text in (whole, json.dumps(value)):
        (tmp_path / "tokenizer.json").write_text(text, encoding="utf-8")
        assert json.loads(read_settings(tmp_path).tokenizer) == json.loads(whole)
