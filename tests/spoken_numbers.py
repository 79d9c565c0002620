"""Numbers as an English speaker says them, written apart from the program so that they can check it."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def say(value: int) -> str:
    """From 0 to 999,999."""
    if value < 10:
        return UNITS[value]
    if value < 20:
        return TEENS[value - 10]
    if value < 100:
        return TENS[value // 10] + (f" {UNITS[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{UNITS[value // 100]} hundred" + (f" {say(value % 100)}" if value % 100 else "")
    return f"{say(value // 1000)} thousand" + (f" {say(value % 1000)}" if value % 1000 else "")


def say_decimal(digits: str) -> str:
    """12.05 as twelve point zero five."""
    whole, _, part = digits.partition(".")
    return say(int(whole)) + (" point " + " ".join(UNITS[int(digit)] for digit in part) if part else "")


def say_short(value: int) -> str:
    """From 100 to 999 without the hundred: one forty two, one oh five."""
    rest = value % 100
    if rest == 0:
        return say(value)
    return f"{UNITS[value // 100]} " + (f"oh {UNITS[rest]}" if rest < 10 else say(rest))


def say_ordinal(value: int) -> str:
    """From 1 to 31."""
    head, _, last = say(value).rpartition(" ")
    if last.endswith("y"):
        return last[:-1] + "ieth"
    return f"{head} {_ORDINALS.get(last, last + 'th')}".strip()


def say_year(year: int) -> str:
    """From 1910 to 2099 in pairs."""
    rest = year % 100
    return f"{say(year // 100)} " + (f"oh {UNITS[rest]}" if rest < 10 else say(rest))


def values(text: str) -> Counter[Decimal]:
    """Each number in digits in a written text; separators of thousands belong to it."""
    return Counter(Decimal(found.replace(",", "")) for found in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))
