"""What in another wording could harm: numbers, doses, negations, sides, a meaning turned round, a drug exchanged."""

from __future__ import annotations

from enum import StrEnum

from adaptation.lexicon.look_alikes import are_look_alikes
from adaptation.lexicon.meaning import protected_words
from adaptation.lexicon.opposites import are_opposite
from adaptation.lexicon.protection import Protected
from app.dictation.language import languages, load_language
from app.dictation.tokens import tokenize


class Caution(StrEnum):
    """Why a wording is not taken for granted."""

    NUMBER = "number"
    DOSE = "dose"
    NEGATION = "negation"
    SIDE = "side"
    OPPOSITE = "opposite"
    LOOK_ALIKE = "look-alike"


_OF_PROTECTED = {
    Protected.NUMBER: Caution.NUMBER,
    Protected.DOSE: Caution.DOSE,
    Protected.NEGATION: Caution.NEGATION,
    Protected.SIDE: Caution.SIDE,
}


def cautions_about(before: str, after: str, language: str) -> tuple[Caution, ...]:
    """What of this kind `after` holds, or takes away when it is written in place of `before`."""
    code = "en" if language == "auto" else language.split("-")[0]
    found = _named(before, code) ^ _named(after, code)
    named = {caution for caution, _ in found} | {caution for caution, _ in _named(after, code)}
    if are_opposite(before, after):
        named.add(Caution.OPPOSITE)
    if are_look_alikes(before, after):
        named.add(Caution.LOOK_ALIKE)
    return tuple(caution for caution in Caution if caution in named)


def _named(text: str, code: str) -> set[tuple[Caution, str]]:
    if code == "en" or code not in languages():
        return {(_OF_PROTECTED[kind], word) for kind, word in protected_words(text)}
    language = load_language(code)
    negations, sides = (language.words("protected", key) for key in ("negations", "sides"))
    found: set[tuple[Caution, str]] = set()
    for token in tokenize(text):
        if any(map(str.isdecimal, token.text)) or language.numerals.may_start(token.lower):
            found.add((Caution.NUMBER, token.lower))
        if token.lower in negations:
            found.add((Caution.NEGATION, token.lower))
        if token.lower in sides:
            found.add((Caution.SIDE, token.lower))
    return found
