"""What is said letter by letter, and names with a spelling of their own."""

from __future__ import annotations

import re

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.phrases import Phrases, is_hyphen
from app.dictation.rules import contexts, frequencies, staging, units
from app.dictation.tokens import Kind

_LONGEST_RUN = 30
_LEAST_VALUE = 10  # a smaller whole number may belong to the letters


def name_words(language: Language) -> frozenset[str]:
    return _names(language).first_words


def special_words(language: Language) -> frozenset[str]:
    return _specials(language).first_words | language.phrases("abbreviations", "before_numbers").first_words


def plain_words(language: Language) -> frozenset[str]:
    return frozenset(language.section("abbreviations").get("words", "").split())


def match_name(passage: Passage, index: int) -> Match | None:
    """Salter Harris, e coli: the usual capitals and hyphens."""
    found = _names(passage.language).find(passage.tokens, index)
    begins = _is_letter(passage, index)
    if found is None or (begins and _is_letter(passage, index - 1) and not passage.match_before(index)):
        return None
    if begins and is_hyphen(passage.tokens, index + 1):
        # x-ray is as good as X-ray
        return None
    if len(passage.word(found[0] - 1)) == 1 and _is_letter(passage, found[0]):
        return None
    return Match("names", index, found[0], found[1])


def match_special(passage: Passage, index: int) -> Match | None:
    """Abbreviations with digits or small letters: A1c, pH, SpO2."""
    found = _specials(passage.language).find(passage.tokens, index) or _find_before_number(passage, index)
    if found is None or (_is_letter(passage, index - 1) and not passage.match_before(index)):
        return None
    end, written = found
    if len(passage.word(end - 1)) == 1 and _goes_on(passage, end):
        return None
    if passage.find(index, "abbreviations", "words_otherwise") == end and not _is_meant(passage, index, end):
        return None
    is_share = passage.find(index, "abbreviations", "below_one") == end and passage.is_in(end, "numerals", "point")
    if not is_share and _is_other_number(passage, end):
        return None
    return Match("abbreviations", index, end, written)


def _is_meant(passage: Passage, index: int, end: int) -> bool:
    """Whether "her two" is a finding, and not the first words of her two children."""
    if passage.is_numeral(end) or passage.token(end).kind in (Kind.MARK, Kind.BREAK):
        return True
    return passage.find(end, "abbreviations", "findings") is not None


def _find_before_number(passage: Passage, index: int) -> tuple[int, str] | None:
    """An element before its value: n a one forty."""
    found = passage.language.phrases("abbreviations", "before_numbers").find(passage.tokens, index)
    number = passage.number(found[0]) if found else None
    if number is None or (number.value < _LEAST_VALUE and number.is_whole):
        return None
    return found


def _goes_on(passage: Passage, index: int) -> bool:
    """Whether the letters after it belong to it; those of a frequency do not: "sub q t i d"."""
    if frequencies.codes_end(passage, index) > index:
        return False
    return _is_letter(passage, index) and not passage.is_in(index, "abbreviations", "letter_words")


def _is_other_number(passage: Passage, end: int) -> bool:
    """Whether the last word is a number of its own: "p o two tablets", "p o two hundred milligrams"."""
    number = passage.strict_number(end - 1)
    if number is None:
        return False
    if number.end != end or passage.is_in(end, "plus_grades", "times"):
        return True
    return units.read_unit(passage, end, True) is not None or contexts.counts(passage, end - 1, end, number)


def match_word(passage: Passage, index: int) -> Match | None:
    """Abbreviations that a recogniser wrote as a word: copd."""
    token = passage.token(index)
    return Match("abbreviations", index, index + 1, token.text.upper()) if token.text.islower() else None


