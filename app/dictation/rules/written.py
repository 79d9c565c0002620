"""What a recogniser has half written: 500mg, 120/80 millimeters of mercury, p.r.n."""

from __future__ import annotations

import re

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts, units
from app.dictation.tokens import Kind, tokenize

_JOINED = re.compile(r"((?:[0-9][0-9.,]*[-–])?)([0-9][0-9.,]*)([A-Za-zµμ]{1,5})((?:/[A-Za-z]{1,4})*)")
_NUMBERS = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:[-–/][0-9]+(?:[.,][0-9]+)?)?")


def match_written(passage: Passage, index: int) -> Match | None:
    """A token of digits and letters with the unit in it, or one before a unit in words."""
    token = passage.token(index)
    if token.kind is not Kind.MIXED:
        return None
    if _NUMBERS.fullmatch(token.text):
        return _match_numbers(passage, index, token.text)
    joined = _JOINED.fullmatch(token.text)
    if joined is None:
        return None
    alone = Passage(tokenize(f"{joined[2]} {joined[3]}{joined[4]}"), passage.language, passage.options)
    number = alone.strict_number(0)
    unit = units.read_unit(alone, 1, is_spoken=False) if number else None
    if number is None or unit is None or unit.end != len(alone.tokens):
        return None
    return Match(unit.rule, index, index + 1, joined[1] + alone.write(number) + unit.text)


def _match_numbers(passage: Passage, index: int, text: str) -> Match | None:
    unit = units.read_unit(passage, index + 1, is_spoken=False)
    if unit is not None:
        return Match(unit.rule, index, unit.end, text + unit.text)
    period = contexts.modifier_end(passage, index, index + 1) if "/" not in text else None
    if period is not None and passage.options.allows("durations"):
        return Match("durations", index, period, f"{text}-{passage.token(period - 1).text}")
    end = passage.find(index + 1, "amounts", "out_of")
    below: Number | None = passage.strict_number(end) if end else None
    if below and "/" not in text and passage.options.allows("fractions"):
        return Match("fractions", index, below.end, f"{text}/{below.digits}")
    return None
