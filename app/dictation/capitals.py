"""A capital where a sentence or a line starts."""

from __future__ import annotations

import re

from app.dictation.language import Language
from app.dictation.tokens import Kind, Token, tokenize

_CLOSING = frozenset("\"')]}”’»")
_OPENING = frozenset("\"'([{“‘«-#*•")
_STOPS = frozenset(".?!…")


def capital_changes(text: str, language: Language) -> list[tuple[str, int, int, str]]:
    """The letters to raise; words with a capital, a digit or a dot inside keep their own spelling."""
    tokens = tokenize(text)
    pronouns = language.data.get("pronoun", {})
    changes = []
    starts = True
    for index, token in enumerate(tokens):
        if token.kind is Kind.BREAK:
            starts = True
        elif token.kind is Kind.MARK:
            if token.text in _STOPS:
                starts = _ends_sentence(tokens, index, language)
            elif token.text not in _CLOSING and token.text not in _OPENING:
                starts = False
        else:
            alone = token.text in pronouns and not _is_joined(tokens, index)
            if (starts and _is_plain(token)) or alone:
                raised = pronouns.get(token.text) if alone else token.text[0].upper() + token.text[1:]
                if raised != token.text and len(raised) == len(token.text):
                    changes.append(("capitals", token.start, token.end, raised))
            starts = False
    return changes


def _is_plain(token: Token) -> bool:
    """A word in small letters; omega-3 begins with one, p53 and q6h are names."""
    if token.kind is Kind.MIXED:
        return re.match("[a-z]{4}[a-z]*-", token.text) is not None
    return token.kind is Kind.WORD and token.text.islower()


def _is_joined(tokens: list[Token], index: int) -> bool:
    """Whether the letter is part of something: a hyphen, a slash, a dot or a bracket beside it."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    left = before is not None and not tokens[index].gap and before.kind is Kind.MARK and before.text not in "\"“'‘("
    right = after is not None and not after.gap and after.kind is Kind.MARK and after.text in "-/.)"
    return left or right


def _ends_sentence(tokens: list[Token], index: int, language: Language) -> bool:
    """A stop that white space or a closing mark follows, not after an abbreviation or a lone letter."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if (
        following is not None
        and not following.gap
        and following.text not in _CLOSING
        and following.kind is not Kind.BREAK
    ):
        return False
    if tokens[index].text != ".":
        return True
    if index == 0 or tokens[index].gap:
        return index > 0
    word = tokens[index - 1].lower + "."
    if word in language.words_of("capitals", "before_numbers"):
        return following is None or following.kind not in (Kind.NUMBER, Kind.MIXED)
    return word not in language.words_of("capitals", "abbreviations")
