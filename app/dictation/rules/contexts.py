"""What the words around a number say about it."""

from __future__ import annotations

import re

from app.dictation.numerals import Number
from app.dictation.passage import Passage
from app.dictation.rules import units
from app.dictation.tokens import Kind

_DIGITS_FROM = 10
_MOST_COPULAS = 4
_SCORES_REACH = 14
_QUARTERS = ("five", "two five", "seven five")  # of what is counted
_MOST_DECIMALS = 4
_SCORED_MINUTES = ("1", "5", "10")


def digits_from(passage: Passage) -> int:
    """Numbers from here on are digits everywhere."""
    value: int = passage.language.section("contexts").get("digits_from", _DIGITS_FROM)
    return value


def is_labelled(passage: Passage, index: int) -> bool:
    """Whether a word before says what is measured: grade two, potassium was four."""
    if passage.is_in(index, "amounts", "one") and passage.find(index + 1, "amounts", "pronoun_after") is not None:
        return passage.find_before(index, "contexts", "labels") is not None and passage.word(index + 1) != "of"
    if passage.find_before(index, "contexts", "labels") is not None or _is_numbered(passage, index):
        return True
    return _is_whole_course(passage, index) or is_measured(passage, index)


def _is_whole_course(passage: Passage, index: int) -> bool:
    """Seven in day three of seven."""
    before = passage.match_before(index - 1) if passage.is_in(index - 1, "dates", "of") else None
    if before is None or not before.text.isdecimal():
        return False
    return passage.find_before(before.start, "contexts", "labels") is not None


def _is_numbered(passage: Passage, index: int) -> bool:
    """Day number three, a number one Vicryl; not a number one concern."""
    if not passage.is_in(index - 1, "contexts", "numbered"):
        return False
    if passage.find_before(index - 1, "contexts", "labels") is not None:
        return True
    number = passage.strict_number(index)
    found = passage.language.phrases("gauges", "sutures").find(passage.tokens, number.end) if number else None
    return found is not None


def identifier_before(passage: Passage, index: int) -> int | None:
    """The place of the word that says whose number follows, perhaps with "is" between: phone, room, record."""
    while passage.is_in(index - 1, "contexts", "identifier_links"):
        index -= 1
    start = passage.find_before(index, "contexts", "identifiers")
    if start is None:
        return None
    return start - 1 if passage.is_in(start - 1, "contexts", "phones") else start


def is_sight(passage: Passage, index: int, end: int) -> bool:
    """Whether the number from `index` up to `end` measures sight: vision twenty twenty, o d twenty forty, that of the
    other eye."""
    if passage.find_before(index, "vision", "eyes") is not None or passage.find(end, "vision", "eyes") is not None:
        return True
    reach = passage.language.section("vision").get("reach", 0)
    other = passage.matches[-1] if passage.matches else None
    is_near = other is not None and other.end >= index - reach and re.fullmatch("20/[0-9]+", other.text) is not None
    if is_near and other is not None and passage.find(other.end, "vision", "eyes") is not None:
        return True
    return bool(passage.language.words("vision", "words") & {*passage.nearby(index, reach, 0), passage.word(end)})


def is_rate(passage: Passage, index: int) -> bool:
    """Whether "per hour" or "an hour" follows; "an hour later" is none."""
    if passage.is_in(index, "amounts", "per"):
        return True
    if not passage.is_in(index, "amounts", "rate_articles"):
        return False
    end = passage.find(index + 1, "contexts", "durations")
    return end is not None and passage.find(end, "amounts", "one_needs_after") is None


def takes_own_number(passage: Passage, index: int) -> bool:
    """Whether the word before takes a small number of its own: grade one, day two."""
    index = _start_of_row(passage, index)
    start = passage.find_before(index, "contexts", "labels")
    return start is not None and passage.find_before(index, "contexts", "measures") is None


def _start_of_row(passage: Passage, index: int) -> int:
    """Where the numbers in a row begin behind what is counted through: teeth two three fourteen and fifteen."""
    start = index
    for match in reversed(passage.matches):
        joined = match.end == start - 1 and passage.is_in(match.end, "amounts", "joins")
        if match.rule != "numbers" or not (match.end == start or joined):
            break
        start = match.start
    return start if passage.is_in(start - 1, "contexts", "numbered_through") else index


