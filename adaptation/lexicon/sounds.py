"""Spellings reduced to sounds, so that what a recogniser spelled by ear can be compared with how a term is spelled.

English spelling is followed as far as it decides: ph and f, c before e, silent letters, doubled letters. What is left
is a letter for each sound. Vowels are kept, because terms differ in them, but weigh less than consonants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from adaptation.lexicon.phonetics import plain_letters, respell

# Applied in this order to words that `respell` gave; capitals are sounds that no single letter stands for.
_SOUNDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bwr", "r"),
        (r"\bkn", "n"),
        (r"\bgn", "n"),
        (r"mb\b", "m"),
        (r"ph", "f"),
        (r"gh(?=t|\b)", ""),
        (r"gh", "g"),
        (r"ck", "k"),
        (r"tch|ch", "C"),
        (r"sh", "S"),
        (r"th", "T"),
        (r"dg", "j"),
        (r"[stc]i(?=on|ou|al\b|an\b)", "S"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"g(?=[eiy])", "j"),
        (r"x", "ks"),
        (r"q", "k"),
        (r"z", "s"),
        (r"mp(?=[st])", "m"),
        (r"ew", "u"),
        (r"(?<=[aeiou])[wh]", ""),
        (r"y(?=[aeiou])", "Y"),
        (r"y", "i"),
        (r"(?<=[aeiou][^aeiou\W])e\b|(?<=[aeiou][^aeiou\W]{2})e\b", ""),
        (r"ee|ea|ie|ei", "i"),
        (r"oo|ou|eu|ue|ui", "u"),
        (r"ai|ay", "e"),
        (r"au|oa", "o"),
        (r"(.)\1+", r"\1"),
    )
)
_LETTER_NAMES = {
    "b": "bee", "c": "see", "d": "dee", "e": "ee", "f": "ef", "g": "jee", "h": "aitch", "j": "jay", "k": "kay",
    "l": "el", "m": "em", "n": "en", "o": "o", "p": "pee", "q": "kew", "r": "ar", "s": "es", "t": "tee", "u": "yu",
    "v": "vee", "w": "double u", "x": "eks", "y": "wy", "z": "zee",
}  # fmt: skip
_KIN = str.maketrans("aeiouYbdgjSCTvm", "aaaaaaptkssstfn")
_VOWELS = str.maketrans("", "", "a")
_CODA_R = re.compile(r"r(?=[^ah]|$)")  # half of all speakers leave it out, and it is heard where it is not
_DOUBLED = re.compile(r"(.)\1+")
# What one sound costs: a vowel for another the first, a vowel more or less the first two, consonants of kin for each
# other the first, all other consonants the three together.
_WEIGHTS = (0.35, 0.25, 0.4)
_SHORTEST = 0.25  # less than a form of one sound


class Sounds(NamedTuple):
    """A form's sounds three times: all, by kinds (one vowel, b and p alike), and the consonants' kinds alone."""

    all: str
    kinds: str
    consonants: str


def sounds_of(forms: Sequence[str]) -> list[str]:
    """The sounds of each written or heard form, without spaces; of single letters those of their names. Empty for
    forms that are not in Latin letters."""
    lines = "\n".join(_spelled(form) for form in forms)
    lines = respell(lines)  # one long text is a tenth of the work of many short ones
    for pattern, replacement in _SOUNDS:
        lines = pattern.sub(replacement, lines)
    return lines.replace(" ", "").split("\n")


def compare_by(sounds: str) -> Sounds:
    kinds = _DOUBLED.sub(r"\1", _CODA_R.sub("", sounds.translate(_KIN)))
    return Sounds(sounds, kinds, kinds.translate(_VOWELS))


def similarity(first: Sounds, second: Sounds) -> float:
    """How alike two forms sound, from 0 to 1: one less the weighted edits over the weighted length."""
    edits = longest = 0.0
    for weight, one, other in zip(_WEIGHTS, first, second, strict=True):
        edits += weight * Levenshtein.distance(one, other)
        longest += weight * max(len(one), len(other))
    return 1.0 - edits / longest if longest else 0.0


def similarities(first: Sounds, others: Sequence[Sounds]) -> list[float]:
    """The similarity of each of the others to the first; of many, in less time than one by one."""
    if not others:
        return []
    edits = np.zeros(len(others))
    longest = np.zeros(len(others))
    for weight, one, each in zip(_WEIGHTS, first, zip(*others, strict=True), strict=True):
        edits += weight * cdist([one], each, scorer=Levenshtein.distance)[0]
        longest += weight * np.maximum(len(one), [len(other) for other in each])
    alike: list[float] = np.where(longest > 0.0, 1.0 - edits / np.maximum(longest, _SHORTEST), 0.0).tolist()
    return alike


def _spelled(form: str) -> str:
    letters = plain_letters(form)
    if not letters.isascii():
        return ""
    return " ".join(_LETTER_NAMES.get(word, word) for word in letters.split())
