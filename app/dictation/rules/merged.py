"""Strengths of a preparation that a recogniser took for one number: Symbicort 164.5, metformin 51,000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from app.dictation.language import Language
from app.dictation.options import FormattingOptions
from app.dictation.passage import Passage
from app.dictation.rules.combinations import last_words, strengths_before
from app.dictation.tokens import tokenize

_NUMBER = re.compile(r"(?P<before>[^\W\d_]+)\s(?P<number>[0-9]+(?:[,.][0-9]+)*(?:-[0-9]+)?)(?![0-9/%])")
_NO_MARKS = dict.fromkeys(map(ord, ",-"))
_LONGEST_NAME = 80
_MOST_TAKEN = 4


def find_merged(text: str, language: Language) -> Iterator[tuple[int, int, str]]:
    """The start and end of each such number in a text, and the strengths that it may be, with what counts them."""
    if "merged" not in language.section("combinations"):
        return
    last = last_words(language)
    for match in _NUMBER.finditer(text):
        if match["before"].lower() not in last:
            continue
        start = match.start("number")
        before = tokenize(text[max(0, start - _LONGEST_NAME) : start])
        strengths = strengths_before(Passage(before, language, FormattingOptions()), len(before))
        meant = _as_one_number(strengths).get(match["number"].translate(_NO_MARKS)) if strengths else None
        if meant is not None:
            yield start, match.end(), meant


@cache
def _as_one_number(strengths: frozenset[str]) -> dict[str, str]:
    """How each strength, alone or before one to four puffs, is written as one number that is not a strength itself."""
    meant: dict[str, set[str]] = {}
    for strength in strengths:
        first, *others = strength.split("/")
        ways = {first}
        for other in others:
            ways = {way for before in ways for way in _join(before, other)}
        counted = {
            (_add(way, str(count)), f"{strength} {count}") for way in ways for count in range(1, _MOST_TAKEN + 1)
        }
        for way, said in {(way, strength) for way in ways} | counted:
            meant.setdefault(way, set()).add(said)
    single = {part for strength in strengths for part in strength.split("/")}
    return {way: said.pop() for way, said in meant.items() if len(said) == 1 and way not in single}


def _join(before: str, after: str) -> Iterator[str]:
    """The digits side by side, and what "one sixty, four point five" and "fifty, one thousand" add up to."""
    yield before + after
    if "." in before:
        return
    first, second = int(before), float(after)
    if (first % 100 == 0 and second < 100) or (first % 10 == 0 and second < 10):
        yield f"{first + second:g}"
    for scale in (100, 1000):
        if second % scale == 0 and second < 10 * scale and first % 10 == 0 and first < 100:
            yield str((first + int(second) // scale) * scale)


def _add(number: str, count: str) -> str:
    """Puffs behind it: 250, one is 251; 4.5, two is 4.52."""
    return str(int(number) + int(count)) if number.endswith("0") and "." not in number else number + count
