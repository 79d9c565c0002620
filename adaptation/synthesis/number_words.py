"""Written numbers as an English speaker says them in a dictation."""

from __future__ import annotations

from adaptation.lexicon.numbers import cardinal, ways_to_say

_LARGEST = 999_999
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_PARTS = {
    2: ("half", "halves"),
    3: ("third", "thirds"),
    4: ("quarter", "quarters"),
    7: ("seventh", "sevenths"),
    8: ("eighth", "eighths"),
}


def say_number(written: str) -> str:
    """5,000 as five thousand, 0.5 as zero point five, 012 and what has more than six digits digit by digit."""
    digits = written.replace(",", "")
    if digits.startswith("."):
        return ways_to_say("0" + digits)[0].removeprefix("zero ")
    return ways_to_say(digits)[0]


def say_pressure(written: str) -> str:
    """A blood pressure: 120 as one twenty, 105 as one oh five, 90 as ninety."""
    number = int(written)
    rest = number % 100
    if not 100 < number < 300 or not rest:
        return say_number(written)
    return f"{cardinal(number // 100)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def say_ordinal(number: int) -> str:
    """21 as twenty first; numbers up to 999,999."""
    head, _, last = cardinal(min(number, _LARGEST)).rpartition(" ")
    if last.endswith("y"):
        return f"{head} {last[:-1]}ieth".strip()
    return f"{head} {_ORDINALS.get(last, last + 'th')}".strip()


def say_year(year: int) -> str:
    """1998 as nineteen ninety eight, 2005 as two thousand five, 2021 as twenty twenty one."""
    century, rest = divmod(year, 100)
    if year % 1000 < 10:
        return cardinal(year)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def say_decade(year: int) -> str:
    """60 as sixties, 1990 as nineteen nineties."""
    words = say_year(year) if year > 99 else cardinal(year)
    return words.removesuffix("y") + "ies" if words.endswith("y") else words + "s"


def say_fraction(numerator: int, denominator: int) -> str | None:
    """1/2 as one half, 2/3 as two thirds; None for what is no part of a whole that has a name."""
    if denominator not in _PARTS or not 0 < numerator < denominator:
        return None
    singular, plural = _PARTS[denominator]
    return f"{cardinal(numerator)} {singular if numerator == 1 else plural}"


def say_time(hour: int, minute: int, *, military: bool) -> str:
    """8:30 as eight thirty, 8:05 as eight oh five, 14:00 as fourteen hundred where `military`, else as fourteen."""
    if minute == 0:
        return f"{cardinal(hour)} hundred" if military else cardinal(hour)
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"
