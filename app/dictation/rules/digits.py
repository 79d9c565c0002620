"""Digits said one by one: rooms, record numbers, telephones."""

from __future__ import annotations

import re

from app.dictation.passage import Match, Passage
from app.dictation.rules import ambiguities, contexts

_PHONE = re.compile("([0-9]{3})?([0-9]{3})([0-9]{4})")


def match_digits(passage: Passage, index: int) -> Match | None:
    """A record number that begins with "oh"."""
    return match_singles(passage, index) if contexts.identifier_before(passage, index) is not None else None


def match_singles(passage: Passage, index: int) -> Match | None:
    """Digits said one by one or in pairs: a room, a record number, or at least four single ones anywhere."""
    if not passage.options.allows("numbers") or not passage.language.spaces:
        return None
    label = contexts.identifier_before(passage, index)
    numerals = passage.language.numerals
    found = numerals.read_singles(passage.tokens, index, 2 if label is not None else 4)
    if found is None and label is not None:
        found = numerals.read_pairs(passage.tokens, index)
        if found is not None and (contexts.is_counted(passage, found.end) or passage.is_numeral(found.end)):
            return None
    if found is None:
        return None
    ranged = passage.number(found.end + 1) if passage.is_in(found.end, "amounts", "range") else None
    if contexts.is_counted(passage, ranged.end if ranged else found.end) and not found.digits.endswith("0"):
        # number three, two tablets; number three, one to two tablets; two, four, six, eight units: each may be its own
        return None if label is not None else Match("numbers", index, found.end, passage.source(index, found.end))
    if label is None and ambiguities.is_scheme(passage, found.end):
        return Match("numbers", index, found.end, passage.source(index, found.end))
    is_phone = label is not None and passage.is_in(label, "contexts", "phones")
    groups = _PHONE.fullmatch(found.digits) if is_phone else None
    text = "-".join(group for group in groups.groups() if group) if groups else found.digits
    return Match("numbers", index, found.end, text)
