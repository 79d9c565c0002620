"""What is a command and what is text, in every language that ships."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictation.commands import Command, CommandName, Grammar, OwnPhrase, command_languages, load_grammar

ARGUMENTS = {
    "en": {"section": "assessment", "words": "chest pain", "template": "normal chest", "letters": "A B C"},
    "de": {"section": "Beurteilung", "words": "linke Hüfte", "template": "Thorax normal", "letters": "A B C"},
    "zh": {"section": "诊断", "words": "心率", "template": "胸部", "letters": "A B C"},
}


def grammar_of(language: str, *own: OwnPhrase) -> Grammar:
    grammar = load_grammar(language, own)
    assert grammar is not None
    return grammar


def said(phrase: str, language: str) -> str:
    """A phrase with something in its place."""
    for slot, argument in ARGUMENTS[language].items():
        phrase = phrase.replace("{any " + slot + "}", argument).replace("{" + slot + "}", argument)
    return phrase


PHRASES = [
    (language, name, said(phrase, language))
    for language in command_languages()
    for name, phrases in grammar_of(language).phrases.items()
    for phrase in phrases
]


def test_every_language_knows_the_same_commands() -> None:
    known = [set(grammar_of(language).phrases) for language in command_languages()]
    assert command_languages() == ("de", "en", "zh")
    assert all(names == set(CommandName) - {CommandName.WRITE} for names in known)


@pytest.mark.parametrize(("language", "name", "phrase"), PHRASES)
def test_a_phrase_is_its_command_whatever_the_recogniser_makes_of_it(
    language: str, name: CommandName, phrase: str
) -> None:
    grammar = grammar_of(language)
    for heard in (
        phrase,
        phrase.capitalize() + ".",
        phrase.upper() if language == "en" else phrase + "！",
        phrase + "?",
    ):
        command = grammar.read(heard)
        assert command is not None and command.name is name, heard


@pytest.mark.parametrize(("language", "name", "phrase"), PHRASES)
def test_a_phrase_within_other_words_is_text(language: str, name: CommandName, phrase: str) -> None:
    grammar = grammar_of(language)
    around = {"en": ("please ", " today because"), "de": ("bitte ", " heute weil"), "zh": ("请", "因为")}[language]
    for text in (around[0] + phrase, f"{around[0]}{phrase}{around[1]}", f"Text. {phrase}."):
        command = grammar.read(text)
        assert command is None or not command.is_certain, text


@given(st.sampled_from(PHRASES), st.integers(1, 3))
def test_a_command_said_literally_is_its_words(phrase: tuple[str, CommandName, str], times: int) -> None:
    language, _, words = phrase
    grammar = grammar_of(language)
    gap = "" if language == "zh" else " "
    wrapped = words
    for _ in range(times):
        wrapped = grammar.literal + gap + wrapped
    assert grammar.read(wrapped) is None
    assert grammar.read_literal(wrapped) == wrapped[len(grammar.literal + gap) :]


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=9), min_size=1, max_size=12))
def test_words_that_hold_no_phrase_are_no_command(words: list[str]) -> None:
    grammar = grammar_of("en")
    text = " ".join(words)
    command = grammar.read(text)
    phrases = [phrase.split("{")[0].strip() for listed in grammar.phrases.values() for phrase in listed]
    if command is not None and command.is_certain:
        assert any(text.startswith(phrase.lower()) for phrase in phrases)
    if not text.startswith(("literal", "type")):
        assert grammar.read_literal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Type 2 diabetes.",
        "Literal.",
        "The rash was itchy and she was told not to scratch that.",
        "Scratch that area and it bleeds.",
        "Undo the dressing.",
        "Redo sternotomy.",
        "Go to the emergency department.",
        "Insert the catheter.",
        "Insert.",
        "Select patients.",
        "Correct, no change.",
        "Correct position. No pneumothorax.",
        "Next field of vision is full.",
        "Delete that gene.",
        "Scratch. That is all.",
        "",
        " . ",
    ],
)
def test_what_clinicians_say_is_text(text: str) -> None:
    command = grammar_of("en").read(text)
    assert command is None or not command.is_certain


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Go to Assessment.", Command(CommandName.GO_TO, "Assessment")),
        ("go to history of present illness", Command(CommandName.GO_TO, "history of present illness")),
        ("Go to section wound care.", Command(CommandName.GO_TO, "wound care")),
        ("Go to wound care.", Command(CommandName.GO_TO, "wound care", is_certain=False)),
        ("Select 5 mg/day.", Command(CommandName.SELECT, "5 mg/day", is_certain=False)),
        ("Insert normal chest.", Command(CommandName.INSERT, "normal chest", is_certain=False)),
        ("Insert template, normal chest.", Command(CommandName.INSERT, "normal chest")),
        ("Spell METFO.", Command(CommandName.SPELL_OUT, "metfo")),
        ("I'll caps that.", Command(CommandName.UPPER_CASE)),
        ("Insert template Normal chest.", Command(CommandName.INSERT, "Normal chest")),
        ("Spell M-E-T-F-O-R-M-I-N.", Command(CommandName.SPELL_OUT, "metformin")),
    ],
)
def test_what_is_said_in_the_place_is_the_argument(text: str, command: Command) -> None:
    assert grammar_of("en").read(text) == command


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("M-E-T-F-O-R-M-I-N.", "metformin"),
        ("M. E. T.", "met"),
        ("M.E.T.", "met"),
        ("MET", "met"),
        ("Mike Echo Tango, foxtrot.", "metf"),
        ("capital s j o", "Sjo"),
        ("double you are", "wr"),
        ("B 12.", "b12"),
        ("B-1-2", "b12"),
        ("a hyphen b", "a-b"),
        ("The patient is well.", None),
        ("metformin", None),
        ("", None),
    ],
)
def test_letters_are_read_by_their_names(text: str, word: str | None) -> None:
    assert grammar_of("en").read_letters(text) == word


def test_the_alphabets_of_the_other_languages() -> None:
    assert grammar_of("de").read_letters("Großes Martha Emil Theodor Ärger") == "Metä"
    assert grammar_of("zh").read_letters("大写 A B") == "Ab"


def test_phrases_of_ones_own() -> None:
    own = (
        OwnPhrase(("strike it", "forget it please"), command="scratch that"),
        OwnPhrase(("my closing words",), text="Kind regards,\nA. Finch"),
        OwnPhrase(("zum Plan bitte",), command="gehe zu Plan", language="de"),
    )
    english, german = grammar_of("en", *own), grammar_of("de", *own)
    assert english.read("Forget it, please.") is None  # a comma is no pause
    assert english.read("Forget it please.") == Command(CommandName.SCRATCH)
    assert english.read("My closing words.") == Command(CommandName.WRITE, "Kind regards,\nA. Finch")
    assert english.read("Zum Plan bitte") is None
    assert german.read("Zum Plan bitte.") == Command(CommandName.GO_TO, "Plan")
    assert english.read("my closing words are these") is None


def test_a_language_without_commands_has_none() -> None:
    assert load_grammar("fr") is None
    assert load_grammar("de-CH") is load_grammar("de")
    assert load_grammar("auto") is load_grammar("en")
