"""Text cut into tokens that know where they stood, so that whatever no rule touches stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

# Scripts written without spaces: each character is a word of its own (Han with its extensions, kana).
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_LETTER = rf"[^\W\d_{_UNSPACED}]"
_LETTER_OR_DIGIT = rf"[^\W_{_UNSPACED}]"
_WORDS = rf"{_LETTER}+(?:['’]{_LETTER}+)*"

_PATTERN = re.compile(
    rf"""
      (?P<unspaced>[{_UNSPACED}])
    | (?P<dotted>(?:[A-Za-z]\.){{2,}}(?!{_LETTER_OR_DIGIT}))
    | (?P<chunk>{_LETTER_OR_DIGIT}+(?:(?:[-–/^]|(?<=[0-9])[.,:](?=[0-9])|['’](?={_LETTER})){_LETTER_OR_DIGIT}+)*)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_DIGIT = re.compile("[0-9]")
_PARTS_OF_WORDS = re.compile(rf"(?P<word>{_WORDS})|(?P<mark>.)", re.DOTALL)


class Kind(Enum):
    """What a token is made of."""

    WORD = "word"  # letters, with apostrophes inside
    NUMBER = "number"  # digits, with separators inside
    MIXED = "mixed"  # already written: 120/80, L4-L5, 67-year-old, 500mg
    DOTTED = "dotted"  # p.r.n., a.m.
    MARK = "mark"  # one character of punctuation or anything else
    BREAK = "break"  # white space that holds a line end


class Token(NamedTuple):
    """One token of a text; `start` and `end` count characters, `gap` is the white space before it, on the same line."""

    text: str
    lower: str
    kind: Kind
    start: int
    end: int
    gap: str


def tokenize(text: str) -> list[Token]:
    """Cuts the whole text; only white space within a line lies between the tokens."""
    tokens: list[Token] = []
    gap = ""
    for match in _PATTERN.finditer(text):
        if match.lastgroup == "space" and "\n" not in match.group():
            gap = match.group()
            continue
        if match.lastgroup == "chunk":
            for found, kind, start in _cut(match):
                tokens.append(Token(found, found.lower(), kind, start, start + len(found), gap))
                gap = ""
            continue
        found = match.group()
        tokens.append(Token(found, found.lower(), _KINDS[match.lastgroup or "mark"], match.start(), match.end(), gap))
        gap = ""
    return tokens


def _cut(match: re.Match[str]) -> Iterator[tuple[str, Kind, int]]:
    """Hyphenated words are cut into their parts; what holds digits stays whole."""
    found = match.group()
    if found.isalpha():
        yield found, Kind.WORD, match.start()
    elif _NUMBER.fullmatch(found):
        yield found, Kind.NUMBER, match.start()
    elif _DIGIT.search(found):
        yield found, Kind.MIXED, match.start()
    else:
        for part in _PARTS_OF_WORDS.finditer(found):
            yield part.group(), _KINDS[part.lastgroup or "mark"], match.start() + part.start()


_KINDS = {"unspaced": Kind.WORD, "word": Kind.WORD, "dotted": Kind.DOTTED, "mark": Kind.MARK, "space": Kind.BREAK}
