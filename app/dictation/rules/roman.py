"""Roman numerals where medicine writes them: cranial nerve VII, stage III, factor VIII, type II fracture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.phrases import Phrases
from app.dictation.rules import contexts, punctuation
from app.dictation.rules.abbreviations import starts_known
from app.dictation.tokens import Kind

_SYMBOLS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_REACH = 3


def match_roman(passage: Passage, index: int) -> Match | None:
    """The numbers after a word that takes Roman ones, with ranges and lists between them."""
    use = _find_use(passage, index)
    if use is None:
        return None
    item = _read_item(passage, index, use)
    if item is None:
        return None
    end, text = item
    is_list = passage.is_in(index - 1, "roman", "plurals")
    while True:
        linked = _read_link(passage, end, is_list)
        following = _read_item(passage, linked[0], use) if linked else None
        if linked is None or following is None or contexts.is_counted(passage, following[0]):
            more = use.get("alone") and passage.is_numeral(end)  # axis one eighty
            return None if more else Match("roman", index, end, text)
        end, text = following[0], text + linked[1] + following[1]


def to_roman(value: int) -> str:
    """From 1 to 39."""
    text = ""
    for size, symbol in _SYMBOLS:
        count, value = divmod(value, size)
        text += symbol * count
    return text


def _find_use(passage: Passage, index: int) -> Mapping[str, Any] | None:
    found = _triggers(passage.language).find_before(passage.tokens, index)
    for use in found[1] if found else ():
        start = found[0] if found else 0
        if passage.word(start - 1) in use.get("not_after", ()):
            continue
        if "words" not in use or _is_near(passage, start, index, use):
            return use
    return None


def _is_near(passage: Passage, start: int, index: int, use: Mapping[str, Any]) -> bool:
    after = passage.nearby(index, 0, _REACH + 1)
    if passage.language.words("roman", "never_near") & set(after[:1]):
        return False
    if passage.word(start - 1) in use.get("before", ()):
        return True
    for place, word in enumerate(after):
        if place and (word in (".", ",", ";") or word in passage.language.words("roman", "near_stops")):
            return False
        if word in use["words"]:
            return True
    return False


def _read_item(passage: Passage, index: int, use: Mapping[str, Any]) -> tuple[int, str] | None:
    token = passage.token(index)
    most, letters = use["most"], use.get("letters", "")
    if token.kind is Kind.MIXED:
        return _read_written(token.text, index, most, letters)
    number = passage.strict_number(index)
    if number is None or not number.is_whole or number.scale or not 1 <= number.value <= most:
        return None
    if token.kind is Kind.NUMBER and passage.token(number.end).text in ("%", "/"):
        return None
    text = to_roman(int(number.digits))
    letter = passage.token(number.end)
    if letter.lower and letter.lower in letters and _is_suffix(passage, number.end):
        small = _takes_small_letter(passage, index, number.end + 1)
        return number.end + 1, text + (letter.lower if small else letter.text.upper())
    return number.end, text


def _takes_small_letter(passage: Passage, index: int, end: int) -> bool:
    """Whether kidneys or factors are staged: IIIb, Xa."""
    near = passage.nearby(index, _REACH + 1, _REACH + 1)
    if passage.language.words("roman", "small_letters") & set(near):
        return True
    spelled = passage.find(end, "roman", "small_spelled") or passage.find_before(index - 1, "roman", "small_spelled")
    return spelled is not None


def _read_written(text: str, index: int, most: int, letters: str) -> tuple[int, str] | None:
    """2-12 and 3a, as a recogniser writes them."""
    match = re.fullmatch(r"([0-9]{1,2})(?:([-–/])([0-9]{1,2}))?([A-Za-z]?)", text)
    if match is None or match[4].lower() not in letters or match[2] == "/":
        return None
    values = [int(value) for value in (match[1], match[3]) if value]
    if not all(1 <= value <= most for value in values):
        return None
    return index + 1, "-".join(map(to_roman, values)) + match[4]


def _is_suffix(passage: Passage, index: int) -> bool:
    """Whether a letter belongs to the stage: "stage three b"; "stage three a year ago" it does not."""
    if passage.is_numeral(index + 1):
        return False
    if passage.is_in(index, "amounts", "article"):
        return punctuation.is_said(passage, index + 1) or not passage.is_in(index + 1, "roman", "article_before")
    if len(passage.word(index + 1)) != 1 or passage.is_in(index + 1, "abbreviations", "letter_words"):
        return True
    # three b c k d, but not three c k d
    return not starts_known(passage, index) and starts_known(passage, index + 1)


def _read_link(passage: Passage, index: int, is_list: bool) -> tuple[int, str] | None:
    token = passage.token(index)
    if passage.is_in(index, "roman", "range"):
        return index + 1, "-"
    if not is_list:
        return None
    if token.text == "," or passage.is_in(index, "roman", "commas"):
        if passage.is_in(index + 1, "amounts", "joins"):
            return index + 2, f", {passage.token(index + 1).text} "
        return index + 1, ", "
    if passage.is_in(index, "amounts", "joins"):
        return index + 1, f" {token.text} "
    return (index, " ") if token.kind is Kind.WORD else None


def _triggers(language: Language) -> Phrases[list[Mapping[str, Any]]]:
    return language.table("roman", _build)


def _build(language: Language) -> Phrases[list[Mapping[str, Any]]]:
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for use in (*language.section("roman").get("near", ()), *language.section("roman").get("always", ())):
        for phrase in use["after"]:
            entries.setdefault(phrase, []).append(use)
    return Phrases(entries)
