"""What no correction step may change: numbers, negations and sides."""

from __future__ import annotations

import re
from enum import StrEnum

from adaptation.lexicon.numbers import NUMBER_WORDS

_NEGATIONS = frozenset(
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
_SIDES = frozenset(["left", "right", "bilateral", "unilateral", "ipsilateral", "contralateral", "dexter", "sinister"])
_WORD = re.compile(r"[^\W\d_]+")


class Protected(StrEnum):
    NUMBER = "number"
    NEGATION = "negation"
    SIDE = "side"


def protected_parts(form: str) -> tuple[Protected, ...]:
    """The kinds of protected words in a written or spoken form."""
    words = set(_WORD.findall(form.casefold()))
    found = []
    if words & NUMBER_WORDS or any(character.isdecimal() for character in form):
        found.append(Protected.NUMBER)
    if words & _NEGATIONS:
        found.append(Protected.NEGATION)
    if words & _SIDES:
        found.append(Protected.SIDE)
    return tuple(found)
