"""Words of a note that somebody names by voice, found whatever their capitals and however their numbers are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.dictation.formatting import format_text
from app.dictation.language import Language, languages, load_language
from app.dictation.tokens import Kind, Token, tokenize

_AROUND = 60  # characters for each word, of which a number may have several: one hundred and twenty five
_NEAR = 2_000

_Found = tuple[str, int, int]  # a word or number in one form, and where it stands


def find_words(text: str, before: int, said: str, language: str) -> tuple[int, int] | None:
    """Start and end of the last place that ends at or before `before` and says this; None where there is none.

    Marks do not matter, nor does whether a number or a unit is written as a word: "five milligrams" finds 5 mg. Numbers
    alone are looked for in the last _NEAR characters only.
    """
    code = "en" if language == "auto" else language.split("-")[0]
    known = load_language(code) if code in languages() else None
    wanted = [[form for form, _, _ in _forms(said, known)]]
    if known is not None:
        wanted.append([form for form, _, _ in _forms(format_text(said, code).text, known)])
    found = [_find(text[:before], sought, known) for sought in wanted if sought]
    return max((place for place in found if place is not None), default=None)


def _find(text: str, sought: list[str], language: Language | None) -> tuple[int, int] | None:
    """The last place of these forms. Only around the rarest word of them is the text cut into tokens: a long note has
    too many."""
    words = [form for form in sought if form.isalpha()]
    if not words:
        return _find_in(text, max(0, len(text) - _NEAR), len(text), sought, language)
    small = text.lower()
    rarest = min(words, key=small.count)
    around = _AROUND * (len(sought) + 1)
    for match in reversed(list(re.finditer(re.escape(rarest), text, re.IGNORECASE))):
        first, last = max(0, match.start() - around), min(len(text), match.end() + around)
        found = _find_in(text, _word_start(text, first), _word_end(text, last), sought, language)
        if found is not None:
            return found
    return None


def _find_in(text: str, start: int, end: int, sought: list[str], language: Language | None) -> tuple[int, int] | None:
    listed = _forms(text[start:end], language)
    forms = [form for form, _, _ in listed]
    for number in range(len(forms) - len(sought), -1, -1):
        if forms[number : number + len(sought)] == sought:
            return start + listed[number][1], start + listed[number + len(sought) - 1][2]
    return None


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place


def _forms(text: str, language: Language | None) -> list[_Found]:
    """The words in small letters and the numbers in digits, without marks."""
    tokens = [token for token in tokenize(text) if token.kind not in (Kind.MARK, Kind.BREAK) or token.text == "%"]
    found: list[_Found] = []
    index = 0
    while index < len(tokens):
        form, end = _form_at(tokens, index, language)
        found.append((form, tokens[index].start, tokens[end - 1].end))
        index = end
    return found


def _form_at(tokens: Sequence[Token], index: int, language: Language | None) -> tuple[str, int]:
    if language is not None:
        number = language.numerals.read(tokens, index)
        if number is not None:
            return number.digits + number.scale, number.end
    return tokens[index].lower, index + 1
