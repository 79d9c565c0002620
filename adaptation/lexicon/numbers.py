"""How English says numbers, as far as terms have them: 12 is twelve or one two, 0.5 is zero point five."""

from __future__ import annotations

from collections.abc import Iterable

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINALS = {word: str(value) for value, word in enumerate(_ORDINALS, start=1)}
NUMBER_WORDS = frozenset((*_SMALL, *_TENS, "hundred", "thousand", "million", "half", "quarter", "double", "triple"))


def cardinal(number: int) -> str:
    """A number from 0 to 999,999 in words, without "and"."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f" {_SMALL[ones]}" if ones else "")
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            return f"{cardinal(many)} {name}" + (f" {cardinal(rest)}" if rest else "")
    raise AssertionError


def ways_to_say(digits: str) -> tuple[str, ...]:
    """The ways to say ASCII digits with at most one decimal point, the most usual first."""
    whole, point, decimals = digits.partition(".")
    if point:
        start = _spelled(str(int(whole))) if len(whole) > 6 else cardinal(int(whole or 0))
        return (f"{start} point {_spelled(decimals)}",)
    by_digit = _spelled(whole)
    if len(whole) > 6 or (len(whole) > 1 and whole.startswith("0")):
        return (by_digit,)
    as_number = cardinal(int(whole))
    return (as_number,) if as_number == by_digit else (as_number, by_digit)


def digits_of(words: Iterable[str]) -> str:
    """The digits of numbers one after the other, however they are said: of twelve, of one two, and of 1 and 2 all the
    same 12. Words that are no numbers part them."""
    digits: list[str] = []
    total = part = -1  # of a number under way: its thousands, and what comes behind them

    def end() -> None:
        nonlocal total, part
        if total >= 0 or part >= 0:
            digits.append(str(max(total, 0) + max(part, 0)))
        total = part = -1

    for word in words:
        value = _VALUES.get(word)
        if word == "hundred" and part % 100:
            part = max(part, 1) * 100
        elif word in ("thousand", "million") and part != 0:
            total, part = max(part, 1) * (1000 if word == "thousand" else 1_000_000) + max(total, 0), -1
        elif value is None:
            end()
            digits.append(ORDINALS.get(word, "".join(filter(str.isdecimal, word))))
        else:
            room = 1000 if part < 0 else 10 if part % 100 >= 20 and part % 10 == 0 else 100 if part % 100 == 0 else 0
            if not part or (not 0 < value < room and part >= 0):
                end()
            part = max(part, 0) + value
    end()
    return "".join(digits)


def roman(text: str) -> int | None:
    """The value of a Roman numeral from I to XXXIX in capitals, or None."""
    if not text or any(letter not in _ROMAN for letter in text):
        return None
    values = [_ROMAN[letter] for letter in text]
    followed = zip(values, [*values[1:], 0], strict=True)
    total = sum(-value if value < following else value for value, following in followed)
    return total if _to_roman(total) == text else None


def _to_roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _spelled(digits: str) -> str:
    return " ".join(_SMALL[int(digit)] for digit in digits)
