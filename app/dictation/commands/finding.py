"""Words of a note that somebody names by voice, found whatever their capitals and however their numbers are written."""

from __future__ import annotations

from collections.abc import Sequence

from app.dictation.formatting import format_text
from app.dictation.language import Language, languages, load_language
from app.dictation.tokens import Kind, Token, tokenize

_Found = tuple[str, int, int]  # a word or number in one form, and where it stands


def find_words(text: str, before: int, said: str, language: str) -> tuple[int, int] | None:
    """Start and end of the last place that ends at or before `before` and says this; None where there is none.

    Marks do not matter, nor does whether a number or a unit is written as a word: "five milligrams" finds 5 mg.
    """
    code = "en" if language == "auto" else language.split("-")[0]
    known = load_language(code) if code in languages() else None
    wanted = [[form for form, _, _ in _forms(said, known)]]
    if known is not None:
        wanted.append([form for form, _, _ in _forms(format_text(said, code).text, known)])
    listed = _forms(text[:before], known)
    forms = [form for form, _, _ in listed]
    for start in range(len(forms) - 1, -1, -1):
        for sought in wanted:
            if sought and forms[start : start + len(sought)] == sought:
                return listed[start][1], listed[start + len(sought) - 1][2]
    return None


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
