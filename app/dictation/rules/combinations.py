"""Two strengths of one preparation: Percocet 5/325, Humulin 70/30."""

from __future__ import annotations

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import amounts, contexts, units


def match_strengths(passage: Passage, index: int) -> Match | None:
    """The two numbers after a name that has two; words that can be parted in other ways stay."""
    if passage.find_before(index, "combinations", "names") is None:
        return None
    first = passage.number(index)
    if first is None or not first.spoken or first.scale:
        return None
    second = passage.number(first.end)
    unclear = amounts.unclear_end(passage, index, first)
    if unclear is not None:
        return Match("fractions", index, unclear, passage.source(index, unclear))
    if second is None or not second.spoken or second.scale:
        return _leave_unclear(passage, index, first)
    if _is_amount(passage, second.end) and not passage.is_numeral(second.end):
        # of "percocet five two tablets" the second number counts
        return None
    return Match("fractions", index, second.end, f"{passage.write(first)}/{passage.write(second)}")


def _leave_unclear(passage: Passage, index: int, number: Number) -> Match | None:
    """Eighty four point five may be 80/4.5, and one hundred fifty 100/50."""
    point = next((at for at in range(index, number.end) if passage.is_in(at, "numerals", "point")), index)
    parted = any(passage.is_in(at, "numerals", "hundred") for at in range(index, number.end - 1))
    if (point - index < 2 and not parted) or _is_amount(passage, number.end):
        return None
    return Match("fractions", index, number.end, passage.source(index, number.end))


def _is_amount(passage: Passage, end: int) -> bool:
    return contexts.is_counted(passage, end) or units.read_unit(passage, end, True) is not None
