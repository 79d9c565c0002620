"""Alert and oriented times three; three centimeters by two."""

from __future__ import annotations

from app.dictation.passage import Match, Passage


def match_oriented(passage: Passage, index: int) -> Match | None:
    """Oriented times three: x3; a and o times three: A&O x3."""
    letters = passage.language.phrases("plus_grades", "oriented_letters").find(passage.tokens, index)
    at = letters[0] if letters else index
    if not passage.is_in(at, "plus_grades", "times"):
        return None
    number = passage.strict_number(at + 1)
    oriented = letters is not None or passage.is_in(index - 1, "plus_grades", "oriented")
    if number is None or not number.is_whole or number.value > 4 or not oriented:
        return None
    return Match("numbers", index, number.end, f"{letters[1]} x{number.digits}" if letters else f"x{number.digits}")


def match_times(passage: Passage, index: int) -> Match | None:
    """The "by" between two measures, both with their unit."""
    before = passage.match_before(index)
    if not passage.is_in(index, "amounts", "times") or before is None or before.rule not in ("units", "sizes"):
        return None
    if not before.text[:1].isdigit() or passage.strict_number(index + 1) is None:
        return None
    return Match("sizes", index, index + 1, "x")
