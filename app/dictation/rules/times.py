"""Times of day."""

from __future__ import annotations

import re

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts, units
from app.dictation.tokens import Kind

_REACH = 6
_AFTERNOON = 13
_USUAL_STEP = 5
_WRITTEN = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(am|pm)?", re.IGNORECASE)


def match_time(passage: Passage, index: int) -> Match | None:
    """Eight thirty a m, fourteen hundred hours, at eight thirty."""
    data = passage.language.section("times")
    if not data or "form" in data:
        return _match_form(passage, index, data["form"]) if data else None
    return _match_half_day(passage, index) or _match_military(passage, index) or _match_bare(passage, index)


def _match_form(passage: Passage, index: int, form: str) -> Match | None:
    """Acht Uhr dreißig, 三点三十分: the word for the hour stands between."""
    hour = passage.strict_number(index)
    if hour is None or not hour.is_whole or hour.value > 24 or not passage.is_in(hour.end, "times", "hours"):
        return None
    minute = passage.strict_number(hour.end + 1)
    if minute is None or not minute.is_whole or minute.scale or minute.value > 59:
        return None
    closed = passage.is_in(minute.end, "times", "minutes")
    if not closed and (passage.language.words("times", "minutes") or contexts.is_counted(passage, minute.end)):
        return None
    return Match("times", index, minute.end + closed, form.format(hour=hour.digits, minute=f"{int(minute.digits):02}"))


def _match_half_day(passage: Passage, index: int) -> Match | None:
    """With a m or p m after it, in any spelling."""
    read = _read_clock(passage, index)
    if read is None:
        return None
    end, hour, minute = read
    if not 1 <= hour <= 12:
        return None
    text = f"{hour}:{minute}" if minute else str(hour)
    if passage.is_in(end, "amounts", "range") and not minute:
        # eight to nine a m
        second = _read_clock(passage, end + 1)
        half = _read_half(passage, second[0]) if second else None
        if second and half and 1 <= second[1] <= 12:
            later = f"{second[1]}:{second[2]}" if second[2] else str(second[1])
            opened = passage.find_before(index, "amounts", "range_opens") is not None
            joint = f" {passage.token(end).text} " if opened else "-"
            return Match("times", index, half[0], f"{text}{joint}{later} {half[1]}")
    half = _read_half(passage, end)
    if half:
        return Match("times", index, half[0], f"{text} {half[1]}")
    clock = passage.find(end, "times", "clock")
    if clock and not minute:
        return Match("times", index, clock, f"{text} o'clock")
    return None


def _read_half(passage: Passage, index: int) -> tuple[int, str] | None:
    data = passage.language.section("times")
    joined = _WRITTEN.fullmatch(passage.token(index - 1).text)
    if joined and joined[3]:
        return index, data[f"{joined[3].lower()}_written"]
    for half in ("am", "pm"):
        end = passage.find(index, "times", half)
        if end is not None:
            return end, data[f"{half}_written"]
        if passage.token(index).lower == data[f"{half}_written"]:
            return index + 1, data[f"{half}_written"]
    return None


def _read_clock(passage: Passage, index: int) -> tuple[int, int, str] | None:
    """The end, the hour, and the minutes in two digits or nothing."""
    token = passage.token(index)
    written = _WRITTEN.fullmatch(token.text) if token.kind in (Kind.NUMBER, Kind.MIXED) else None
    if written:
        if written[2] and int(written[2]) > 59:
            return None
        return index + 1, int(written[1]), written[2] or ""
    hour = passage.strict_number(index)
    if hour is None or not hour.is_whole or hour.value > 24 or hour.scale:
        return None
    group = passage.language.numerals.read_below_hundred(passage.tokens, hour.end)
    if group and passage.token(hour.end).kind is Kind.WORD and int(group[1]) < 60:
        return group[0], int(hour.digits), group[1]
    return hour.end, int(hour.digits), ""


def _match_military(passage: Passage, index: int) -> Match | None:
    """Fourteen hundred hours, oh eight thirty hours, 1400 hours."""
    read = _read_military(passage, index)
    if read is None:
        return None
    end, hour, minute = read
    if hour > 24 or int(minute) > 59:
        return None
    is_certain = passage.is_in(end, "times", "hours") or _is_early(passage, index, end) or _goes_on(passage, end)
    if not is_certain and not (hour >= _AFTERNOON and _is_late(passage, index, end)):
        return None
    return Match("times", index, end, f"{hour:02}{passage.language.section('times')['separator']}{minute}")


