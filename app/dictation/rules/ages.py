"""Sixty seven year old."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.rules.amounts import read_amount


def match_age(passage: Passage, index: int) -> Match | None:
    """An age before a person: 67-year-old; "she is one year old" keeps its words apart."""
    amount = read_amount(passage, index)
    if amount is None or amount.rule not in ("numbers", "ranges", "fractions"):
        return None
    unit = passage.skip_hyphen(amount.end)
    old = passage.skip_hyphen(unit + 1)
    if not passage.is_in(unit, "ages", "units") or not passage.is_in(old, "ages", "old"):
        return None
    if amount.rule == "ranges":
        first, second = (passage.write(number) for number in amount.numbers)
        text = f"{first}- to {second}"
    else:
        text = amount.text
    words = f"{passage.token(unit).text}-{passage.token(old).text}"
    one = amount.text == "1" and passage.is_in(index - 1, "ages", "predicates")
    if one and passage.ends_phrase(old + 1):
        return Match("ages", index, old + 1, "1 " + words.replace("-", " "))
    return Match("ages", index, old + 1, f"{text}-{words}")
