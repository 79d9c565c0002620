"""Alert and oriented times three; three centimeters by two; cultures times two."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.rules.amounts import Amount, read_amount

_MOST_ORIENTED = 4
_MOST_REPEATS = 12


def match_oriented(passage: Passage, index: int) -> Match | None:
    """Oriented times three: x3; a and o times three: A&O x3; blood cultures times two: x2."""
    letters = passage.language.phrases("plus_grades", "oriented_letters").find(passage.tokens, index)
    at = letters[0] if letters else index
    amount = read_amount(passage, at + 1) if passage.is_in(at, "plus_grades", "times") else None
    if amount is None or amount.rule not in ("numbers", "ranges") or not all(each.is_whole for each in amount.numbers):
        return None
    oriented = letters is not None or passage.is_in(index - 1, "plus_grades", "oriented")
    if oriented and amount.numbers[-1].value > _MOST_ORIENTED:
        return None
    if not oriented and not _repeats(passage, at, amount):
        return None
    return Match("numbers", index, amount.end, f"{letters[1]} x{amount.text}" if letters else f"x{amount.text}")


def match_times(passage: Passage, index: int) -> Match | None:
    """The "by" between two measures, both with their unit."""
    before = passage.match_before(index)
    if not passage.is_in(index, "amounts", "times") or before is None or before.rule not in ("units", "sizes"):
        return None
    if not before.text[:1].isdigit() or passage.strict_number(index + 1) is None:
        return None
    return Match("sizes", index, index + 1, "x")


def _repeats(passage: Passage, index: int, amount: Amount) -> bool:
    """Whether "times" says how often something was done, and not how large it is or when: at times two of them."""
    if not passage.word(index - 1) or passage.is_numeral(index - 1):
        return False
    if passage.is_in(index - 1, "plus_grades", "not_repeated"):
        return False
    counted = passage.find(amount.end, "contexts", "nouns") is not None
    return amount.numbers[-1].value <= _MOST_REPEATS and (counted or passage.ends_phrase(amount.end))