def is_measured(passage: Passage, index: int) -> bool:
    """Whether the number is what a measure before it amounts to: potassium was four."""
    return is_measured_by(passage, index, "contexts", "measures")


def is_measured_by(passage: Passage, index: int, section: str, key: str) -> bool:
    """Whether a phrase of the list stands before the number, perhaps with words such as "is" between."""
    for _ in range(_MOST_COPULAS + 1):
        if passage.token(index - 1).text in (":", "="):
            index -= 1
        if passage.find_before(index, section, key) is not None:
            return True
        start = passage.find_before(index, "contexts", "copulas")
        if start is None:
            return False
        index = start
    return False


def is_idiom(passage: Passage, index: int, end: int) -> bool:
    """One by one, one of the patients; `end` is where the amount that starts at `index` ends."""
    idiom = passage.find(index, "amounts", "idioms")
    if idiom is not None:
        return idiom >= end and not _is_one_duration(passage, index)
    start = passage.find_before(index + 2, "amounts", "idioms")
    # at one point he fell; "at one point seven." is a number
    return start is not None and start < index and not passage.ends_phrase(end)


def is_duration(passage: Passage, index: int) -> bool:
    """Whether a word for time stands here, or a range that ends in one."""
    if _find_duration(passage, index) is not None:
        return True
    if passage.is_in(index, "amounts", "range") or passage.is_in(index, "amounts", "joins"):
        number = passage.number(index + 1)
        return number is not None and passage.find(number.end, "contexts", "durations") is not None
    return False


def _find_duration(passage: Passage, index: int) -> int | None:
    """The index after a word for time; the day of "day two" is none."""
    end = passage.find(index, "contexts", "durations")
    named = end is not None and passage.is_in(index, "contexts", "labels") and passage.is_numeral(end)
    return None if named else end


def is_since(passage: Passage, index: int) -> bool:
    """Whether it says here how long ago or how much later: weeks ago."""
    end = passage.find(index, "contexts", "durations")
    return end is not None and passage.is_in(end, "amounts", "since")


def counts(passage: Passage, index: int, end: int, number: Number) -> bool:
    """Whether what follows is counted in digits: tablets, weeks."""
    end = passage.skip_hyphen(end)
    if passage.find(end, "contexts", "durations") is not None and passage.find(end, "contexts", "nouns") is None:
        return number.digits != "1" or _is_one_duration(passage, index)
    if number.digits == "1" and passage.is_in(index - 1, "amounts", "pronoun_before"):
        return False
    if passage.find(end, "contexts", "nouns") is not None or _is_scored(passage, index, end):
        return True
    if passage.find(end, "contexts", "daily") is not None:
        return True
    if passage.find_before(index, "amounts", "pair_opens") is not None and passage.is_in(end, "amounts", "pair"):
        return passage.is_numeral(end + 1)
    if passage.find_before(index, "amounts", "approximate") is not None and number.digits != "1":
        return passage.ends_phrase(end)
    return False


def _is_scored(passage: Passage, index: int, end: int) -> bool:
    """Nine at five [minutes], behind an Apgar score: both are digits."""
    at, number = end + 1, passage.strict_number(index)
    if passage.is_in(index - 1, "contexts", "scored_at"):
        at = index
    elif not passage.is_in(end, "contexts", "scored_at"):
        return False
    minutes = passage.strict_number(at)
    if number is None or minutes is None or minutes.digits not in _SCORED_MINUTES:
        return False
    return bool(passage.language.words("contexts", "scored") & set(passage.nearby(index, _SCORES_REACH, 0)))


def _is_one_duration(passage: Passage, index: int) -> bool:
    """In one week; not "one day he fell"."""
    end = passage.find(index + 1, "contexts", "durations")
    if end is None:
        return False
    before = passage.token(index - 1)
    if passage.find_before(index, "amounts", "one_needs_before") is not None:
        return True
    if before.kind is Kind.MARK and before.text in "(:x":
        return True
    more = passage.strict_number(end + 1) if passage.is_in(end, "amounts", "pair") else None
    return (
        passage.find(end, "amounts", "one_needs_after") is not None
        or (more is not None and passage.find(more.end, "contexts", "durations") is not None)
        or modifier_end(passage, index, index + 1) is not None
    )


