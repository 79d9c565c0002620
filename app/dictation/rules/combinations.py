"""Strengths of one preparation: Percocet 5/325, Symbicort 160/4.5, Humulin 70/30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from app.dictation.language import Language
from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.phrases import Phrases
from app.dictation.rules import ambiguities, contexts, units
from app.dictation.tokens import Kind

_WHOLE = 100  # percent of a mixed insulin
_MOST_FORMS = 2
_YEAR = re.compile("19[0-9]{2}|20[0-4][0-9]")
_LONGEST = 7  # words of a number: one hundred and sixty two point five


def match_strengths(passage: Passage, index: int) -> Match | None:
    """The numbers after a name that has several: those that there are, else two, where no other two can be meant."""
    named = _before_forms(passage, index)
    listed = _strengths_at(passage, named)
    if listed is None:
        return None
    known = _match_known(passage, index, listed) or _match_written(passage, index, listed)
    return known or _match_two(passage, index, named, is_mixed=all(map(_is_mixed, listed)))


def strengths_before(passage: Passage, index: int) -> frozenset[str] | None:
    """Those that there are of the preparation named before `index`, as "160/4.5"; None where none is."""
    return _strengths_at(passage, _before_forms(passage, index))


def _strengths_at(passage: Passage, named: int) -> frozenset[str] | None:
    found = _strengths(passage.language).find_before(passage.tokens, named)
    return found[1] if found else None


def last_words(language: Language) -> frozenset[str]:
    """Those behind which a strength may stand."""
    return _strengths(language).last_words | language.phrases("combinations", "forms").last_words


def _before_forms(passage: Passage, index: int) -> int:
    """Where the name ends: before "Diskus" of "Advair Diskus two fifty fifty"."""
    for _ in range(_MOST_FORMS):
        if _strengths(passage.language).find_before(passage.tokens, index) is not None:
            break
        index = passage.find_before(index, "combinations", "forms") or index
    return index


def _match_known(passage: Passage, index: int, strengths: frozenset[str]) -> Match | None:
    """The longest row of numbers that is one of the strengths; where two are as long, the words stay."""
    parts = {strength.count("/") + 1 for strength in strengths}
    found = [
        (end, "/".join(passage.write(number, False) for number in numbers))
        for end, numbers in _partings(passage, index, max(parts))
        if "/".join(number.digits for number in numbers) in strengths
        and not (numbers[-2].end == end - 1 and _counts_what_follows(passage, end))
    ]
    if not found:
        # of two numbers there may be strengths that are not listed; three are parted nobody knows how
        return None if 2 in parts else _leave_row(passage, index)
    end = max(end for end, _ in found)
    longest = {written for at, written in found if at == end}
    return Match("fractions", index, end, longest.pop() if len(longest) == 1 else passage.source(index, end))


def _match_written(passage: Passage, index: int, strengths: frozenset[str]) -> Match | None:
    """Digits that a recogniser wrote with other marks between, or none: 875-125, 2012.5, 103 25 for 10/325.

    Where they may be a year, or the last one how many, they stay.
    """
    marks = "-" + passage.language.numerals.thousands_mark
    mark = passage.language.numerals.decimal_mark
    listed = [each.replace(".", mark) for each in strengths]
    written, end, match = "", index, None
    while passage.token(end).kind in (Kind.NUMBER, Kind.MIXED):
        written += passage.token(end).text.translate(dict.fromkeys(map(ord, marks)))
        end += 1
        if _YEAR.fullmatch(written) or (len(passage.token(end - 1).text) == 1 and _counts_what_follows(passage, end)):
            continue
        found = [text for text in listed if text.replace("/", "") == written]
        match = Match("fractions", index, end, found[0]) if len(found) == 1 else match
    return match


def _partings(passage: Passage, index: int, most: int) -> Iterator[tuple[int, tuple[Number, ...]]]:
    """Each way to read up to `most` numbers in a row, or one over the other, and where it ends."""
    numerals = passage.language.numerals
    for end in range(index + 1, min(index + _LONGEST, len(passage.tokens)) + 1):
        number = numerals.read_joined(passage.tokens[:end], index)
        if number is None or number.end != end or number.scale:
            continue
        yield end, (number,)
        if most > 1:
            start = end + 1 if passage.is_in(end, "amounts", "fraction") else end
            for after, more in _partings(passage, start, most - 1):
                yield after, (number, *more)


def _counts_what_follows(passage: Passage, end: int) -> bool:
    """Whether the one word before `end` may say how many: suboxone eight, two tablets."""
    return passage.find(end, "contexts", "nouns") is not None or contexts.is_how_often(passage, end - 1)


def _leave_row(passage: Passage, index: int) -> Match | None:
    """Two or more numbers as they were said."""
    first = number = passage.number(index)
    end = index
    while number is not None:
        end, number = number.end, passage.number(number.end)
    return None if first is None or end == first.end else Match("fractions", index, end, passage.source(index, end))


def _is_mixed(strength: str) -> bool:
    """70/30: of an insulin, whose shares are a whole."""
    return sum(map(float, strength.split("/"))) == _WHOLE


def _match_two(passage: Passage, index: int, named: int, *, is_mixed: bool) -> Match | None:
    """Whatever two numbers there are."""
    first = passage.number(index)
    if first is None or not first.spoken or first.scale:
        return None
    if passage.is_in(first.end, "amounts", "fraction"):
        # one strength over the other
        return None
    second = passage.number(first.end)
    unclear = ambiguities.unclear_end(passage, index, first)
    if unclear is not None:
        return Match("fractions", index, unclear, passage.source(index, unclear))
    if second is None or not second.spoken or second.scale:
        return _leave_unclear(passage, index, named, first)
    if _counts_itself(passage, second.end):
        # of "percocet five two tablets" the second number counts, of "advair two fifty fifty one puff" its last word
        if second.end - first.end < 2:
            return None
        shorter = passage.language.numerals.read(passage.tokens[: second.end - 1], first.end)
        if shorter is None or shorter.end != second.end - 1:
            return Match("fractions", index, second.end, passage.source(index, second.end))
        second = shorter
    if is_mixed and first.value + second.value != _WHOLE and not passage.is_in(second.end, "amounts", "whole"):
        # novolog ten ten twelve; humalog eight eight ten
        return _leave_row(passage, index) if second.is_joined else None
    if passage.is_in(second.end, "amounts", "whole") and first.value + second.value != _WHOLE:
        # humulin ten, twelve units
        return Match("fractions", index, second.end, passage.source(index, second.end))
    return Match("fractions", index, second.end, f"{passage.write(first)}/{passage.write(second)}")


def _leave_unclear(passage: Passage, index: int, named: int, number: Number) -> Match | None:
    """Eighty four point five may be 80/4.5, one hundred fifty 100/50, and five twenty 5/20."""
    point = next((at for at in range(index, number.end) if passage.is_in(at, "numerals", "point")), index)
    parted = any(passage.is_in(at, "numerals", "hundred") for at in range(index, number.end - 1))
    by_two = passage.find_before(named, "combinations", "by_one") is None
    if (
        not (point - index > 1 or (by_two and (parted or number.is_joined)))
        or units.read_unit(passage, number.end, True) is not None
    ):
        return None
    return Match("fractions", index, number.end, passage.source(index, number.end))


def _counts_itself(passage: Passage, end: int) -> bool:
    """Whether the last word before `end` counts what follows: one puff, two times a day."""
    if passage.word(end - 1) not in passage.language.numerals.single:
        return False
    return contexts.is_counted(passage, end) or contexts.is_how_often(passage, end - 1)


def _strengths(language: Language) -> Phrases[frozenset[str]]:
    return language.table("strengths", _build_strengths)


def _build_strengths(language: Language) -> Phrases[frozenset[str]]:
    return Phrases(
        [
            (said, frozenset(strengths.split()))
            for names, strengths in language.section("combinations").get("strengths", {}).items()
            for name in names.split("|")
            for said in _ways_to_say(language, name.strip())
        ]
    )


def _ways_to_say(language: Language, name: str) -> Iterator[str]:
    """Of "lisinopril + hydrochlorothiazide" also "lisinopril and h c t z"."""
    section = language.section("combinations")
    parts = [(part, *section["also"].get(part, ())) for part in name.split(" + ")]
    for said in product(*parts):
        for join in ("", *section["joins"]) if len(said) > 1 else ("",):
            yield f" {join} ".join(said)
