"""A plus that was said before its number: plus two edema, station plus one, plus one point two five diopters."""

from __future__ import annotations

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import units

_HIGHEST_GRADE = 4
_SIGNS = ("+", "-")


def match_plus(passage: Passage, index: int) -> Match | None:
    """A grade takes its plus behind it, a value before it; "plus two friends" is neither."""
    either = passage.find(index, "signed", "either")
    spread = passage.number(either) if either is not None else None
    if spread is not None and not spread.scale and passage.options.allows("numbers"):
        return Match("numbers", index, spread.end, "±" + passage.write(spread))
    number = passage.strict_number(index + 1)
    if not passage.is_in(index, "amounts", "plus") or number is None or number.scale:
        return None
    before = passage.match_before(index)
    # minus two point two five plus one point seven five
    is_second = before is not None and before.text.startswith(_SIGNS) and not number.is_whole
    if passage.is_numeral(index - 1) and not is_second:
        return None
    if passage.options.allows("numbers") and (is_second or _is_value(passage, index, number)):
        return Match("numbers", index, number.end, "+" + passage.write(number))
    is_low = number.is_whole and 1 <= number.value <= _HIGHEST_GRADE
    if is_low and passage.options.allows("fractions") and _is_grade(passage, index, number.end):
        return Match("fractions", index, number.end, number.digits + "+")
    return None


def _is_value(passage: Passage, index: int, number: Number) -> bool:
    """Whether it is one that can be below zero as well: a fetal station, a lens, an excess of base."""
    if passage.find(number.end, "signed", "after") is not None:
        return True
    if passage.find_before(index, "signed", "before") is None:
        return False
    has_unit = units.read_unit(passage, number.end, number.spoken) is not None
    return has_unit or not number.is_whole or passage.ends_phrase(number.end)


def _is_grade(passage: Passage, index: int, end: int) -> bool:
    if passage.find(end, "plus_grades", "certain") is not None:
        return True
    return passage.find_before(index, "plus_grades", "certain") is not None and passage.ends_phrase(end)
