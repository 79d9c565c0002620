"""Letters with numbers: T2N0M0, G2P1, E4V5M6, B12."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts
from app.dictation.tokens import Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A letter with its number up to the token `end`."""

    end: int
    letter: str
    text: str


def match_sequence(passage: Passage, index: int) -> Match | None:
    """T two n zero m zero, also with commas between that a recogniser wrote."""
    start, prefix = index, ""
    if passage.is_in(index, "letter_numbers", "prefixes") and _read_part(passage, index + 1):
        start, prefix = index + 1, passage.word(index)
    for sequence in passage.language.section("letter_numbers").get("sequences", ()):
        parts: list[Part] = []
        position = start
        for letter in sequence.split():
            position += bool(parts) and passage.token(position).text == ","
            part = _read_part(passage, position)
            if part is None or part.letter != letter:
                break
            parts.append(part)
            position = part.end
        else:
            return Match("staging", index, position, prefix + "".join(part.text for part in parts))
    return None


def match_letter_number(passage: Passage, index: int) -> Match | None:
    """B twelve, as one; not "vitamin D one thousand units"."""
    if not passage.is_in(index, "letter_numbers", "single"):
        return None
    number = passage.strict_number(index + 1)
    if number is None or not number.spoken or not number.is_whole or number.scale or number.value > 199:
        return None
    if contexts.is_counted(passage, number.end):
        return None
    if passage.is_in(number.end, "amounts", "range") and passage.is_numeral(number.end + 1):
        return None
    return Match("staging", index, number.end, passage.word(index).upper() + number.digits)


def match_lone_letter(passage: Passage, index: int) -> Match | None:
    """Vitamin d, type b: the letter in a capital."""
    token = passage.token(index)
    if len(token.text) != 1 or not token.text.isascii() or not token.text.islower():
        return None
    if passage.find_before(index, "letter_numbers", "letters_of") is None:
        return None
    if token.text == "a" and not (
        passage.ends_phrase(index + 1) or passage.is_in(index + 1, "letter_numbers", "a_before")
    ):
        return None
    return Match("staging", index, index + 1, token.text.upper())


def _read_part(passage: Passage, index: int) -> Part | None:
    token = passage.token(index)
    if token.kind is Kind.MIXED:
        match = re.fullmatch("([A-Za-z])([0-9])([a-d]?)", token.text)
        return Part(index + 1, match[1].lower(), match[1].upper() + match[2] + match[3]) if match else None
    if len(passage.word(index)) != 1 or not token.text.isascii():
        return None
    if passage.is_in(index + 1, "letter_numbers", "unknown"):
        return Part(index + 2, token.lower, token.lower.upper() + "X")
    number = passage.strict_number(index + 1)
    if number is None or not number.is_whole or number.scale or number.value > 15:
        return None
    if contexts.is_counted(passage, number.end):
        return None
    suffix = passage.token(number.end)
    text = token.lower.upper() + number.digits
    if suffix.lower in ("a", "b", "c", "d") and _continues(passage, number.end + 1):
        return Part(number.end + 1, token.lower, text + suffix.lower)
    return Part(number.end, token.lower, text)


def _continues(passage: Passage, index: int) -> bool:
    """Whether another letter with a number, or an end, follows."""
    if passage.token(index).kind in (Kind.MARK, Kind.BREAK):
        return True
    return len(passage.word(index)) == 1 and (passage.is_numeral(index + 1) or passage.word(index + 1) == "x")
