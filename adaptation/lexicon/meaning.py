"""What may not change between two forms of a text: numbers, doses, negations and sides, however they are said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from adaptation.lexicon.common_words import is_common
from adaptation.lexicon.numbers import NUMBER_WORDS, ORDINALS, digits_of
from adaptation.lexicon.opposites import are_opposite
from adaptation.lexicon.protection import FREQUENCIES, NEGATIONS, SIDES, Protected
from adaptation.lexicon.spoken_forms import UNITS, propose_spoken
from adaptation.lexicon.terms import Term

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|%|[^\W\d_]+(?:[-'][^\W\d_]+)*")
_NAME_WITH_DIGITS = re.compile(r"\b[^\W\d_]+\d\w*")  # HbA1c may be said without its number, 5 mg not
_APOSTROPHES = str.maketrans({"\u2019": "'"})
_NUMBERS = NUMBER_WORDS | ORDINALS.keys()
_UNIT_WORDS = frozenset([word.removesuffix("s") for word in UNITS.values() if " " not in word] + ["percent"])
_OTHER_MEANINGS = frozenset(["unit", "mole", "gray"])
_FRACTIONS = frozenset(["half", "quarter", "double", "triple"])


def protected_words(form: str) -> Counter[tuple[Protected, str]]:
    """The digits, units, frequencies, negations and sides of a text, each as often as it stands there; five milligrams
    has the same as 5 mg.

    What only forms part of a hyphenated word that English does not know, as the zero of zero-thalmia, is none of them.
    """
    found: Counter[tuple[Protected, str]] = Counter()
    numbers: list[str] = []
    counts = False  # whether a unit may follow
    for piece in _PIECE.findall(form.translate(_APOSTROPHES)):
        unit = _unit(piece, follows_number=counts)
        counts = counts and unit is not None
        if unit is not None:
            found[Protected.DOSE, unit] += 1
        for word in _words(piece.casefold()) if unit is None else ():
            is_time = word == "second" and numbers[-1:] not in ([], ["-"])
            if word[0].isdecimal() or (word in _NUMBERS and not is_time):
                counts = True
                numbers.append(word)
                if word in _FRACTIONS:
                    found[Protected.NUMBER, word] += 1
                continue
            kind = _kind(word)
            if kind is not None:
                found[kind, word] += 1
        if not counts and piece.casefold() != "and":
            numbers.append("-")
    digits = digits_of(numbers)
    if digits:
        found[Protected.NUMBER, digits] += 1
    return found


def changed_by(term: Term, spoken: str) -> tuple[str, ...]:
    """What would be changed if the term were written for the spoken form, in words; nothing for one to be trusted."""
    if spoken.casefold() == term.written.casefold():
        return ()
    said = protected_words(spoken)
    nameless = _NAME_WITH_DIGITS.sub(" ", term.written)
    ways = [protected_words(way) for way in (term.written, *propose_spoken(term.written), nameless)]
    if said in ways:
        return ("meaning",) if are_opposite(spoken, term.written) else ()
    difference = (said - ways[0]) + (ways[0] - said)
    return tuple(dict.fromkeys(str(kind) for kind, _ in difference))


def trusted_spoken(term: Term) -> tuple[str, ...]:
    """The term's own spoken forms, less those for which it would be wrong to write it."""
    return tuple(form for form in term.spoken if not changed_by(term, form))


def trusted_forms(term: Term) -> tuple[str, ...]:
    """How a term is said: by its own spoken forms, or where it has none by the proposals, or as it is written."""
    return trusted_spoken(term) or propose_spoken(term.written) or (term.written,)


def _words(piece: str) -> Iterator[str]:
    parts = piece.split("-")
    if len(parts) == 1 or all(part in _NUMBERS or _kind(part) is not None or is_common(part) for part in parts):
        yield from parts


def _kind(word: str) -> Protected | None:
    if word in NEGATIONS or word.endswith("n't"):
        return Protected.NEGATION
    if word in SIDES:
        return Protected.SIDE
    return Protected.DOSE if word in FREQUENCIES else None


def _unit(piece: str, *, follows_number: bool) -> str | None:
    """The unit's word in the singular. Abbreviations, and words that mean other things too, are units behind a number
    only: neither the h of h b a one c nor an intensive care unit is one."""
    if follows_number and piece in UNITS:
        return UNITS[piece].removesuffix("s")
    word = piece.casefold().replace("meter", "metre").replace("liter", "litre").removesuffix("s")
    return word if word in _UNIT_WORDS and (follows_number or word not in _OTHER_MEANINGS) else None