def modifier_end(passage: Passage, index: int, end: int) -> int | None:
    """The index after "month" in "three month supply", where it is written with a hyphen."""
    after = passage.skip_hyphen(end)
    following = passage.find(after, "contexts", "modifiers")
    if following is None or passage.token(following).kind is not Kind.WORD:
        return None
    if passage.is_in(following, "contexts", "modifier_stops") and not _begins_letters(passage, following):
        return None
    if passage.is_numeral(following) or not passage.token(following).gap or passage.is_in(following, "ages", "old"):
        return None
    alone = end == index + 1 and (passage.is_in(index, "amounts", "one") or passage.token(index).text == "1")
    ordinal = passage.word(after) in passage.language.numerals.ordinals
    if (alone or ordinal) and not passage.is_in(index - 1, "amounts", "determiners"):
        return None
    return following


def _begins_letters(passage: Passage, index: int) -> bool:
    """Whether "i" or "a" is the first of several letters: a six week i u p."""
    return len(passage.word(index)) == 1 and len(passage.word(index + 1)) == 1


def may_end(passage: Passage, end: int) -> bool:
    """Whether a row of numbers may end here: no number follows, or one that has a unit of its own."""
    following = passage.number(end)
    return following is None or is_counted(passage, following.end) or is_duration(passage, following.end)


def is_how_often(passage: Passage, index: int) -> bool:
    """Whether a small number stands here that says how often: two times a day."""
    if passage.word(index) not in passage.language.numerals.single or not passage.is_in(index + 1, "amounts", "often"):
        return False
    return passage.is_in(index + 2, "amounts", "often_each")


def is_place(passage: Passage, index: int) -> bool:
    """Whether "point" is a noun: at this point five milligrams, a point two centimeters below; not a point two
    centimeter lesion."""
    if passage.is_in(index - 1, "amounts", "point_stops"):
        return True
    share = passage.number(index) if passage.is_in(index - 1, "amounts", "determiners") else None
    key = "point_measures" if passage.token(index + 1).kind is Kind.WORD else "point_measures_written"
    return share is not None and passage.is_in(share.end, "amounts", key)


def is_taken(passage: Passage, index: int, end: int) -> bool:
    """Whether a share from `index` up to `end` is a dose: Flomax [point four] at bedtime; not the point two daily."""
    if not passage.word(index - 1) or passage.is_in(index - 1, "amounts", "determiners"):
        return False
    if passage.find(end, "contexts", "nouns") is not None:
        return passage.source(index + 1, end) in _QUARTERS
    is_often = passage.is_in(end, "amounts", "often_each") or passage.find(end, "amounts", "taken") is not None
    how = passage.find(end, "contexts", "daily") or passage.find(end, "amounts", "routes")
    return is_often or how is not None


def goes_on_behind_point(passage: Passage, index: int) -> bool:
    """Whether the word belongs to a share that is left in words: Flomax point [four]. Elsewhere than in English what
    stands before a decimal is said as a mark is."""
    if not passage.language.words("amounts", "point_stops"):
        return False
    for _ in range(_MOST_DECIMALS):
        index -= passage.word(index - 1) in passage.language.numerals.single
    named = passage.word(index - 2) and not passage.is_numeral(index - 2)
    stops = is_place(passage, index - 1) or passage.is_in(index - 2, "amounts", "determiners")
    return passage.is_in(index - 1, "numerals", "point") and bool(named) and not stops


def is_counted(passage: Passage, end: int) -> bool:
    """Whether something is counted or measured by the number that ends here: weeks, tablets, milligrams, a decimal."""
    if passage.is_in(end, "numerals", "point") or passage.is_in(end, "amounts", "fraction"):
        return True
    if passage.find(end, "contexts", "nouns") is not None or _find_duration(passage, end) is not None:
        return True
    return units.read_unit(passage, end, is_spoken=True) is not None
