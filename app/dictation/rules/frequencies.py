"""How often a medicine is taken: q6h, BID."""

from __future__ import annotations

import re

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.phrases import Phrases
from app.dictation.rules.amounts import read_amount
from app.dictation.tokens import Kind

_USUAL_HOURS = frozenset(["2", "3", "4", "6", "8", "12", "24", "48", "72"])
_WRITTEN_EVERY = re.compile(r"q([0-9]+(?:-[0-9]+)?)(h|hr|hrs)?")


def first_words(language: Language) -> frozenset[str]:
    return (
        language.words("frequencies", "every")
        | _codes(language).first_words
        | frozenset(word for said in _written(language).values() for word in said.split())
    )


def match_frequency(passage: Passage, index: int) -> Match | None:
    """Every so many hours, or a code said in letters."""
    if passage.is_in(index, "frequencies", "every"):
        every = _match_every(passage, index)
        if every:
            return every
    found = _codes(passage.language).find(passage.tokens, index)
    if (
        found
        and not _goes_on(passage, found[0])
        and (not _is_letter(passage, index - 1) or passage.match_before(index))
    ):
        return Match("frequencies", index, found[0], found[1])
    return _match_written_code(passage, index)


def codes_end(passage: Passage, index: int) -> int:
    """The index after the codes in letters that stand here, one after the other: t i d p r n, or the q of q six h."""
    while (found := _codes(passage.language).find(passage.tokens, index)) is not None:
        index = found[0]
    is_every = passage.is_in(index, "frequencies", "every") and _match_every(passage, index) is not None
    return index + 1 if is_every else index


def match_written_every(passage: Passage, index: int) -> Match | None:
    """Q6H, q6 hours."""
    match = _WRITTEN_EVERY.fullmatch(passage.token(index).lower)
    if match is None or not passage.language.section("frequencies"):
        return None
    if match[2]:
        return Match("frequencies", index, index + 1, f"q{match[1]}h")
    end = _interval(passage, index + 1)
    return Match("frequencies", index, end[0], f"q{match[1]}{end[1]}") if end else None


def _match_every(passage: Passage, index: int) -> Match | None:
    amount = read_amount(passage, index + 1)
    if amount is None:
        return None
    interval = _interval(passage, amount.end)
    text = "-".join(amount.text.split(" to ")) if amount.rule == "ranges" else amount.text
    if interval is None:
        # hours that are not said: IV q six
        is_usual = amount.text in _USUAL_HOURS and (
            passage.ends_phrase(amount.end) or _codes(passage.language).find(passage.tokens, amount.end)
        )
        return Match("frequencies", index, amount.end, f"q{text}") if is_usual else None
    return Match("frequencies", index, interval[0], f"q{text}{interval[1]}")


def _interval(passage: Passage, index: int) -> tuple[int, str] | None:
    index = passage.skip_hyphen(index)
    if passage.is_in(index, "frequencies", "hours"):
        return index + 1, "h"
    if passage.is_in(index, "frequencies", "minutes"):
        return index + 1, "min"
    longer = passage.language.section("frequencies")["longer"].get(passage.word(index))
    return (index + 1, f" {longer}") if longer else None


def _match_written_code(passage: Passage, index: int) -> Match | None:
    token = passage.token(index)
    for written, said in _written(passage.language).items():
        if token.lower not in said.split() or token.text == written:
            continue
        if token.lower == passage.language.section("frequencies")["written"]["only_after_amounts"]:
            before = passage.match_before(index)
            if before is None and passage.token(index - 1).kind not in (Kind.NUMBER, Kind.MIXED):
                return None
        stop = "." if token.kind is Kind.DOTTED and _ends_sentence(passage, index + 1) else ""
        return Match("frequencies", index, index + 1, written + stop)
    return None


def _ends_sentence(passage: Passage, index: int) -> bool:
    """Whether the dot of an abbreviation is a full stop as well."""
    token = passage.token(index)
    return token.kind is Kind.BREAK or (token.kind is Kind.WORD and token.text.istitle() and len(token.text) > 1)


def _goes_on(passage: Passage, index: int) -> bool:
    """Whether more letters follow that begin no code of their own."""
    if passage.is_in(index, "frequencies", "every") or _codes(passage.language).find(passage.tokens, index):
        return False
    return _is_letter(passage, index)


def _is_letter(passage: Passage, index: int) -> bool:
    """Whether a letter of an abbreviation stands here, as in "a b i d"."""
    return (
        len(passage.word(index)) == 1
        and not passage.is_in(index, "abbreviations", "letter_words")
        and passage.token(index).text.isascii()
    )


def _codes(language: Language) -> Phrases[str]:
    def build(language: Language) -> Phrases[str]:
        return Phrases([(said, written) for written, said in language.section("frequencies").get("codes", {}).items()])

    return language.table("frequency codes", build)


def _written(language: Language) -> dict[str, str]:
    written = dict(language.section("frequencies").get("written", {}))
    written.pop("only_after_amounts", None)
    return written
