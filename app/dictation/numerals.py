"""Numbers as they are said or written, read from tokens; the value that was said is the value returned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.dictation.phrases import is_hyphen
from app.dictation.tokens import Kind, Token

_MOST_DIGITS = 20  # more is noise, not a number


@dataclass(frozen=True, slots=True)
class Number:
    """A number that ends before the token `end`.

    `digits` is its value in ASCII digits with a decimal point and no separators; `scale` a word such as million that
    stays a word; `spoken` whether any of it was said in words; `is_joined` whether it was put together from groups,
    as in "one twenty" for 120, which not every place allows.
    """

    end: int
    digits: str
    spoken: bool = True
    scale: str = ""
    is_joined: bool = False

    @property
    def is_whole(self) -> bool:
        return "." not in self.digits

    @property
    def value(self) -> float:
        return float(self.digits)


class IntegerReader(Protocol):
    """How a language says whole numbers."""

    def may_start(self, word: str) -> bool:
        """Whether a number can start with a word that is no number word by itself."""

    def read(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        """The index after the number that starts at `index`, and its digits."""


class Numerals:
    """The number words of one language, from its data."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.values: dict[str, int] = {**data["digits"], **data.get("teens", {}), **data.get("tens", {})}
        self.single = {word: str(value) for word, value in data["digits"].items()}
        self.zeros = frozenset(data.get("zeros", ()))
        self.single |= dict.fromkeys(self.zeros, "0")
        self.named_scales = frozenset(data.get("named_scales", ()))
        self.never_before = frozenset(data.get("never_before", ()))
        self.points = frozenset(data["point"])
        self.decimal_mark: str = data.get("decimal_mark", ".")
        self.thousands_mark: str = data.get("thousands_mark", ",")
        self.thousands_from: int = data.get("thousands_from", 1000)
        self.joins_groups: bool = data.get("joins_groups", False)
        self._hundred = frozenset(data.get("hundred", ()))
        self._links = frozenset(data.get("and", ()))
        self._scales: Mapping[str, int] = data.get("scales", {})
        self._places = frozenset(data.get("places", ()))
        self.ordinals = _ordinals(data)
        self.reader: IntegerReader = _READERS[data["system"]](data, self.values)
        group = re.escape(self.thousands_mark)
        self._written = re.compile(
            rf"(?P<whole>[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{re.escape(self.decimal_mark)}(?P<part>[0-9]+))?"
        )

    def may_start(self, word: str) -> bool:
        """Whether a number can start with the word; quick, for most words start none."""
        return word in self.values or word in self.points or word in self.zeros or self.reader.may_start(word)

    def read(self, tokens: Sequence[Token], index: int) -> Number | None:
        """The number that starts at the token `index`, in words or digits."""
        if not 0 <= index < len(tokens):
            return None
        token = tokens[index]
        if token.kind is Kind.NUMBER:
            return self._finish(tokens, self._read_written(token.text, index + 1), digits_only=True)
        if token.kind is not Kind.WORD:
            return None
        if token.lower in self.points:
            return self._read_naked(tokens, index)
        found = self.reader.read(tokens, index)
        if found is None and token.lower in self.zeros and _is_point(self, tokens, index + 1):
            found = index + 1, "0"
        if found is None:
            return None
        return self._finish(tokens, Number(found[0], found[1]))

    def read_joined(self, tokens: Sequence[Token], index: int) -> Number | None:
        """As `read`, but "one twenty" is 120 and "one oh five" 105, with decimals after them."""
        first = self.read(tokens, index)
        if first is None or not self.joins_groups or not first.spoken or len(first.digits) != 1 or first.digits == "0":
            return first
        tail = self._group_after(tokens, first.end)
        if tail is None:
            return first
        joined = Number(tail[0], first.digits + tail[1], is_joined=True)
        return self._finish(tokens, joined)

    def read_thousands(self, tokens: Sequence[Token], index: int) -> Number | None:
        """Two forty thousand and two hundred and forty thousand as 240,000, where only one number can be meant."""
        words = [token.lower if token.kind is Kind.WORD else "" for token in tokens[index : index + 6]]
        hundreds = self.values.get(words[0], 0) if words else 0
        if not self.joins_groups or not 1 <= hundreds <= 9:
            return None
        said = len(words) > 2 and words[1] in self._hundred and words[2] in self._links
        group = self.read_below_hundred(tokens, index + (3 if said else 1))
        scale = self._scales.get(words[group[0] - index]) if group and group[0] - index < len(words) else None
        if group is None or scale is None or self.read(tokens, group[0] + 1) is not None:
            return None
        return Number(group[0] + 1, str(int(f"{hundreds}{group[1]}") * scale))

    def read_singles(self, tokens: Sequence[Token], index: int, least: int = 2) -> Number | None:
        """Digits said one by one, at least so many, as in "two zero four"; hyphens do not join them."""
        digits = ""
        while index < len(tokens) and tokens[index].lower in self.single and len(digits) <= _MOST_DIGITS:
            digits += self.single[tokens[index].lower]
            index += 1
        if not least <= len(digits) <= _MOST_DIGITS or _is_point(self, tokens, index):
            return None
        if digits and self.read(tokens, index) is not None:
            return None
        return Number(index, digits)

    def read_pairs(self, tokens: Sequence[Token], index: int, least: int = 3) -> Number | None:
        """At least so many digits in groups of one or two, as in "twenty three forty five"."""
        digits, groups = "", 0
        while index < len(tokens) and len(digits) < _MOST_DIGITS:
            single = self.single.get(tokens[index].lower)
            group = self.read_below_hundred(tokens, index) if single is None else (index + 1, single)
            if group is None or tokens[index].kind is not Kind.WORD:
                break
            index, digits, groups = group[0], digits + group[1], groups + 1
        if len(digits) < least or groups < 2 or _is_point(self, tokens, index):
            return None
        return Number(index, digits)

    def read_below_hundred(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        """Two digits: a number from 10 to 99, or zero and a digit ("oh five"); written digits count too."""
        if not 0 <= index < len(tokens):
            return None
        token = tokens[index]
        if token.lower in self.zeros or self.single.get(token.lower) == "0":
            if index + 1 < len(tokens) and tokens[index + 1].lower in self.single:
                return index + 2, "0" + self.single[tokens[index + 1].lower]
            return None
        if token.kind is Kind.NUMBER:
            return (index + 1, token.text) if re.fullmatch("[0-9]{2}", token.text) else None
        value = self.values.get(token.lower)
        if value is None or value < 10:
            return None
        if value >= 20 and value % 10 == 0:
            after = index + 2 if is_hyphen(tokens, index + 1) else index + 1
            unit = self.values.get(tokens[after].lower, 0) if after < len(tokens) else 0
            if 1 <= unit <= 9:
                return after + 1, str(value + unit)
        return index + 1, str(value)

    def write(self, number: Number, with_thousands: bool = True) -> str:
        """In the language's own separators."""
        whole, _, part = number.digits.partition(".")
        if with_thousands and len(whole) > 3 and int(whole) >= self.thousands_from and whole[0] != "0":
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", self.thousands_mark, whole)
        return whole + (self.decimal_mark + part if part else "") + (" " + number.scale if number.scale else "")

    def _group_after(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        if index >= len(tokens) or tokens[index].kind is not Kind.WORD:
            return None
        group = self.read_below_hundred(tokens, index)
        if group is None:
            return None
        whole = self.reader.read(tokens, index)
        # "one fifty thousand" and "two twenty hundred" are two numbers
        return group if whole is None or whole[0] <= group[0] else None

    def _read_written(self, text: str, end: int) -> Number | None:
        match = self._written.fullmatch(text)
        if match is None or len(text) > _MOST_DIGITS:
            return None
        whole = match["whole"].replace(self.thousands_mark, "")
        return Number(end, whole + ("." + match["part"] if match["part"] else ""), spoken=False)

    def _read_naked(self, tokens: Sequence[Token], index: int) -> Number | None:
        """Point five."""
        if index > 0 and tokens[index - 1].kind in (Kind.WORD, Kind.NUMBER) and self._is_numeral(tokens[index - 1]):
            return None
        decimals = self._read_decimals(tokens, index + 1)
        return Number(decimals[0], "0." + decimals[1]) if decimals else None

    def _is_numeral(self, token: Token) -> bool:
        return token.kind is Kind.NUMBER or token.lower in self.values

    def _finish(self, tokens: Sequence[Token], number: Number | None, digits_only: bool = False) -> Number | None:
        """Adds what may follow a whole number: its decimals, and a scale that stays a word."""
        if number is None:
            return None
        if number.is_whole and _is_point(self, tokens, number.end):
            decimals = self._read_decimals(tokens, number.end + 1)
            if decimals:
                number = Number(decimals[0], f"{number.digits}.{decimals[1]}", True, "", number.is_joined)
        if number.end < len(tokens) and tokens[number.end].lower in self.never_before:
            return None
        if number.end < len(tokens) and tokens[number.end].lower in self.named_scales:
            scale = tokens[number.end].text
            return Number(number.end + 1, number.digits, number.spoken, scale, number.is_joined)
        return number

    def _read_decimals(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        digits = ""
        while index < len(tokens):
            token = tokens[index]
            if token.kind is Kind.NUMBER and not digits and re.fullmatch("[0-9]+", token.text):
                return index + 1, token.text
            if token.kind is not Kind.WORD:
                break
            if token.lower in self._places:
                # 三点三十 is a time
                return None
            if token.lower in self.single and len(digits) < _MOST_DIGITS:
                digits += self.single[token.lower]
                index += 1
                continue
            found = None if digits else self.reader.read(tokens, index)
            return found if found and len(found[1]) <= 3 else (index, digits) if digits else None
        return (index, digits) if digits else None


def _is_point(numerals: Numerals, tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].lower in numerals.points and tokens[index].kind is Kind.WORD


def _ordinals(data: Mapping[str, Any]) -> dict[str, int]:
    endings = data.get("ordinal_endings", [""])
    return {stem + ending: value for stem, value in data.get("ordinals", {}).items() for ending in endings}


class AdditiveReader:
    """Words in a row that add up: two hundred [and] fifty thousand."""

    def __init__(self, data: Mapping[str, Any], values: Mapping[str, int]) -> None:
        self.values = values
        self.hundreds = frozenset(data["hundred"])
        self.scales: dict[str, int] = data["scales"]
        self.links = frozenset(data.get("and", ()))

    def may_start(self, word: str) -> bool:
        return False

    def read(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        total, last_scale, position = 0, 10**12, index
        while (group := self._below_thousand(tokens, position)) is not None:
            end, value = group
            scale = self.scales.get(_word(tokens, end), 0)
            if not scale:
                if position == index or 0 < value < last_scale:
                    return end, str(total + value)
                break
            if scale >= last_scale:
                break
            total += value * scale
            last_scale, position = scale, end + 1
            after = self._after_link(tokens, position)
            if after is not None:
                return after[0], str(total + after[1])
        return (position, str(total)) if position > index else None

    def _below_thousand(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        first = self._below_hundred(tokens, index)
        if first is None:
            return None
        end, value = first
        if _word(tokens, end) not in self.hundreds or value == 0 or value % 10 == 0:
            return first
        end, value = end + 1, value * 100
        rest = self._after_link(tokens, end) or self._plain_rest(tokens, end)
        return (rest[0], value + rest[1]) if rest else (end, value)

    def _plain_rest(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        rest = self._below_hundred(tokens, index)
        if rest is None or rest[1] == 0 or _word(tokens, rest[0]) in self.hundreds:
            return None
        return rest

    def _after_link(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        """Fifty in "and fifty", unless that begins a number of its own: one hundred and two hundred."""
        if _word(tokens, index) not in self.links:
            return None
        rest = self._below_hundred(tokens, index + 1)
        if rest is None or rest[1] == 0:
            return None
        following = _word(tokens, rest[0])
        if following in self.hundreds or following in self.scales or following in self.values:
            return None
        return rest

    def _below_hundred(self, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
        value = self.values.get(_word(tokens, index))
        if value is None:
            return None
        if value >= 20 and value % 10 == 0:
            after = index + 2 if is_hyphen(tokens, index + 1) else index + 1
            unit = self.values.get(_word(tokens, after), 0)
            if 1 <= unit <= 9:
                return after + 1, value + unit
        return index + 1, value


class CompoundReader:
    """Numbers written as one word: zweihundertfünfundzwanzig."""

    def __init__(self, data: Mapping[str, Any], values: Mapping[str, int]) -> None:
        self.values = values
        self.hundred: str = data["hundred"][0]
        self.thousand: str = next(iter(data["scales"]))
        self.link: str = data["and"][0]

    def may_start(self, word: str) -> bool:
        return self.hundred in word or self.thousand in word or self.link in word

    def read(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        word = _word(tokens, index)
        value = self._thousands(word) if word else None
        return None if value is None else (index + 1, str(value))

    def _thousands(self, word: str) -> int | None:
        head, found, rest = word.partition(self.thousand)
        if not found:
            return self._hundreds(word)
        return _scaled(self._hundreds(head) if head else 1, 1000, self._hundreds(rest) if rest else 0)

    def _hundreds(self, word: str) -> int | None:
        head, found, rest = word.partition(self.hundred)
        if not found:
            return self._tens(word)
        return _scaled(self.values.get(head) if head else 1, 100, self._tens(rest) if rest else 0)

    def _tens(self, word: str) -> int | None:
        word = word.removeprefix(self.link) if word not in self.values else word
        if word in self.values:
            return self.values[word]
        unit, found, ten = word.partition(self.link)
        values = self.values.get(unit, 0), self.values.get(ten, 0)
        return sum(values) if found and 1 <= values[0] <= 9 and values[1] >= 20 else None


class PositionalReader:
    """Chinese: digits one by one (二零二一), or digits with their places (一百二十五万)."""

    def __init__(self, data: Mapping[str, Any], values: Mapping[str, int]) -> None:
        self.values = values
        self.zeros = frozenset(data.get("zeros", ())) | {word for word, value in values.items() if value == 0}
        self.places: dict[str, int] = data["places"]
        self.myriads: dict[str, int] = data["scales"]

    def may_start(self, word: str) -> bool:
        return word in self.places

    def read(self, tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
        end = index
        while (
            _word(tokens, end) in self.values
            or _word(tokens, end) in self.places
            or (end > index and _word(tokens, end) in self.myriads)
        ):
            end += 1
        words = [tokens[position].lower for position in range(index, end)]
        if not words:
            return None
        if all(word in self.values for word in words):
            return end, "".join(str(self.values[word]) for word in words)
        value = self._value(words)
        return None if value is None else (end, str(value))

    def _value(self, words: list[str]) -> int | None:
        total, section, digit = 0, 0, None
        for word in words:
            if word in self.values:
                if digit:
                    return None
                digit = self.values[word]
            elif word in self.places:
                section += (1 if digit is None else digit) * self.places[word]
                digit = None
            else:
                total += (section + (digit or 0)) * self.myriads[word]
                section, digit = 0, None
        last_place = next((self.places.get(word) or self.myriads.get(word) for word in reversed(words[:-1])), None)
        if digit and words[-2] not in self.zeros and last_place and last_place > 10:
            # 一百五 is 150
            digit *= last_place // 10
        return total + section + (digit or 0)


def _scaled(head: int | None, scale: int, rest: int | None) -> int | None:
    return None if head is None or rest is None or head == 0 else head * scale + rest


def _word(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) and tokens[index].kind is Kind.WORD else ""


_READERS: dict[str, type] = {"additive": AdditiveReader, "compound": CompoundReader, "positional": PositionalReader}
