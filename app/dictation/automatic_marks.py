"""The marks that a recogniser set by itself, taken out of a dictation whose marks are said."""

from __future__ import annotations

from app.dictation.language import Language
from app.dictation.tokens import Kind, Token, tokenize

Change = tuple[str, int, int, str]

_SENTENCE_ENDS = frozenset(".?!。？！")


def without_automatic_marks(text: str, language: Language, changes: list[Change]) -> list[Change]:
    """The changes of the first pass with those added that take out the recogniser's marks.

    Where no mark is said nothing is added: the dictation would be left without any, and what was formatted before
    would lose its marks. Marks inside numbers and abbreviations stay, and those between two numbers, which would read
    as one without it.
    """
    if not any(rule == "punctuation" for rule, *_ in changes):
        return changes
    tokens = tokenize(text)
    touched = {place for _, start, end, _ in changes for place in range(start, end)}
    marks = language.section("spoken_only").get("marks", ())
    added: list[Change] = []
    for index, token in enumerate(tokens):
        if token.kind is not Kind.MARK or token.text not in marks or _is_inside(tokens, index):
            continue
        if _is_between_numbers(tokens, index, language) or token.start in touched:
            continue
        added.append(("punctuation", token.start, token.end, ""))
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text in _SENTENCE_ENDS and following is not None and _opens_sentence(following, language):
            lowered = following.text[0].lower() + following.text[1:]
            if following.start not in touched:
                added.append(("punctuation", following.start, following.end, lowered))
    return sorted([*changes, *added], key=lambda change: change[1:3])


def _is_inside(tokens: list[Token], index: int) -> bool:
    """Whether something follows without white space, as in 2.5 or a.m."""
    return index + 1 < len(tokens) and not tokens[index + 1].gap and tokens[index + 1].kind is not Kind.BREAK


def _is_between_numbers(tokens: list[Token], index: int, language: Language) -> bool:
    if index == 0 or index + 1 == len(tokens):
        return False
    return all(_is_numeral(tokens[place], language) for place in (index - 1, index + 1))


def _is_numeral(token: Token, language: Language) -> bool:
    """Whether the word can begin or end a number."""
    if token.kind in (Kind.NUMBER, Kind.MIXED) or language.numerals.may_start(token.lower):
        return True
    return any(token.lower in language.words("numerals", key) for key in ("hundred", "scales", "named_scales"))


def _opens_sentence(token: Token, language: Language) -> bool:
    """A word that has its capital from the sentence it opened alone: the, no, she; never a name."""
    return token.kind is Kind.WORD and token.text.istitle() and token.lower in language.words("spoken_only", "openers")
