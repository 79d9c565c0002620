"""Letters with numbers: T2N0M0, G2P1, E4V5M6, B12."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts
from app.dictation.tokens import Kind

_COUNTS_OF_BIRTHS = 4
_HIGHEST_STAGE = 4
_STAGED = ("t", "n", "m")
_WRITTEN_STAGE = re.compile("(y?[pc])([TNM])([0-4X][a-d]?)")


@dataclass(frozen=True, slots=True)
class Part:
    """A letter with its number up to the token `end`."""

    end: int
    letter: str
    text: str


def match_sequence(passage: Passage, index: int) -> Match | None:
    """T two n zero m zero, p t two p n one, also with commas between that a recogniser wrote."""
    for sequence in passage.language.section("letter_numbers").get("sequences", ()):
        parts: list[Part] = []
        position = index
        for letter in sequence.split():
            position += bool(parts) and passage.token(position).text == ","
            part = _read_births(passage, position) if parts and letter == sequence.split()[-1] else None
            part = part or _read_staged(passage, position, letter) or _read_part(passage, position)
            if part is None or part.letter != letter:
                break
            parts.append(part)
            position = part.end
        else:
            return Match("staging", index, position, _join(parts))
    return _match_divided(passage, index)


def _join(parts: list[Part]) -> str:
    """T2N0M0; cT1c cN0, since two letters side by side could not be told apart."""
    text = ""
    for part in parts:
        text += " " * (text[-1:].islower() and part.text[0].islower()) + part.text
    return text


def _match_divided(passage: Passage, index: int) -> Match | None:
    """T one c, m one a: a stage with its division, alone."""
    number = passage.strict_number(index + 1) if passage.is_in(index, "letter_numbers", "divided") else None
    if number is None or not number.is_whole or not number.spoken or number.value > _HIGHEST_STAGE:
        return None
    letter, after = passage.word(number.end), number.end + 1
    if letter not in ("a", "b", "c", "d") or len(passage.word(after)) == 1 or passage.is_numeral(after):
        return None
    if letter == "a" and not passage.ends_phrase(after):
        return None
    return Match("staging", index, after, f"{passage.word(index).upper()}{number.digits}{letter}")


def match_births(passage: Passage, index: int) -> Match | None:
    """Gravida three para two zero one two: G3P2012. Without all four counts of births the words stay."""
    pregnancies = passage.strict_number(index + 1)
    if not passage.is_in(index, "births", "gravida") or pregnancies is None or not pregnancies.is_whole:
        return None
    start = pregnancies.end
    start += passage.token(start).text == "," or passage.is_in(start, "roman", "commas")
    births = _read_births(passage, start)
    if births is None or pregnancies.scale:
        return None
    return Match("staging", index, births.end, f"G{pregnancies.digits}{births.text}")


def match_more_births(passage: Passage, index: int) -> Match | None:
    """G3P2 and three digits more, as a recogniser writes "G3P2 zero one two"."""
    begun = re.fullmatch("([Gg][0-9]{1,2})[Pp]([0-9])", passage.token(index).text)
    counts = _read_counts(passage, index + 1, _COUNTS_OF_BIRTHS - 1) if begun else None
    if begun is None or counts is None or not passage.language.section("births"):
        return None
    return Match("staging", index, counts[0], f"{begun[1].upper()}P{begun[2]}{counts[1]}")


def match_category(passage: Passage, index: int) -> Match | None:
    """BI-RADS four a: 4A."""
    number = passage.strict_number(index)
    if number is None or not number.is_whole or passage.find_before(index, "letter_numbers", "categories") is None:
        return None
    letter = passage.word(number.end)
    if letter not in ("a", "b", "c") or len(passage.word(number.end + 1)) == 1:
        return None
    named = passage.is_in(number.end + 1, "letter_numbers", "a_before")
    if letter == "a" and not named and not passage.ends_phrase(number.end + 1):
        return None
    is_kidney = passage.find_before(index, "letter_numbers", "small_categories") is not None
    return Match("staging", index, number.end + 1, number.digits + (letter if is_kidney else letter.upper()))


def match_letter_number(passage: Passage, index: int) -> Match | None:
    """B twelve, as one; not "vitamin D one thousand units"."""
    if not passage.is_in(index, "letter_numbers", "single"):
        return None
    number = passage.strict_number(index + 1)
    if number is None or not number.spoken or not number.is_whole or number.scale or number.value > 199:
        return None
    if contexts.is_counted(passage, number.end) or passage.is_in(number.end, "letter_numbers", "not_before"):
        return None
    vitamins = passage.language.section("letter_numbers").get("vitamins", {})
    if passage.is_in(index - 1, "letter_numbers", "vitamin") and number.digits not in vitamins.get(
        passage.word(index), ()
    ):
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


def _read_births(passage: Passage, index: int) -> Part | None:
    """P two zero one two: births at term, before it, losses and living children, a digit each."""
    if not passage.is_in(index, "births", "para"):
        return None
    counts = _read_counts(passage, index + 1, _COUNTS_OF_BIRTHS)
    return Part(counts[0], "p", "P" + counts[1]) if counts else None


def _read_counts(passage: Passage, index: int, count: int) -> tuple[int, str] | None:
    """So many single digits, said or written."""
    single, digits = passage.language.numerals.single, ""
    for position in range(index, index + count):
        token = passage.token(position)
        digits += token.text if re.fullmatch("[0-9]", token.text) else single.get(token.lower, "")
    end = index + count
    if len(digits) != count and re.fullmatch(f"[0-9]{{{count}}}", passage.token(index).text):
        digits, end = passage.token(index).text, index + 1
    return (end, digits) if len(digits) == count and not contexts.is_counted(passage, end) else None


def _read_staged(passage: Passage, index: int, letter: str) -> Part | None:
    """P t two: with the letter before it that says how the stage was found."""
    if letter not in _STAGED:
        return None
    if passage.token(index).kind is Kind.MIXED:
        written = _WRITTEN_STAGE.fullmatch(passage.token(index).text)
        return Part(index + 1, letter, written[0]) if written and written[2].lower() == letter else None
    start = passage.find(index, "letter_numbers", "prefixes")
    part = _read_part(passage, start) if start is not None else None
    if start is None or part is None or part.letter != letter:
        return None
    return replace(part, text=passage.source(index, start).replace(" ", "").lower() + part.text)


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
    if token.lower == "v" and suffix.lower == "t" and _continues(passage, number.end + 1):
        # no voice because of a tube
        return Part(number.end + 1, token.lower, text + "T")
    return Part(number.end, token.lower, text)


def _continues(passage: Passage, index: int) -> bool:
    """Whether another letter with a number, or an end, follows."""
    if passage.token(index).kind in (Kind.MARK, Kind.BREAK):
        return True
    index = passage.find(index, "letter_numbers", "prefixes") or index
    return len(passage.word(index)) == 1 and (passage.is_numeral(index + 1) or passage.word(index + 1) == "x")