def _is_early(passage: Passage, index: int, end: int) -> bool:
    """At oh seven hundred: only a time begins so, and needs no "hours"."""
    said = passage.token(index).lower
    numerals = passage.language.numerals
    is_zero = said in numerals.zeros or numerals.single.get(said) == "0"
    return is_zero and passage.find_before(index, "times", "opens") is not None and passage.ends_phrase(end)


def _goes_on(passage: Passage, index: int) -> bool:
    """Whether another time follows that says what it is: [fourteen hundred] to sixteen hundred hours."""
    if not passage.is_in(index, "amounts", "range") and not passage.is_in(index, "amounts", "pair"):
        return False
    later = _read_military(passage, index + 1)
    return later is not None and passage.is_in(later[0], "times", "hours")


def _is_late(passage: Passage, index: int, end: int) -> bool:
    """At twenty two hundred; not "the troponin peaked at twenty two hundred"."""
    if not passage.is_in(end - 1, "times", "hundred") or not passage.ends_phrase(end):
        return False
    if passage.find_before(index, "times", "hundred_opens") is None:
        return False
    before = set(passage.nearby(index, _REACH, 0))
    before |= {match.text.lower() for match in passage.matches[-1:] if match.end >= index - _REACH}
    values = passage.language.words("contexts", "measures") | passage.language.words("times", "not_hundred_opens")
    return not values & before


def _read_military(passage: Passage, index: int) -> tuple[int, int, str] | None:
    numerals = passage.language.numerals
    token = passage.token(index)
    if token.kind is Kind.NUMBER:
        if not re.fullmatch("[0-2][0-9][0-5][0-9]", token.text):
            return None
        return index + 1, int(token.text[:2]), token.text[2:]
    start, pair = index, None
    if (
        token.lower in numerals.zeros
        or numerals.single.get(token.lower) == "0"
        or 10 <= numerals.values.get(token.lower, 0) <= 20
    ):
        pair = numerals.read_below_hundred(passage.tokens, index)
    elif 1 <= numerals.values.get(token.lower, 0) <= 9 and passage.find_before(start, "times", "opens") is not None:
        pair = index + 1, "0" + numerals.single[token.lower]
    if pair is None:
        return None
    end = pair[0]
    if passage.is_in(end, "times", "hundred"):
        return end + 1, int(pair[1]), "00"
    minutes = numerals.read_below_hundred(passage.tokens, end)
    return (minutes[0], int(pair[1]), minutes[1]) if minutes and len(pair[1]) == 2 else None


def _is_named(passage: Passage, index: int) -> bool:
    """Whether "time:" stands before, said or written."""
    said = passage.match_before(index)
    text, colon = (said.text, said.start) if said is not None else (passage.token(index - 1).text, index - 1)
    return text == ":" and passage.is_in(colon - 1, "times", "names")


def _match_bare(passage: Passage, index: int) -> Match | None:
    """At eight thirty; seven forty five in the morning."""
    if passage.token(index).kind is not Kind.WORD:
        return None
    read = _read_clock(passage, index)
    if read is None:
        return None
    end, hour, minute = read
    closed = passage.find(end, "times", "closes") is not None
    named = _is_named(passage, index)
    opened = named or passage.find_before(index, "times", "opens") is not None
    if not minute:
        return Match("times", index, end, str(hour)) if closed and opened and 1 <= hour <= 12 else None
    if not (closed or opened) or contexts.is_labelled(passage, index):
        return None
    if units.read_unit(passage, end, True) or contexts.is_duration(passage, end) or contexts.is_rate(passage, end):
        return None
    if passage.find(end, "contexts", "nouns") or passage.is_in(end, "amounts", "fraction") or passage.is_numeral(end):
        return None
    if not opened and passage.word(index - 1) and int(minute) % _USUAL_STEP:
        # metformin two fifty two at night
        return None
    certain = named or passage.find_before(index, "times", "certain_opens") is not None
    if not closed and not (passage.ends_phrase(end) and certain):
        return None
    return Match("times", index, end, f"{hour}{passage.language.section('times')['separator']}{minute}")
