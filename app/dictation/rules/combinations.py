"""Two strengths of one preparation: Percocet 5/325, Humulin 70/30."""

from __future__ import annotations

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import ambiguities, contexts, units

_WHOLE = 100  # percent of a mixed insulin


def match_strengths(passage: Passage, index: int) -> Match | None:
    """The two numbers after a name that has two; words that can be parted in other ways stay."""
    if passage.find_before(index, "combinations", "names") is None:
        return None
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
        return _leave_unclear(passage, index, first)
    if _counts_itself(passage, second.end):
        # of "percocet five two tablets" the second number counts, of "advair two fifty fifty one puff" its last word
        if second.end - first.end < 2:
            return None
        shorter = passage.language.numerals.read(passage.tokens[: second.end - 1], first.end)
        if shorter is None or shorter.end != second.end - 1:
            return Match("fractions", index, second.end, passage.source(index, second.end))
        second = shorter
    if passage.is_in(second.end, "amounts", "whole") and first.value + second.value != _WHOLE:
        # humulin ten, twelve units
        return Match("fractions", index, second.end, passage.source(index, second.end))
    return Match("fractions", index, second.end, f"{passage.write(first)}/{passage.write(second)}")


def _leave_unclear(passage: Passage, index: int, number: Number) -> Match | None:
    """Eighty four point five may be 80/4.5, one hundred fifty 100/50, and five twenty 5/20."""
    point = next((at for at in range(index, number.end) if passage.is_in(at, "numerals", "point")), index)
    parted = any(passage.is_in(at, "numerals", "hundred") for at in range(index, number.end - 1))
    by_two = passage.find_before(index, "combinations", "by_one") is None
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
