"""What no correction step may change: numbers, negations and sides."""

from __future__ import annotations

import re
from enum import StrEnum

from adaptation.lexicon.numbers import NUMBER_WORDS

NEGATIONS = frozenset(
    [
        "no",
        "not",
        "non",
        "nor",
        "none",
        "never",
        "without",
        "absent",
        "absence",
        "negative",
        "denies",
        "denied",
        "cannot",
    ]
)
SIDES = frozenset(["left", "right", "bilateral", "unilateral", "ipsilateral", "contralateral", "dexter", "sinister"])
FREQUENCIES = frozenset(["once", "twice", "thrice", "daily", "hourly", "weekly", "monthly", "nightly"])
_WORD = re.compile(r"[^\W\d_]+")


class Protected(StrEnum):
    NUMBER = "number"
    NEGATION = "negation"
    SIDE = "side"
    DOSE = "dose"


def protected_parts(form: str) -> tuple[Protected, ...]:
    """The kinds of protected words in a written or spoken form; units and frequencies aside."""
    words = set(_WORD.findall(form.casefold()))
    found = []
    if words & NUMBER_WORDS or any(character.isdecimal() for character in form):
        found.append(Protected.NUMBER)
    if words & NEGATIONS:
        found.append(Protected.NEGATION)
    if words & SIDES:
        found.append(Protected.SIDE)
    return tuple(found)
