"""Rows of number words that can be parted in more than one way."""

from __future__ import annotations

import re

from app.dictation.numerals import Number
from app.dictation.passage import Passage
from app.dictation.rules import contexts
from app.dictation.tokens import Kind

_MINUTES_BEFORE = frozenset([5, 10, 20, 25])
_QUARTERS = ("25", "75")
_MOST_AT_ONCE = 20  # puffs or sprays
_LARGEST_SHARE = 200  # percent
_MOST_TAKEN = 4  # of what has no name: two in the morning


def unclear_end(passage: Passage, index: int, number: Number, *, is_measured: bool = False) -> int | None:
    """The end of "seven point five three twenty five", which may be 7.5 and 325 or 7.53 and 25, or of "eight hundred
    one sixty", 800 and 160 or 801 and 60: their words stay."""
    if not number.spoken:
        return None
    if is_measured and _is_at_one_point(passage, index, number):
        return number.end
    next_to = _neighbour_end(passage, number)
    if next_to is not None and not contexts.is_labelled(passage, index):
        return next_to
    if ends_in_count(passage, number):
        return number.end
    joined = passage.number(index) if _MOST_TAKEN < number.value < 10 else None
    if joined is not None and joined.is_joined and is_strength(passage, joined.end):
        # eight seventy five milligram tablets: hardly eight of them
        return joined.end
    if _may_be_dispensed(passage, index, number):
        return number.end
    if _ends_single(passage, number) and _may_count(passage, index, number):
        return number.end
    longer = _longer_before_duration(passage, index, number) or _long_ordinal(passage, number)
    if longer is not None:
        return longer
    if is_measured and _are_two_doses(passage, index, number):
        return number.end
    if _are_share_and_number(passage, index, number):
        return number.end
    is_dose = number.is_joined and passage.is_in(number.end, "amounts", "doses")
    if is_dose and re.fullmatch("[1-9]1[0-9]", number.digits):
        # oxycodone five, ten milligrams
        return number.end
    if number.is_joined and number.digits[0] == "1" and contexts.modifier_end(passage, index, number.end) is not None:
        # one thirty day course
        return number.end
    row = _row_of_hundreds(passage, number) or _parted_compound(passage, index, number)
    if row is not None:
        return row
    open_end = _has_decimals(number) or ends_hundreds(passage, index, number)
    following = passage.number(number.end - 1) if open_end else None
    if following is None or not following.is_joined or contexts.is_duration(passage, following.end):
        return None
    return following.end


def without_count(passage: Passage, index: int, number: Number | None) -> Number | None:
    """Five hundred, two times a day; nine point eight, two weeks ago: the last word counts what follows."""
    if number is None or not number.spoken or not _ends_single(passage, number):
        return number
    following = passage.number(number.end - 1) if number.value < 100 else None
    if following is not None and following.is_joined and passage.is_in(following.end, "amounts", "fraction"):
        # heart rate eighty, one twenty over seventy
        parted = True
    elif passage.is_in(index - 1, "amounts", "fraction") and contexts.is_since(passage, number.end):
        # one twenty over eighty, two hours ago
        parted = True
    elif number.value > 100 and _is_value_after_time(passage, number):
        # one hour one eighty, two hour one fifty five
        parted = True
    elif contexts.is_how_often(passage, number.end - 1):
        parted = _has_decimals(number) or ends_hundreds(passage, index, number)
    else:
        parted = _has_decimals(number) and contexts.is_since(passage, number.end)
    if not parted:
        return number
    numerals = passage.language.numerals
    read = numerals.read_joined if number.is_joined else numerals.read
    return read(passage.tokens[: number.end - 1], index)


def _neighbour_end(passage: Passage, number: Number) -> int | None:
    """The end of "three four" before days: three to four of them, or three and then four days."""
    later = passage.strict_number(number.end) if number.value < 10 and number.is_whole else None
    if later is None or later.value != number.value + 1 or not contexts.is_duration(passage, later.end):
        return None
    return later.end


def _is_at_one_point(passage: Passage, index: int, number: Number) -> bool:
    """At one point five milligrams were given: 5 or 1.5."""
    starts = passage.is_in(index, "amounts", "one") and passage.is_in(index + 1, "numerals", "point")
    return starts and passage.is_in(number.end + 1, "amounts", "point_verbs")


