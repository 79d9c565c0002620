"""Days, months and years."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.dictation.passage import Match, Passage
from app.dictation.rules import contexts, units
from app.dictation.rules.ordinals import read_ordinal, write_ordinal
from app.dictation.tokens import Kind

_MONTHS, _DAYS = 12, 31
_TAPER_FROM = frozenset(map(str, range(25, 105, 5)))


@dataclass(frozen=True, slots=True)
class Year:
    """A year up to the token `end`; `is_paired` when said in two pairs of digits."""

    end: int
    digits: str
    is_paired: bool


def match_month(passage: Passage, index: int) -> Match | None:
    """March third twenty twenty one; without a day or a year only the capital."""
    months = passage.language.section("dates")["months"]
    month = months.get(passage.word(index))
    if month is None:
        return None
    of = index + 1 + passage.is_in(index + 1, "dates", "of")
    day = _read_day(passage, index + 1)
    year = read_year(passage, of)
    if day and not (year and _read_later_year(passage, day[0]) is None and not _is_ordinal(passage, index + 1)):
        later = _read_later_year(passage, day[0])
        if later:
            return _write(passage, index, later.end, "order", day=day[1], month=month, year=later.digits)
        if _may_stand_alone(passage, index, day[0]):
            return _write(passage, index, day[0], "order_without_year", day=day[1], month=month)
    if year and passage.token(of).kind is Kind.WORD:
        text = f"{month}{' of' if of > index + 1 else ''} {year.digits}"
        return Match("dates", index, year.end, text)
    return _match_capital(passage, index, month)


def match_day_first(passage: Passage, index: int) -> Match | None:
    """The fifth of June two thousand nineteen."""
    day = read_ordinal(passage, index) or _written_ordinal(passage, index)
    if day is None or not 1 <= day[1] <= 31:
        return None
    month_at = day[0] + passage.is_in(day[0], "dates", "of")
    months = passage.language.section("dates").get("months", {})
    month = months.get(passage.word(month_at))
    if month is None or (month_at == day[0] and passage.is_in(month_at, "dates", "ambiguous_months")):
        return None
    year = _read_later_year(passage, month_at + 1)
    written = write_ordinal(passage, day[1])
    of = f"{passage.token(day[0]).text} " if month_at > day[0] else ""
    if year:
        return _write(passage, index, year.end, "day_first", day=written, of=of, month=month, year=year.digits)
    return _write(passage, index, month_at + 1, "day_first_without_year", day=written, of=of, month=month)


def match_weekday(passage: Passage, index: int) -> Match | None:
    written = passage.language.section("dates").get("days", {}).get(passage.word(index))
    return Match("dates", index, index + 1, written) if written else None


def match_year_first(passage: Passage, index: int) -> Match | None:
    """Twenty twenty four dash oh three dash fifteen: 2024-03-15."""
    year = read_year(passage, index)
    parts: list[str] = []
    end = year.end if year else index
    while year and len(parts) < 2 and passage.is_in(end, "dates", "slashes"):
        part = _read_part(passage, end + 1)
        if part is None:
            return None
        end, parts = part[0], [*parts, part[1].zfill(2)]
    if year is None or len(parts) < 2 or not 1 <= int(parts[0]) <= _MONTHS:
        return None
    return Match("dates", index, end, "-".join((year.digits, *parts)))


def match_slashes(passage: Passage, index: int) -> Match | None:
    """Five slash ten slash twenty twenty one."""
    parts, position = [], index
    for _ in range(2):
        part = _read_part(passage, position)
        if part is None or not passage.is_in(part[0], "dates", "slashes"):
            return None
        parts.append(part[1])
        position = part[0] + 1
    year = read_year(passage, position)
    number = passage.strict_number(position)
    if year is None and number is not None and len(number.digits) == 2:
        year = Year(number.end, number.digits, False)
    year = year or _read_two_digits(passage, position)
    return Match("dates", index, year.end, "/".join((*parts, year.digits))) if year else None


def match_row(passage: Passage, index: int) -> Match | None:
    """On nine eleven twenty twenty, on four twelve twenty four: month, day and year in a row, as Americans say them."""
    if passage.find_before(index, "dates", "row_opens") is None:
        return None
    month = _read_part(passage, index)
    day = _read_part(passage, month[0]) if month and int(month[1]) <= _MONTHS else None
    if month is None or day is None:
        return None
    year = read_year(passage, day[0])
    if year is None or not _is_year(passage, day[0], year):
        year = _read_short_year(passage, index, day[0])
    return Match("dates", index, year.end, f"{month[1]}/{day[1]}/{year.digits}") if year else None


def _read_short_year(passage: Passage, opened: int, index: int) -> Year | None:
    """Twenty four, oh five: two digits of a year, where nothing is counted by them."""
    year = _read_two_digits(passage, index)
    if year is None or passage.find_before(opened, "dates", "short_row_opens") is None:
        return None
    return None if passage.is_numeral(year.end) or contexts.is_counted(passage, year.end) else year


def _read_two_digits(passage: Passage, index: int) -> Year | None:
    group = passage.language.numerals.read_below_hundred(passage.tokens, index)
    if group is None or len(group[1]) != 2 or passage.token(index).kind is not Kind.WORD:
        return None
    return Year(group[0], group[1], True)


def match_year(passage: Passage, index: int) -> Match | None:
    """A year that stands alone: in nineteen ninety eight."""
    year = read_year(passage, index)
    if year is None or passage.token(index).kind is not Kind.WORD or not _is_year(passage, index, year):
        return None
    link = year.end
    later = read_year(passage, link + 1) if passage.is_in(link, "amounts", "range") else None
    if later and passage.options.allows("ranges"):
        opened = passage.find_before(index, "amounts", "range_opens") is not None
        joint = f" {passage.token(link).text} " if opened else "-"
        return Match("dates", index, later.end, year.digits + joint + later.digits)
    return Match("dates", index, year.end, year.digits)


def match_decade(passage: Passage, index: int) -> Match | None:
    """In her sixties; in the nineteen eighties; in the one forties."""
    decades = passage.language.section("dates").get("decades", {})
    if passage.word(index) in decades:
        before = passage.is_in(index - 1, "dates", "decade_opens")
        return Match("ages", index, index + 1, f"{decades[passage.word(index)]}s") if before else None
    number = passage.strict_number(index)
    decade = decades.get(passage.word(number.end)) if number and number.spoken else None
    if number is None or decade is None or number.end != index + 1 or not 1 <= number.value <= 20:
        return None
    if 10 <= number.value < 18:
        return None
    return Match("dates", index, number.end + 1, f"{number.digits}{decade}s")


def read_year(passage: Passage, index: int) -> Year | None:
    """Twenty twenty one, nineteen oh five, two thousand nineteen, 2019: from 1800 to 2199."""
    token = passage.token(index)
    if token.kind is Kind.NUMBER:
        return Year(index + 1, token.text, False) if re.fullmatch("(?:18|19|20|21)[0-9]{2}", token.text) else None
    strict = passage.strict_number(index)
    if strict is None or not strict.is_whole or strict.scale or not strict.spoken:
        return None
    if strict.digits in ("18", "19", "20", "21") and strict.end == index + 1:
        group = passage.language.numerals.read_below_hundred(passage.tokens, strict.end)
        if group and passage.token(strict.end).kind is Kind.WORD and len(group[1]) == 2:
            return Year(group[0], strict.digits + group[1], True)
    if 1800 <= strict.value <= 2199:
        return Year(strict.end, strict.digits, False)
    return None


def _read_part(passage: Passage, index: int) -> tuple[int, str] | None:
    """A day or a month in words: three, oh three, thirty one."""
    if passage.token(index).kind is not Kind.WORD:
        return None
    number = passage.strict_number(index)
    if number is None or number.digits == "0":
        return passage.language.numerals.read_below_hundred(passage.tokens, index)
    if not number.is_whole or number.scale or not number.spoken or number.value > _DAYS:
        return None
    return number.end, number.digits


def _is_year(passage: Passage, index: int, year: Year) -> bool:
    """Whether the number is a year and not a quantity."""
    if _is_in_row(passage, index, year):
        return False
    if units.read_unit(passage, year.end, True) or contexts.is_duration(passage, year.end):
        return False
    following = passage.strict_number(year.end)
    opens = passage.find_before(index, "dates", "year_opens") is not None
    if not opens and following is not None and contexts.is_counted(passage, following.end):
        # insulin twenty, ten, twelve units
        return False
    if passage.find(year.end, "dates", "year_stops") or passage.find(year.end, "contexts", "nouns"):
        return False
    opened = passage.find_before(index, "dates", "year_opens") is not None
    only_follows = not opened or passage.is_in(index - 1, "amounts", "pair")
    if year.is_paired and only_follows and contexts.is_sight(passage, index, year.end):
        return False
    linked = passage.is_in(index - 1, "amounts", "range") or passage.is_in(index - 1, "amounts", "pair")
    if linked and not year.is_paired:
        linked_to = passage.match_before(index - 1)
        return linked_to is not None and linked_to.rule == "dates"
    recent = 1900 <= int(year.digits) < 2030 and not year.digits.endswith("00")
    if recent and passage.ends_phrase(year.end) and not contexts.is_labelled(passage, index):
        return True
    if year.is_paired:
        return opened or not contexts.is_labelled(passage, index)
    if year.digits.endswith("00") or year.digits.endswith("000"):
        return opened and passage.ends_phrase(year.end)
    return opened and not contexts.is_labelled(passage, index)


def _is_in_row(passage: Passage, index: int, year: Year) -> bool:
    """Whether its two pairs are numbers of their own: a taper of sixty, forty, twenty, ten; twenty, twelve point
    five."""
    if passage.is_in(year.end, "numerals", "point") and passage.is_numeral(year.end + 1):
        return True
    if not year.is_paired or passage.find_before(index, "dates", "year_opens") is not None:
        return False
    first, second = int(year.digits[:2]), int(year.digits[2:])
    before, after = passage.match_before(index), passage.strict_number(year.end)
    falls_from = before is not None and before.rule == "numbers" and before.text in _TAPER_FROM
    return first > second and (falls_from or (after is not None and after.value < second))


def _read_day(passage: Passage, index: int) -> tuple[int, str] | None:
    if passage.is_in(index, "dates", "the"):
        index += 1
        if not _is_ordinal(passage, index):
            return None
    ordinal = read_ordinal(passage, index) or _written_ordinal(passage, index)
    if ordinal:
        return (ordinal[0], str(ordinal[1])) if 1 <= ordinal[1] <= 31 else None
    number = passage.strict_number(index)
    if number is None or not number.is_whole or number.scale or not 1 <= number.value <= 31:
        return None
    return number.end, number.digits


def _read_later_year(passage: Passage, index: int) -> Year | None:
    """The year after a day, also after the comma that a recogniser writes."""
    index += passage.token(index).text == ","
    year = read_year(passage, index)
    return year if year and not contexts.is_counted(passage, year.end) else None


def _is_ordinal(passage: Passage, index: int) -> bool:
    return (read_ordinal(passage, index) or _written_ordinal(passage, index)) is not None


def _written_ordinal(passage: Passage, index: int) -> tuple[int, int] | None:
    match = re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)", passage.token(index).lower)
    return (index + 1, int(match[1])) if match else None


def _may_stand_alone(passage: Passage, index: int, end: int) -> bool:
    """March third; not "he may first", nor the units of "in May five patients"."""
    ambiguous = passage.is_in(index, "dates", "ambiguous_months") and not passage.token(index).text[0].isupper()
    opened = passage.find_before(index, "dates", "month_opens") is not None
    starts = index == 0 or passage.token(index - 1).kind in (Kind.MARK, Kind.BREAK)
    if ambiguous and passage.is_in(index, "dates", "verb_months"):
        return opened and (passage.ends_phrase(end) or _is_ordinal(passage, index + 1))
    if not _is_ordinal(passage, index + 1) and not passage.is_in(index + 1, "dates", "the"):
        return passage.ends_phrase(end)
    return not ambiguous or opened or starts or passage.ends_phrase(end)


def _match_capital(passage: Passage, index: int, month: str) -> Match | None:
    ambiguous = passage.is_in(index, "dates", "ambiguous_months")
    if ambiguous and not passage.is_in(index - 1, "dates", "ambiguous_opens"):
        return None
    return Match("dates", index, index + 1, month)


def _write(passage: Passage, start: int, end: int, form: str, **parts: str) -> Match:
    return Match("dates", start, end, passage.language.section("dates")[form].format(**parts))
