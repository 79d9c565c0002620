"""What no correction step may change: numbers, negations and sides."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from adaptation.lexicon.common_words import is_common
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
_WORD_OR_DIGITS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[-'][^\W\d_]+)*")


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


def protected_words(form: str) -> Counter[str]:
    """The numbers, negations and sides of a text, each as often as it stands there.

    What only forms part of a hyphenated word that English does not know, as the zero of zero-thalmia, is none of them.
    """
    found: Counter[str] = Counter()
    for word in _WORD_OR_DIGITS.findall(form.casefold()):
        parts = word.split("-")
        if len(parts) == 1 or all(_is_protected(part) or is_common(part) for part in parts):
            found.update(part for part in parts if _is_protected(part))
    return found


def _is_protected(word: str) -> bool:
    return word[0].isdecimal() or word in NUMBER_WORDS or word in _NEGATIONS or word in _SIDES or word.endswith("n't")
