"""Feet and inches: 5 foot 8; height five ten."""

from __future__ import annotations

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts, units

_FEET = range(3, 8)
_INCHES = 12


def match_height(passage: Passage, index: int) -> Match | None:
    """Inches that are only named after feet, in digits; both, where a height is given without either."""
    first = passage.strict_number(index)
    if first is None or not _is_below(first, _INCHES) or not first.spoken:
        return None
    if passage.is_in(index - 1, "heights", "feet"):
        before = passage.match_before(index - 1)
        follows = (("heights", "after"), ("contexts", "measures"))
        stands = passage.ends_phrase(first.end) or any(passage.find(first.end, *names) for names in follows)
        return Match("numbers", index, first.end, first.digits) if before and stands else None
    second = passage.strict_number(first.end)
    if second is None or not _is_below(second, _INCHES) or int(first.digits) not in _FEET:
        return None
    is_height = contexts.is_measured_by(passage, index, "heights", "words")
    if not is_height or units.read_unit(passage, second.end, True) or contexts.is_counted(passage, second.end):
        return None
    return Match("numbers", index, second.end, f"{first.digits}'{second.digits}\"")


def _is_below(number: Number, limit: int) -> bool:
    return number.is_whole and not number.scale and number.value < limit
