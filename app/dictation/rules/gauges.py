"""Needles, catheters and sutures."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.rules.amounts import read_amount


def match_gauge(passage: Passage, index: int) -> Match | None:
    """18-gauge, 14 French, 3-0 Vicryl."""
    suture = _match_suture(passage, index)
    if suture:
        return suture
    amount = read_amount(passage, index)
    if amount is None or amount.rule not in ("numbers", "ranges"):
        return None
    after = passage.skip_hyphen(amount.end)
    if passage.is_in(after, "gauges", "gauge"):
        return Match("gauges", index, after + 1, f"{amount.text}-{passage.token(after).text}")
    french = passage.language.section("gauges").get("french", {}).get(passage.word(after))
    return Match("gauges", index, after + 1, f"{amount.text} {french}") if french else None


def _match_suture(passage: Passage, index: int) -> Match | None:
    number = passage.language.numerals.single.get(passage.word(index)) or passage.token(index).text
    if len(number) > 2 or not number.isdigit() or not number.isascii():
        return None
    if index and passage.language.numerals.single.get(passage.word(index - 1)) is not None:
        return None
    end = passage.skip_hyphen(index + 1)
    sized = passage.is_in(end, "gauges", "size") or passage.token(end).text == "0"
    end = end + 1 if sized else index + 1
    found = passage.language.phrases("gauges", "sutures").find(passage.tokens, end)
    if found is None or not (sized or number == "0"):
        return None
    return Match("gauges", index, found[0], f"{number}{'-0' if sized else ''} {found[1]}")