def _is_value_after_time(passage: Passage, number: Number) -> bool:
    """Whether a duration and another number follow; in Chinese that is a date."""
    spaced = passage.language.section("numerals").get("joins_groups", False)
    return spaced and contexts.is_duration(passage, number.end) and passage.is_numeral(number.end + 1)


def ends_in_count(passage: Passage, number: Number) -> bool:
    """Fifty, one puff; eighty, two times a day: the last word is no part of fifty one or of eighty two."""
    if not _ends_single(passage, number):
        return False
    many = number.value > _MOST_AT_ONCE or _has_decimals(number)
    few = many and passage.is_in(number.end, "amounts", "few")
    return few or contexts.is_how_often(passage, number.end - 1)


def ends_hundreds(passage: Passage, index: int, number: Number) -> bool:
    """Whether the last word stands right behind a hundred or a thousand, of which it need not be a part."""
    scales = passage.language.section("numerals").get("scales", {})
    before = number.end - 2
    return before > index and (passage.is_in(before, "numerals", "hundred") or passage.word(before) in scales)


def is_short_for_hundreds(low: Number, high: Number) -> bool:
    """Three to four hundred."""
    return (
        low.spoken
        and high.spoken
        and low.value < 10
        and re.fullmatch("[1-9]00(?:000)?|[1-9]000", high.digits) is not None
    )


def is_strength(passage: Passage, index: int) -> bool:
    """Milligram tablet after "one fifty": one tablet of 50 mg."""
    return passage.is_in(index, "layout_of_units", "singular") and passage.is_in(
        index + 1, "layout_of_units", "strengths"
    )


def is_single(passage: Passage, index: int) -> bool:
    """Mg tablet after "one fifty": one tablet of 50 mg."""
    noun = passage.word(index + 1)
    is_one = passage.is_in(index + 1, "layout_of_units", "strengths") and not noun.endswith("s")
    return is_one and passage.is_in(index, "layout_of_units", "short")


def is_gauge(passage: Passage, index: int) -> bool:
    """Gauge needles after "two twenty": two needles. No gauge has three digits."""
    return passage.is_in(passage.skip_hyphen(index), "gauges", "gauge")


def is_before_the_hour(passage: Passage, index: int, end: int, minutes: Number, hour: Number) -> bool:
    """At ten to nine, which ends at `end`."""
    if not all(number.spoken and number.is_whole for number in (minutes, hour)) or not 1 <= hour.value <= 12:
        return False
    opened = passage.find_before(index, "times", "certain_opens") is not None
    return opened and minutes.value in _MINUTES_BEFORE and passage.ends_phrase(end)


def _may_be_dispensed(passage: Passage, index: int, number: Number) -> bool:
    """Take two, fifty mg tablets; dispense thirty, five milligram tablets."""
    many = passage.is_in(number.end + 1, "layout_of_units", "strengths") and passage.word(number.end + 1).endswith("s")
    if not many or not number.is_whole:
        return False
    if passage.is_in(index - 1, "amounts", "dispensed"):
        return number.end == index + 2 and passage.is_in(number.end, "layout_of_units", "singular")
    taken = passage.is_in(index - 1, "amounts", "given") or passage.token(index - 1).kind in (Kind.MARK, Kind.BREAK)
    few = number.is_joined and 1 < int(number.digits[0]) <= _MOST_TAKEN
    return taken and few and passage.is_in(number.end, "layout_of_units", "short")


def _may_count(passage: Passage, index: int, number: Number) -> bool:
    """Five hundred, two capsules; one fifty, two at night; one point five, two tablets; one hundred, two weeks ago."""
    grouped = number.is_joined or ends_hundreds(passage, index, number)
    part = number.digits.partition(".")[2]
    counted = passage.is_in(number.end, "amounts", "whole") and contexts.is_measured(passage, index)
    counted = counted and not contexts.is_rate(passage, number.end + 1)
    if (counted or contexts.is_duration(passage, number.end)) and len(part) > 1 and part not in _QUARTERS:
        # hemoglobin eight point five, two units; zwei Komma drei, fünf Tage
        return True
    if len(part) > 3 and is_scheme(passage, number.end):
        return True
    if passage.is_in(number.end, "layout_of_units", "strengths"):
        return grouped or (len(part) > 1 and part not in _QUARTERS)
    if contexts.is_since(passage, number.end):
        return grouped
    is_half = len(part) == 2 and part.startswith("5")
    if passage.is_in(number.end, "amounts", "long"):
        return grouped or is_half
    if passage.is_in(number.end, "amounts", "days"):
        return is_half
    taken = (grouped or is_half) and int(number.digits[-1]) <= _MOST_TAKEN
    return (
        taken and passage.find(number.end, "amounts", "taken") is not None and not contexts.is_measured(passage, index)
    )


