"""Vertebral levels: L4-L5, T12."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts
from app.dictation.tokens import Kind

_REACH = 6


@dataclass(frozen=True, slots=True)
class Level:
    """A vertebra up to the token `end`."""

    end: int
    letter: str
    number: int

    @property
    def text(self) -> str:
        return f"{self.letter.upper()}{self.number}"


def match_level(passage: Passage, index: int) -> Match | None:
    """A level, or neighbours that make a disc or a stretch."""
    level = read_level(passage, index)
    if level is None:
        return None
    text = level.text
    while True:
        joint, start = _read_joint(passage, index, level)
        lower = read_level(passage, start)
        if lower is None or not _is_below(passage, lower, level):
            break
        level, text = lower, text + joint + lower.text
    short = _read_short(passage, index, level)
    if short is not None and text == level.text:
        return Match("vertebrae", index, short[0], text + short[1])
    return Match("vertebrae", index, level.end, text)


def read_level(passage: Passage, index: int) -> Level | None:
    letters = passage.language.section("vertebrae").get("letters", {})
    token = passage.token(index)
    if token.kind is Kind.MIXED:
        match = re.fullmatch("([CTLS])([0-9]{1,2})", token.text)
        if match and 1 <= int(match[2]) <= letters.get(match[1].lower(), 0):
            return Level(index + 1, match[1].lower(), int(match[2]))
        return None
    most = letters.get(passage.word(index), 0)
    number = passage.strict_number(index + 1) if most else None
    if number is None or not number.is_whole or number.scale or not 1 <= number.value <= most:
        return None
    if passage.is_in(number.end, "layout_of_units", "strengths"):
        # d s, one tab
        return None
    return Level(number.end, token.lower, int(number.digits))


def _read_joint(passage: Passage, index: int, first: Level) -> tuple[str, int]:
    """What is written between two levels, and where the second would start."""
    end = passage.skip_hyphen(first.end)
    if passage.is_in(end, "vertebrae", "range"):
        opened = passage.find_before(index, "vertebrae", "range_opens") is not None
        return (f" {passage.token(end).text} " if opened else "-"), end + 1
    if passage.is_in(end, "vertebrae", "slash"):
        return "/", end + 1
    if passage.is_in(end, "vertebrae", "hyphen"):
        return "-", end + 1
    around = set(passage.nearby(index, _REACH, _REACH))
    sounds = first.letter == passage.language.section("vertebrae")["sounds"]
    if sounds and around & passage.language.words("vertebrae", "not_near"):
        return " ", end
    return "-", end


def _is_below(passage: Passage, lower: Level, upper: Level) -> bool:
    order = passage.language.section("vertebrae")["order"]
    return (order.index(upper.letter), upper.number) < (order.index(lower.letter), lower.number)


def _read_short(passage: Passage, index: int, first: Level) -> tuple[int, str] | None:
    """The end of the lower neighbour that is named by its number alone, and what is written for it: L4-5, L4/5."""
    joint, start = _read_joint(passage, index, first)
    number = passage.strict_number(start)
    if number is None or not number.spoken or number.digits != str(first.number + 1):
        return None
    if contexts.is_counted(passage, number.end):
        return None
    joined = passage.is_in(start - 1, "vertebrae", "slash") or passage.is_in(start - 1, "vertebrae", "hyphen")
    if not joined and not contexts.may_end(passage, number.end):
        return None
    return number.end, joint + number.digits
