"""Dictated text set between what stands in a note already: its spaces, its capital, its last full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.dictation.language import languages, load_language
from app.dictation.tokens import Kind, Token, tokenize

_NO_SPACE_BEFORE = frozenset(",.;:?!)%")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_AFTER_NO_STOP = frozenset(",.;:?!%°/)")
_NO_SPACE_AFTER = frozenset("(/")
_LINE_ENDS = ("", "\n", "\u2029")
_SENTENCE_ENDS = frozenset(".?!…:")
_CLOSING = "\"')]}”’»"
_FIRST_WORDS = 100  # characters in which two of them end


def fit_between(
    before: str, text: str, after: str, language: str = "en", heard: str = "", term: str | None = None
) -> str:
    """A dictated text with the spaces that it needs between the lines at its sides ("" at an end of the note).

    In the middle of a sentence its first word loses a capital that it has for beginning one: where the recogniser
    `heard` it in small letters, and where it is an ordinary one such as the, mild, tenderness. Names, abbreviations and
    lone letters (a blood group's) keep theirs; a lexicon's `term` that it begins is written as it is listed.
    """
    left, right = before[-1:], after[:1]
    if left in _LINE_ENDS:
        text = text.lstrip("\n")
    if not text:
        return text
    if is_within_sentence(before):
        text = _lowered(text, language, heard, term)
    is_joined = left in _NO_SPACE_AFTER or text[0] in _NO_SPACE_BEFORE or text[0].isspace()
    leading = "" if left in _LINE_ENDS or left.isspace() or is_joined else " "
    trailing = " " if (right.isalnum() or right == "(") and not text[-1].isspace() else ""
    return leading + text + trailing


def has_stop_too_many(before: str, after: str, language: str = "en") -> bool:
    """Whether the full stop at the end of `before` stands in the middle of a sentence, or before another mark.

    That of an abbreviation stays.
    """
    following = after.lstrip(" ")[:1]
    word = before[:-1].split()[-1:]
    if not before.endswith(".") or before.endswith("..") or not word or not word[0][-1].isalnum():
        return False
    if "." in word[0] and not _DECIMAL.fullmatch(word[0]):
        return False
    if not following.islower() and following not in _AFTER_NO_STOP:
        return False
    code = _code(language)
    return code is None or word[0].lower() + "." not in load_language(code).words_of("capitals", "abbreviations")


def is_within_sentence(before: str) -> bool:
    """Whether what is written behind `before` goes on with a sentence and needs no capital."""
    said = before.rstrip(" \t").removesuffix("**")  # behind bold words
    if said[-1:] in _LINE_ENDS:
        return False
    return said.rstrip(_CLOSING)[-1:] not in _SENTENCE_ENDS and said[-1:] not in "-•*#"


def _lowered(text: str, language: str, heard: str, term: str | None) -> str:
    tokens = tokenize(text[:_FIRST_WORDS])  # all of a long recording would take a third of a second
    if not tokens or tokens[0].kind is not Kind.WORD or not tokens[0].text.istitle():
        return text
    first = tokens[0]
    if term is not None:
        is_small = term[:1].islower()
    else:
        is_small = (heard.islower() and heard.startswith(first.lower)) or _is_ordinary(tokens, language)
    return text[: first.start] + first.lower + text[first.end :] if is_small else text


def _is_ordinary(tokens: Sequence[Token], language: str) -> bool:
    """The first of them is written in small letters as a rule. One before another capital may belong to a name: Great
    Ormond Street."""
    code = _code(language)
    if code is None or len(tokens[0].text) == 1:
        return False
    word, known = tokens[0].lower, load_language(code)
    if word in known.words_of("spoken_only", "openers"):
        return True
    is_before_capital = len(tokens) > 1 and tokens[1].kind is Kind.WORD and tokens[1].text.istitle()
    if is_before_capital and known.section("seams").get("nouns_are_small", False):
        return False
    is_listed = word in known.words_of("seams", "ordinary") or word in known.ordinary
    return is_listed and word not in known.words_of("seams", "names")


def _code(language: str) -> str | None:
    """The language whose lists count; "auto" is taken for "en"."""
    code = "en" if language == "auto" else language.split("-")[0]
    return code if code in languages() else None