def _are_two_doses(passage: Passage, index: int, number: Number) -> bool:
    """Fifty one hundred milligrams: 50, 100 or 5,100."""
    tens = passage.language.numerals.values.get(passage.word(index), 0) >= 20
    return tens and number.end == index + 3 and passage.is_in(index + 2, "numerals", "hundred")


def _are_share_and_number(passage: Passage, index: int, number: Number) -> bool:
    """White cells four hundred, eighty percent neutrophils."""
    large = number.is_whole and number.value > _LARGEST_SHARE and passage.is_in(index - 1, "amounts", "cells")
    return large and passage.find(number.end, "amounts", "shares") is not None


def _row_of_hundreds(passage: Passage, number: Number) -> int | None:
    """The end of "one twenty one forty one sixty": 120, 140, 160 or 121, 41, 60."""
    following = passage.number(number.end - 1) if number.is_joined and _ends_single(passage, number) else None
    if following is None or not following.is_joined or contexts.is_duration(passage, following.end):
        return None
    return _end_of_row(passage, following.end)


def _parted_compound(passage: Passage, index: int, number: Number) -> int | None:
    """The end of "zweihundert fünfzig", "zwei hundert fünfzig", "fünf und zwanzig", "hundert und fünf" in a language
    that writes them as one word: one number or two. Between "zwischen" and "und" it is two."""
    numerals = passage.language.section("numerals")
    if numerals["system"] != "compound" or not number.is_whole or not number.spoken:
        return None
    ends_large = number.digits.endswith("00")
    after = passage.strict_number(number.end)
    if after is not None and after.spoken and ends_large and after.value < 100:
        return after.end
    if (
        after is not None
        and number.value < 10
        and passage.word(number.end) in (*numerals["hundred"], *numerals["scales"])
    ):
        return _end_of_row(passage, after.end)
    is_linked = passage.is_in(number.end, "numerals", "and")
    linked = passage.strict_number(number.end + 1) if is_linked else None
    if linked is None or not linked.spoken or passage.find_before(index, "amounts", "pair_opens") is not None:
        return None
    is_ten = linked.value in range(20, 100, 10)
    return linked.end if (ends_large and linked.value < 100) or (number.value < 10 and is_ten) else None


def _end_of_row(passage: Passage, end: int) -> int:
    while passage.is_numeral(end):
        end += 1
    return end


def is_scheme(passage: Passage, end: int) -> bool:
    """Whether the last three words are how many to take in the morning, at noon and in the evening: eins null eins."""
    counts = passage.language.section("schemes").get("counts", {})
    words = [passage.word(place) for place in range(end - 3, end)]
    return all(word in counts for word in words) and any(counts[word] == "0" for word in words)


def _longer_before_duration(passage: Passage, index: int, number: Number) -> int | None:
    """The end of "two fifty two weeks ago": two of 52 weeks, 250 and two weeks, or 252 weeks."""
    joined = passage.number(index)
    if number.is_joined or joined is None or not joined.is_joined or not _ends_single(passage, joined):
        return None
    if contexts.takes_own_number(passage, index) or not contexts.is_duration(passage, joined.end):
        return None
    return joined.end


def _long_ordinal(passage: Passage, number: Number) -> int | None:
    """The end of "one hundred forty seventh", which is no 140; a fifty second rest is none."""
    numerals = passage.language.numerals
    tens = numerals.values.get(passage.word(number.end - 1), 0)
    is_ordinal = tens >= 20 and number.value > 100 and numerals.ordinals.get(passage.word(number.end), 10) < 10
    return number.end + 1 if is_ordinal and not passage.is_in(number.end, "contexts", "durations") else None


def _ends_single(passage: Passage, number: Number) -> bool:
    """Whether the last of several words is a digit."""
    return (number.value >= 10 or not number.is_whole) and passage.word(
        number.end - 1
    ) in passage.language.numerals.single


def _has_decimals(number: Number) -> bool:
    return len(number.digits.partition(".")[2]) > 1