def match_letters(passage: Passage, index: int) -> Match | None:
    """A run of letters, cut into known abbreviations where it is made of them."""
    if not _is_letter(passage, index) or (_is_letter(passage, index - 1) and not passage.match_before(index)):
        return None
    end = index
    while end < index + _LONGEST_RUN and _is_letter(passage, end):
        end += 1
    end = _own_end(passage, index, end)
    letters = passage.source(index, end).replace(" ", "").upper()
    plural = re.fullmatch("([a-z])['’]s", passage.word(end))
    if plural and passage.token(end).text.isascii():
        letters, end = letters + plural[1].upper(), end + 1
    text = _write(passage, index, letters)
    if text is None or (not plural and _takes_number(passage, end, letters)):
        return None
    return Match("abbreviations", index, end, text + ("s" if plural else ""))


def starts_known(passage: Passage, index: int) -> bool:
    """Whether a run of letters that is made of known abbreviations starts here."""
    end = index
    while end < index + _LONGEST_RUN and _is_letter(passage, end):
        end += 1
    letters = passage.source(index, end).replace(" ", "").upper()
    known = _known(passage.language)
    return letters in known or bool(_cut(letters, known))


def _own_end(passage: Passage, index: int, end: int) -> int:
    """Where a run of letters ends whose last ones are a frequency or begin something with a number: o s q i d,
    a b g p h seven, g c s e four v five, m c a m one.

    What is before must be an abbreviation by itself."""
    known = _known(passage.language)
    if passage.source(index, end).replace(" ", "").upper() in known:
        return end
    for start in range(index + 2, end):
        if passage.source(index, start).replace(" ", "").upper() not in known:
            continue
        found = _specials(passage.language).find(passage.tokens, start)
        numbered = found is not None and found[0] >= end and passage.is_numeral(found[0])
        numbered |= start == end - 1 and passage.is_in(start, "letter_numbers", "single") and passage.is_numeral(end)
        name = _names(passage.language).find(passage.tokens, start)
        if (
            (name is not None and name[0] > end)
            or numbered
            or frequencies.codes_end(passage, start) >= end
            or staging.match_sequence(passage, start)
        ):
            return start
    return end


def _write(passage: Passage, index: int, letters: str) -> str | None:
    """The letters as abbreviations; a leading "a" or "I" may be a word of its own."""
    known = _known(passage.language)
    parts = [letters] if letters in known else _cut(letters, known)
    if parts:
        return " ".join(known[part] for part in parts)
    if letters[0] in "AI":
        parts = _cut(letters[1:], known)
        if parts:
            first = passage.token(index).text if letters[0] == "A" else "I"
            return " ".join([first, *(known[part] for part in parts)])
        return letters if len(letters) > 3 else None
    return letters if len(letters) > 1 else None


def _takes_number(passage: Passage, end: int, letters: str) -> bool:
    """Whether the last letter belongs to a number after it and the rest is nothing by itself."""
    return len(letters) == 2 and passage.strict_number(end) is not None and letters not in _known(passage.language)


def _is_letter(passage: Passage, index: int) -> bool:
    token = passage.token(index)
    return token.kind is Kind.WORD and len(token.text) == 1 and token.text.isascii()


def _cut(letters: str, known: dict[str, str]) -> list[str]:
    """The letters as known abbreviations in a row, the fewest first; empty when they are not."""
    best: list[list[str] | None] = [[], *([None] * len(letters))]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 7), end - 1):
            head = best[start]
            if head is not None and letters[start:end] in known:
                found = best[end]
                if found is None or len(head) + 1 < len(found):
                    best[end] = [*head, letters[start:end]]
    return best[-1] or []


def _names(language: Language) -> Phrases[str]:
    def build(language: Language) -> Phrases[str]:
        return Phrases(
            [
                (said.strip(), name)
                for name, all_said in language.section("names").items()
                for said in all_said.split("|")
            ]
        )

    return language.table("names", build)


def _specials(language: Language) -> Phrases[str]:
    return language.phrases("abbreviations", "special")


def _known(language: Language) -> dict[str, str]:
    return language.mapping("known abbreviations", _build_known)


def _build_known(language: Language) -> dict[str, str]:
    section = language.section("abbreviations")
    hyphenated = section.get("hyphenated", {})
    return {name: hyphenated.get(name, name) for name in section.get("known", "").split()}
