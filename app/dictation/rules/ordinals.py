"""Fourth metacarpal, twenty first day."""

from __future__ import annotations

from app.dictation.passage import Match, Passage
from app.dictation.tokens import Kind

_REACH = 6


def read_ordinal(passage: Passage, index: int) -> tuple[int, int] | None:
    """The index after the ordinal in words that starts at `index`, and its value."""
    ordinals = passage.language.numerals.ordinals
    word = passage.word(index)
    if not word:
        return None
    if word in ordinals:
        return index + 1, ordinals[word]
    value = passage.language.numerals.values.get(word, 0)
    after = passage.skip_hyphen(index + 1)
    unit = ordinals.get(passage.word(after), 0)
    if value >= 20 and value % 10 == 0 and 1 <= unit <= 9:
        return after + 1, value + unit
    return None


def write_ordinal(passage: Passage, value: int) -> str:
    """21st, 4th."""
    data = passage.language.section("ordinals")
    suffix = data["suffix"]
    if value % 100 not in (11, 12, 13):
        suffix = data["suffixes"].get(str(value % 10), suffix)
    return f"{value}{suffix}"


def match_ordinal(passage: Passage, index: int) -> Match | None:
    """Digits for what the conventions name (body parts, days) and from tenth on; "second opinion" stays."""
    found = read_ordinal(passage, index)
    if found is None or not passage.language.section("ordinals"):
        return None
    end, value = found
    plain = value < passage.language.section("ordinals")["digits_from"]
    seconds = passage.is_in(end - 1, "contexts", "modifiers") and value > 10
    if value >= 100 or ((plain or seconds) and not _is_counted_out(passage, end)):
        return None
    if plain and (passage.is_in(end, "ordinals", "never_before") or _is_another(passage, index, end)):
        return None
    return Match("ordinals", index, end, write_ordinal(passage, value))


def _is_another(passage: Passage, index: int, end: int) -> bool:
    """A second week is one more week."""
    return passage.is_in(index - 1, "amounts", "article") and passage.is_in(end, "contexts", "modifiers")


def _is_counted_out(passage: Passage, index: int) -> bool:
    """Whether a finger, a rib or a day follows, perhaps after "and third left"."""
    for position in range(index, index + _REACH):
        position = passage.skip_hyphen(position)
        if passage.find(position, "ordinals", "nouns") is not None:
            return True
        token = passage.token(position)
        passed = passage.is_in(position, "ordinals", "links") or passage.is_in(position, "ordinals", "adjectives")
        if token.kind is Kind.MARK and token.text in ",-":
            passed = True
        if not passed and read_ordinal(passage, position) is None and not _is_tens(passage, position):
            return False
    return False


def _is_tens(passage: Passage, index: int) -> bool:
    return passage.language.numerals.values.get(passage.word(index), 0) >= 20
