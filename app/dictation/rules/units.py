"""Units after an amount: milligrams per kilogram per hour."""

from __future__ import annotations

from dataclasses import dataclass

from app.dictation.language import Language
from app.dictation.passage import Passage
from app.dictation.phrases import Phrases
from app.dictation.tokens import Kind

_AMBIGUOUS = frozenset("lgmshw")
_POWERS = frozenset(map(str, range(2, 13)))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit up to the token `end`; `text` begins with the space that it takes."""

    end: int
    text: str
    rule: str


def read_unit(passage: Passage, index: int, is_spoken: bool) -> Unit | None:
    """The unit that starts at `index`, with what it is divided by; None also where its rule is switched off."""
    start = passage.skip_hyphen(index)
    if passage.token(start).kind is Kind.MARK:
        return _read_sign(passage, start)
    found = _units(passage.language).find(passage.tokens, start)
    if found is None:
        return _read_power(passage, start) or _read_plain(passage, start)
    end, written = found
    if is_spoken and passage.word(start) in _AMBIGUOUS and end == start + 1:
        return None
    rule = "percent" if written == "%" else "temperatures" if written.startswith("°") else "units"
    if not passage.options.allows(rule):
        return None
    if rule == "units":
        end, divided = _read_divisors(passage, end)
        written += divided
    return Unit(end, _spaced(passage, written), rule)


def _spaced(passage: Passage, written: str) -> str:
    joined = written in passage.language.section("layout_of_units").get("joined", ())
    return written if joined else " " + written


def _read_sign(passage: Passage, index: int) -> Unit | None:
    """Signs that are written already: 94 % and 38.4°C."""
    if passage.token(index).text == "%" and passage.options.allows("percent"):
        return Unit(index + 1, _spaced(passage, "%"), "percent")
    scale = passage.token(index + 1)
    is_degrees = passage.token(index).text == "°" and scale.text in ("C", "F") and not scale.gap
    if is_degrees and passage.options.allows("temperatures"):
        return Unit(index + 2, " °" + scale.text, "temperatures")
    return None


def _read_power(passage: Passage, index: int) -> Unit | None:
    """Times ten to the nine [per liter]: x 10^9/L."""
    base = passage.strict_number(index + 1) if passage.is_in(index, "plus_grades", "times") else None
    start = passage.find(base.end, "amounts", "powers") if base and base.digits == "10" else None
    if start is None or not passage.options.allows("units"):
        return None
    number = passage.strict_number(start)
    ordinal = passage.language.numerals.ordinals.get(passage.word(start), passage.token(start).lower.removesuffix("th"))
    end, power = (number.end, number.digits) if number else (start + 1, str(ordinal))
    if power not in _POWERS:
        return None
    end, divided = _read_divisors(passage, end)
    return Unit(end, f" x 10^{power}{divided}", "units")


def _read_plain(passage: Passage, index: int) -> Unit | None:
    """Words that stay, but take a divisor: units per hour."""
    end = passage.find(index, "layout_of_units", "words_with_per")
    if end is None or not passage.options.allows("units"):
        return None
    after, divided = _read_divisors(passage, end)
    if not divided:
        return None
    text = " ".join(token.text for token in passage.tokens[index:end])
    return Unit(after, " " + text + divided, "units")


def _read_divisors(passage: Passage, end: int) -> tuple[int, str]:
    text = ""
    while passage.is_in(end, "amounts", "per") or _is_slash(passage, end):
        number = passage.strict_number(end + 1)
        start = number.end if number else end + 1
        found = _divisors(passage.language).find(passage.tokens, start)
        if found is None or _counts_times(passage, found[0]):
            break
        amount = f"{passage.write(number)} " if number else ""
        end, text = found[0], f"{text}/{amount}{found[1]}"
    return end, text


def _counts_times(passage: Passage, index: int) -> bool:
    """Whether it says here how often: two times, behind "a day"."""
    number = passage.strict_number(index)
    return number is not None and passage.is_in(number.end, "amounts", "often")


def _is_slash(passage: Passage, index: int) -> bool:
    return passage.token(index).text == "/" and not passage.token(index).gap


def _units(language: Language) -> Phrases[str]:
    return language.table("units", lambda language: _table(language, "units"))


def _divisors(language: Language) -> Phrases[str]:
    def build(language: Language) -> Phrases[str]:
        return _table(language, "units", "per_units")

    return language.table("divisors", build)


def _table(language: Language, *sections: str) -> Phrases[str]:
    entries: dict[str, str] = {}
    for section in sections:
        for written, said in language.section(section).items():
            entries |= dict.fromkeys((phrase.replace("_", " ") for phrase in said.split()), written)
    return Phrases(entries)
