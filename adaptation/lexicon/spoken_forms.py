"""Proposals for how a written form is said: letters spelled, digits, units and signs in words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from adaptation.lexicon.numbers import roman, ways_to_say

_MOST = 6
_UNITS = {
    "mg": "milligrams", "mcg": "micrograms", "µg": "micrograms", "μg": "micrograms", "ng": "nanograms",
    "kg": "kilograms", "g": "grams", "mL": "millilitres", "ml": "millilitres", "L": "litres", "dL": "decilitres",
    "mm": "millimetres", "cm": "centimetres", "m2": "square metres", "mmol": "millimoles", "mol": "moles",
    "mEq": "milliequivalents", "mmHg": "millimetres of mercury", "IU": "international units", "kPa": "kilopascals",
    "Hz": "hertz", "kHz": "kilohertz", "Gy": "gray", "mSv": "millisieverts", "ms": "milliseconds", "h": "hours",
}  # fmt: skip
_BRITISH = {word for unit in (*_UNITS, *_UNITS.values()) for word in unit.casefold().split()} - {"of"}
_SPELLED = _BRITISH | {word.replace("metre", "meter").replace("litre", "liter") for word in _BRITISH}
UNIT_WORDS = frozenset(_SPELLED | {word.removesuffix("s") for word in _SPELLED if len(word) > 3})
UNITS = {**_UNITS, "IU": "units", "mmHg": "millimetres", "%": "percent"}  # each by the word that tells it from others
_SIGNS = {
    "%": "percent", "+": "plus", "&": "and", "=": "equals", "<": "less than", ">": "greater than", "°": "degrees",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "λ": "lambda", "µ": "micro", "μ": "micro",
    "ω": "omega",
}  # fmt: skip
# A number; a Greek letter or sign; a run of letters.
_PIECE = re.compile(r"\d+(?:\.\d+)?|[%+&=<>°αβγδκλµμω]|[^\W\d_]+(?:'[^\W\d_]+)?")
_VOWEL = re.compile(r"[AEIOUY]")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SPELLED_UP_TO = 5


def propose_spoken(written: str) -> tuple[str, ...]:
    """Up to six proposals, the likeliest first; none where a term is said as it is written.

    HbA1c gives "h b a one c", B12 "b twelve" and "b one two", COPD "c o p d", 5 mg "five milligrams", factor VIII
    "factor eight".
    """
    words = written.replace("/", " / ").split()
    neighbours = zip(("", *words), words, (*words[1:], ""), strict=False)
    ways = [tuple(_ways_of_word(word, before, after)) for before, word, after in neighbours]
    said = (" ".join(" ".join(way).split()) for way in itertools.islice(itertools.product(*ways), 4 * _MOST))
    plain = " ".join(written.casefold().split())
    distinct = dict.fromkeys(form for form in said if form and form.casefold() != plain)
    return tuple(itertools.islice(distinct, _MOST))


def _ways_of_word(word: str, before: str, after: str) -> Iterator[str]:
    """The ways to say one word, which is hyphenated, mixed from letters and digits, or plain."""
    if word == "/":
        yield "per" if after in _UNITS else "over" if before[-1:].isdigit() and after[:1].isdigit() else ""
        return
    bare = word.strip(".,;:()[]")
    number = roman(bare)
    if number is not None and (len(bare) > 1 or before.casefold() in _NUMBERED):
        yield ways_to_say(str(number))[0]
        if before.casefold() in _NUMBERED:
            return
    if bare in _UNITS and (before[-1:].isdigit() or before == "/"):
        yield _UNITS[bare].removesuffix("s") if before == "/" else _UNITS[bare]
        return
    pieces = _PIECE.findall(word)
    is_mixed = len(pieces) > 1 and any(_DIGITS.fullmatch(piece) for piece in pieces)
    ways = [_ways_of_piece(piece, is_mixed) for piece in pieces]
    yield from (" ".join(way) for way in itertools.product(*ways))


_NUMBERED = frozenset(["type", "factor", "grade", "stage", "class", "nerve", "phase", "degree", "level", "category"])


def _ways_of_piece(piece: str, is_mixed: bool) -> tuple[str, ...]:
    if _DIGITS.fullmatch(piece):
        return ways_to_say(piece)
    if piece in _SIGNS:
        return (_SIGNS[piece],)
    if is_mixed and piece in _UNITS and len(piece) > 1:
        return (_UNITS[piece],)
    if _is_spelled(piece, is_mixed):
        spelled = " ".join(piece.casefold())
        return (spelled, piece.casefold()) if len(piece) > 3 and _VOWEL.search(piece) else (spelled,)
    return (piece,)


def _is_spelled(piece: str, is_mixed: bool) -> bool:
    """Short runs of capitals are spelled, such as COPD, and so is what stands with digits, such as the q of q6h."""
    if not piece.isascii() or len(piece) > _SPELLED_UP_TO:
        return False
    if is_mixed and len(piece) <= 2:
        return True
    return len(piece) > 1 and sum(letter.isupper() for letter in piece) >= max(2, len(piece) - 1)
