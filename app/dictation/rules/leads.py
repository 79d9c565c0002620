"""Leads of an electrocardiogram: V1-V4; II, III and aVF."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts
from app.dictation.rules.roman import to_roman
from app.dictation.tokens import Kind

_CHEST_LEADS = 9
_LIMB_LEADS = 3


def match_chest_leads(passage: Passage, index: int) -> Match | None:
    """V one through v four."""
    first = _read_chest_lead(passage, index)
    if first is None or not passage.is_in(first[0], "amounts", "range"):
        return None
    if passage.find_before(index, "amounts", "range_opens") is not None or not passage.options.allows("ranges"):
        return None
    last = _read_chest_lead(passage, first[0] + 1)
    if last is not None and last[1] > first[1]:
        return Match("staging", index, last[0], f"V{first[1]}-V{last[1]}")
    short = _read_number(passage, first[0] + 1)
    if short is None or short[1] <= first[1] or passage.find_before(index, "letter_numbers", "letters_of") is not None:
        return None
    return Match("staging", index, short[0], f"V{first[1]}-{short[1]}")


def match_limb_leads(passage: Passage, index: int) -> Match | None:
    """Two comma three and a v f: the augmented lead says that the numbers before it are leads too."""
    position, text, separator, least = index, "", "", 1
    augmented = None
    while not text or augmented is None:
        number = passage.strict_number(position)
        if number is None or not number.is_whole or not least <= number.value <= _LIMB_LEADS:
            return None
        text, least = text + separator + to_roman(int(number.digits)), int(number.digits) + 1
        position, separator = _read_separator(passage, number.end)
        augmented = passage.language.phrases("leads", "augmented").find(passage.tokens, position)
    return Match("roman", index, augmented[0], text + separator + augmented[1])


def _read_separator(passage: Passage, index: int) -> tuple[int, str]:
    """The index after the comma and the "and" that stand here, and what is written for them."""
    written = ""
    if passage.token(index).text == "," or passage.is_in(index, "roman", "commas"):
        index, written = index + 1, ","
    if passage.is_in(index, "amounts", "joins"):
        index, written = index + 1, f"{written} {passage.token(index).text}"
    return index, written + " "


def _read_chest_lead(passage: Passage, index: int) -> tuple[int, int] | None:
    """The index after the lead, and its number."""
    token = passage.token(index)
    if token.kind is Kind.MIXED:
        is_lead = len(token.text) == 2 and token.text[0] == "V" and token.text[1] in "123456789"
        return (index + 1, int(token.text[1])) if is_lead else None
    return _read_number(passage, index + 1) if passage.is_in(index, "leads", "chest") else None


def _read_number(passage: Passage, index: int) -> tuple[int, int] | None:
    number = passage.strict_number(index)
    if number is None or not number.spoken or not number.is_whole or number.scale:
        return None
    if not 1 <= number.value <= _CHEST_LEADS or contexts.is_counted(passage, number.end):
        return None
    return number.end, int(number.digits)
