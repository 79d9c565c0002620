"""Numbers with what belongs to them: doses, measures, ranges, fractions, sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.dictation.numerals import Number
from app.dictation.passage import Match, Passage
from app.dictation.rules import ambiguities, contexts, digits, units
from app.dictation.tokens import Kind

_LEAST_DILUTION = 1000
_FEET_OF_A_CHART = 20
_WEEKS_OF_PREGNANCY = frozenset(map(str, range(10, 45)))
_DAYS_OF_A_WEEK = frozenset(map(str, range(7)))
_YEAR = re.compile("20[0-4][1-9]|20[1-4]0")


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers that belong together, written as `text` up to the token `end`; `rule` is the last that shaped it."""

    end: int
    text: str
    numbers: tuple[Number, ...]
    rule: str = "numbers"

    @property
    def is_spoken(self) -> bool:
        return any(number.spoken for number in self.numbers)


def match_amount(passage: Passage, index: int) -> Match | None:
    """An amount with its unit, where the conventions write digits."""
    singles = digits.match_singles(passage, index)
    if singles:
        return singles
    amount = read_amount(passage, index)
    if amount is None or (amount.is_spoken and not passage.options.allows("numbers")):
        return None
    if contexts.goes_on_behind_point(passage, index):
        return Match("numbers", index, index + 1, passage.source(index, index + 1))
    plus = _match_plus(passage, index, amount)
    if plus:
        return plus
    unit = units.read_unit(passage, amount.end, amount.is_spoken)
    unclear = _unclear_range_end(passage, index, amount)
    if unclear is None and amount.rule == "numbers":
        unclear = ambiguities.unclear_end(passage, index, amount.numbers[0], is_measured=unit is not None)
    if unclear is not None:
        return Match("ranges", index, unclear, passage.source(index, unclear))
    if not _is_wanted(passage, index, amount, unit is not None):
        return None
    return _write(passage, index, amount, unit)


def _write(passage: Passage, index: int, amount: Amount, unit: units.Unit | None) -> Match:
    if amount.rule == "numbers" and not amount.is_spoken and not _is_quantity(passage, index, amount, unit):
        amount = replace(amount, text=passage.source(index, amount.end))
    if unit is not None:
        amount = _with_decimal_half(amount, passage)
        return Match(unit.rule, index, unit.end, amount.text + unit.text)
    period = contexts.modifier_end(passage, index, amount.end)
    if period is not None and passage.options.allows("durations"):
        words = passage.source(passage.skip_hyphen(amount.end), period).replace(" - ", " ").replace(" ", "-")
        return Match("durations", index, period, f"{amount.text}-{words}")
    rule = amount.rule if passage.options.allows(amount.rule) else "numbers"
    is_year = amount.rule == "numbers" and _may_be_year(passage, index, amount)
    return Match(rule, index, amount.end, amount.numbers[0].digits if is_year else amount.text)


def _may_be_year(passage: Passage, index: int, amount: Amount) -> bool:
    """Colonoscopy two thousand nineteen: a number that neither counts nor measures anything takes no separator."""
    counts = contexts.counts(passage, index, amount.end, amount.numbers[0])
    return not counts and not contexts.is_measured(passage, index) and bool(_YEAR.fullmatch(amount.numbers[0].digits))


def match_prefixed(passage: Passage, index: int) -> Match | None:
    """A unit said before its number, as percent is in Chinese."""
    found = passage.language.phrases("amounts", "unit_first").find(passage.tokens, index)
    amount = read_amount(passage, found[0]) if found else None
    return Match("percent", index, amount.end, amount.text + found[1]) if found and amount else None


def read_amount(passage: Passage, index: int) -> Amount | None:
    """A number, or numbers joined by the words for ranges, fractions, sizes and ratios."""
    if index not in passage.amounts:
        passage.amounts[index] = _read_amount(passage, index)
    found: Amount | None = passage.amounts[index]
    return found


def _read_amount(passage: Passage, index: int) -> Amount | None:
    signed = _read_signed(passage, index)
    if signed is not None:
        return signed
    if passage.is_in(index, "numerals", "point") and contexts.is_place(passage, index):
        return None
    first = _read_term(passage, index)
    if first is None:
        return None
    amount = (
        _read_vision(passage, index, first)
        or _read_ratio(passage, index, first)
        or _read_size(passage, first)
        or _read_range(passage, index, first)
        or first
    )
    if passage.is_in(index - 1, "amounts", "each") and not passage.is_in(amount.end, "dates", "slashes"):
        # one unit for every fifty over one fifty
        return amount
    return _read_fraction(passage, amount) or amount


def _read_signed(passage: Passage, index: int) -> Amount | None:
    is_minus = passage.is_in(index, "amounts", "minus") and not passage.is_numeral(index - 1)
    is_negative = passage.is_in(index, "signed", "negative") and _is_signed(passage, index, index)
    number = passage.number(index + 1) if is_minus or is_negative else None
    if number is None or (is_negative and contexts.is_since(passage, number.end)):
        # strep negative, ten days ago
        return None
    if not number.spoken and passage.token(index + 1).kind is not Kind.NUMBER:
        return None
    # the sign itself was said
    return Amount(number.end, "-" + passage.write(number), (replace(number, spoken=True, digits="-" + number.digits),))


def _is_signed(passage: Passage, index: int, end: int) -> bool:
    """Whether it says before `index` or behind `end` what may lie below zero: base excess, station."""
    if passage.find(end, "signed", "after") is not None:
        return True
    return contexts.is_measured_by(passage, index, "signed", "before")


def _read_term(passage: Passage, index: int) -> Amount | None:
    """One number, with a fraction that was said: one and a half, three quarters."""
    number = _read_article(passage, index) or _usual_number(passage, index)
    if number is None or passage.find(index, "amounts", "unit_first") is not None:
        return None
    plain = Amount(number.end, passage.write(number), (number,))
    if not number.is_whole or number.scale or not passage.options.allows("fractions"):
        return plain
    fractions = passage.language.phrases("amounts", "fraction_words")
    link = passage.find(number.end, "amounts", "half_links")
    mixed = fractions.find(passage.tokens, link) if link else None
    if link and mixed and passage.word(mixed[0] - 1) in passage.language.section("amounts")["decimal_fractions"]:
        return Amount(mixed[0], f"{plain.text} 1/{mixed[1]}", (number,), "fractions")
    above = passage.strict_number(number.end + 1) if passage.is_in(number.end, "amounts", "pair") else None
    mixed = fractions.find(passage.tokens, above.end) if above and above.spoken else None
    if above and mixed and above.value < mixed[1] and _agrees(passage, above, mixed[0]):
        return Amount(mixed[0], f"{plain.text} {above.digits}/{mixed[1]}", (number,), "fractions")
    found = fractions.find(passage.tokens, passage.skip_hyphen(number.end)) if number.spoken else None
    if found and 0 < number.value < found[1] and _agrees(passage, number, found[0]):
        if any(passage.is_in(found[0], *names) for names in (("ordinals", "nouns"), ("amounts", "fraction_stops"))):
            # one fourth toe, one third party
            return plain
        return Amount(found[0], f"{number.digits}/{found[1]}", (number,), "fractions")
    return plain


def _agrees(passage: Passage, above: Number, end: int) -> bool:
    """One third, two thirds, a three quarter inch needle; not one thirds."""
    if passage.is_in(end, "contexts", "modifiers"):
        return True
    return (above.digits == "1") != passage.word(end - 1).endswith("s")


def _read_article(passage: Passage, index: int) -> Number | None:
    """A hundred milligrams: only with a unit; a hundred and twenty."""
    if not passage.is_in(index, "amounts", "article"):
        return None
    more = passage.strict_number(index + 3) if passage.is_in(index + 2, "numerals", "and") else None
    if more is not None and passage.is_in(index + 1, "numerals", "hundred") and more.is_whole and not more.scale:
        if 0 < more.value < 100:
            return Number(more.end, str(100 + int(more.digits)))
        if 1000 <= more.value < 100_000 and more.digits.endswith("000"):
            return Number(more.end, str(100_000 + int(more.digits)))
        return None
    numerals = passage.language.section("numerals")
    word = passage.word(index + 1)
    digits = "100" if word in numerals["hundred"] else str(numerals["scales"].get(word, ""))
    if not digits or passage.is_numeral(index + 2) or passage.is_in(index + 2, "amounts", "pair"):
        return None
    number = Number(index + 2, digits)
    return number if units.read_unit(passage, number.end, True) else None


def _usual_number(passage: Passage, index: int) -> Number | None:
    """One twenty is 120, except after a word that takes a number of its own, or before what is counted by one."""
    thousands = _thousands(passage, index)
    if thousands is not None:
        return thousands
    strict = ambiguities.without_count(passage, index, passage.strict_number(index))
    joined = ambiguities.without_count(passage, index, passage.number(index))
    if strict is None or joined is None or not joined.is_joined:
        return _between(passage, index, strict)
    is_counted = ambiguities.is_strength(passage, joined.end) or ambiguities.is_gauge(passage, joined.end)
    is_counted = is_counted or (strict.digits == "1" and ambiguities.is_single(passage, joined.end))
    if is_counted and passage.is_in(index - 1, "amounts", "article"):
        # a one twenty five milligram tablet
        return joined
    if is_counted or contexts.takes_own_number(passage, index):
        return strict
    if strict.digits != "1" and contexts.is_duration(passage, joined.end):
        # take two twelve hours apart
        return strict
    return joined


def _thousands(passage: Passage, index: int) -> Number | None:
    """Platelets two forty thousand, two hundred and fifty thousand units; "doses of" and "between" open two numbers."""
    if passage.find_before(index, "amounts", "several_open") is not None:
        return None
    number = passage.language.numerals.read_thousands(passage.tokens, index)
    if number is not None and passage.find_before(index, "amounts", "pair_opens") is not None:
        return number if passage.is_in(number.end, "amounts", "pair") else None
    if number is None or contexts.is_measured(passage, index):
        return number
    linked = any(passage.is_in(place, "numerals", "and") for place in range(index, number.end))
    return number if linked else None


def _between(passage: Passage, index: int, number: Number | None) -> Number | None:
    """Between one hundred and twenty: the "and" belongs to "between" unless another follows."""
    if number is None or not passage.find_before(index, "amounts", "pair_opens"):
        return number
    if passage.is_in(number.end, "amounts", "pair"):
        return number
    for position in range(index + 1, number.end):
        if passage.is_in(position, "amounts", "pair"):
            shorter = passage.language.numerals.read(passage.tokens[:position], index)
            return shorter if shorter and shorter.end == position else number
    return number


def _read_vision(passage: Passage, index: int, first: Amount) -> Amount | None:
    """Visual acuity twenty forty; "twenty two hundred" is 20/200 there."""
    if not first.is_spoken or passage.language.numerals.values.get(passage.word(index)) != _FEET_OF_A_CHART:
        return None
    second = passage.strict_number(index + 1)
    if second is None or not second.is_whole or second.value < 10 or not passage.options.allows("fractions"):
        return None
    if not contexts.is_sight(passage, index, second.end):
        return None
    above = Number(index + 1, str(_FEET_OF_A_CHART))
    return Amount(second.end, f"{above.digits}/{second.digits}", (above, second), "fractions")


def _read_ratio(passage: Passage, index: int, first: Amount) -> Amount | None:
    """A titer of one to forty."""
    if not passage.is_in(first.end, "ratios", "to") or not passage.options.allows("ratios"):
        return None
    second = passage.number(first.end + 1)
    diluted = _before_dose(passage, first.end + 1, second) if second is not None else None
    second = diluted or second
    if second is None or not second.is_whole or not all(number.is_whole for number in first.numbers):
        return None
    if diluted is None and contexts.is_counted(passage, second.end):
        return None
    reach = passage.language.section("ratios")["reach"]
    around = passage.nearby(index, reach, 0) + passage.nearby(second.end - 1, 0, reach)
    beside = passage.find_before(index, "ratios", "before") is not None or passage.is_in(second.end, "ratios", "after")
    if not beside and not passage.language.words("ratios", "words") & set(around):
        return None
    return Amount(second.end, f"{first.text}:{passage.write(second)}", (*first.numbers, second), "ratios")


def _before_dose(passage: Passage, index: int, number: Number) -> Number | None:
    """One to one thousand, point three milligrams: what was diluted, without what is given of it."""
    if number.is_whole or not number.spoken or number.value < _LEAST_DILUTION:
        return None
    point = next(at for at in range(index, number.end) if passage.is_in(at, "numerals", "point"))
    return passage.language.numerals.read(passage.tokens[:point], index)


def _read_size(passage: Passage, first: Amount) -> Amount | None:
    """Three by two [by one]."""
    amount = first
    while passage.options.allows("sizes") and passage.is_in(amount.end, "amounts", "times"):
        term = _read_term(passage, amount.end + 1)
        if term is None:
            break
        amount = Amount(term.end, f"{amount.text} x {term.text}", amount.numbers + term.numbers, "sizes")
    return amount if amount.rule == "sizes" else None


def _read_range(passage: Passage, index: int, first: Amount) -> Amount | None:
    """Four to six; "from four to six" and what falls, four to two, keep their word, and so does every range with the
    rule switched off."""
    link = passage.skip_hyphen(first.end)
    if not passage.is_in(link, "amounts", "range"):
        return None
    if first.rule == "numbers" and passage.match_before(index) and passage.is_in(index - 1, "amounts", "range"):
        return None
    second = _read_term(passage, passage.skip_hyphen(link + 1))
    if second is None or second.text == first.text or _is_year_like(second):
        return None
    if ambiguities.is_short_for_hundreds(first.numbers[0], second.numbers[0]):
        return None
    if passage.is_in(second.end, "amounts", "range") and passage.is_numeral(second.end + 1):
        return None
    opened = any(passage.find_before(index, "amounts", key) is not None for key in ("range_opens", "pair_opens"))
    mixed = " " in first.text + second.text or first.text.startswith("-")
    falls = second.numbers[0].value < first.numbers[-1].value
    keeps_word = opened or mixed or falls or not passage.options.allows("ranges")
    joint = f" {passage.token(link).text} " if keeps_word else "-"
    return Amount(second.end, first.text + joint + second.text, first.numbers + second.numbers, "ranges")


def _with_sign_after(passage: Passage, amount: Amount) -> Amount:
    """The plus or minus of a muscle strength: four minus over five."""
    for word, sign in (("plus", "+"), ("minus", "-")):
        signed = passage.is_in(amount.end, "amounts", word) and amount.rule == "numbers"
        divided = passage.is_in(amount.end + 1, "amounts", "fraction") or passage.find(
            amount.end + 1, "amounts", "out_of"
        )
        if signed and divided:
            return replace(amount, end=amount.end + 1, text=amount.text + sign)
    return amount


def _unclear_range_end(passage: Passage, index: int, amount: Amount) -> int | None:
    """The end of "three to four hundred", which may mean 300 to 400, or of a time: the words stay."""
    if amount.rule not in ("numbers", "ranges"):
        return None
    if amount.rule == "ranges":
        low, high = amount.numbers[0], amount.numbers[-1]
        if high.spoken and ambiguities.ends_in_count(passage, high):
            # twenty to forty, two times a day
            return amount.end
        if _ends_dose(passage, index, amount):
            return amount.end
        return amount.end if ambiguities.is_before_the_hour(passage, index, amount.end, low, high) else None
    second = _read_term(passage, amount.end + 1) if passage.is_in(amount.end, "amounts", "range") else None
    return second.end if second and ambiguities.is_short_for_hundreds(amount.numbers[0], second.numbers[0]) else None


def _ends_dose(passage: Passage, index: int, amount: Amount) -> bool:
    """For one fifty to two hundred, four units: the last word is no part of 204."""
    high = amount.numbers[-1]
    if not high.spoken or not high.is_whole or passage.word(amount.end - 1) not in passage.language.numerals.single:
        return False
    return ambiguities.ends_hundreds(passage, index, high) and passage.is_in(amount.end, "amounts", "whole")


def _is_year_like(amount: Amount) -> bool:
    return not amount.is_spoken and re.fullmatch("(?:19|20)[0-9]{2}", amount.numbers[0].digits) is not None


def _read_fraction(passage: Passage, amount: Amount) -> Amount | None:
    """142 over 86, five out of ten, four plus over five; not "100 over 30 minutes"."""
    if not passage.options.allows("fractions") or amount.rule in ("fractions", "sizes", "ratios"):
        return None
    felt = passage.find(amount.end + 1, "amounts", "felt") if passage.is_in(amount.end, "amounts", "fraction") else None
    if felt is not None and amount.rule == "numbers":
        return Amount(felt, f"{amount.text}/{passage.source(amount.end + 1, felt)}", amount.numbers, "fractions")
    amount = _with_sign_after(passage, amount)
    out_of = passage.find(amount.end, "amounts", "out_of")
    start = out_of or (amount.end + 1 if passage.is_in(amount.end, "amounts", "fraction") else None)
    second = ambiguities.without_count(passage, start, passage.number(start)) if start else None
    if start is None or second is None or second.scale:
        return None
    if second.spoken and ambiguities.ends_in_count(passage, second):
        return None
    if out_of and passage.find(second.end, "amounts", "counted_out_of"):
        text = f"{amount.text} {passage.token(out_of - 2).text} {passage.token(out_of - 1).text} {second.digits}"
        return Amount(second.end, text, (*amount.numbers, second), "fractions")
    is_slash = passage.is_in(amount.end, "dates", "slashes")
    if not out_of and not is_slash and contexts.is_duration(passage, second.end):
        return None
    end, text, numbers = second.end, f"{amount.text}/{passage.write(second, False)}", (*amount.numbers, second)
    while not numbers[0].is_whole and passage.is_in(end, "amounts", "fraction"):
        # blood gases: 7.25 over 60 over 80
        more = passage.number(end + 1)
        if more is None or more.scale:
            break
        end, text, numbers = more.end, f"{text}/{passage.write(more, False)}", (*numbers, more)
    return Amount(end, text, numbers, "fractions")


def _match_plus(passage: Passage, index: int, amount: Amount) -> Match | None:
    """Two plus edema; Gleason three plus four; thirty nine plus two weeks of pregnancy."""
    if not passage.is_in(amount.end, "amounts", "plus") or amount.rule not in ("numbers", "ranges"):
        return None
    if not passage.options.allows("fractions"):
        return None
    following = amount.end + 1
    second = passage.strict_number(following)
    if second and passage.find_before(index, "plus_grades", "sums") is not None:
        text = f"{amount.text}+{passage.write(second)}"
        total = passage.strict_number(second.end + 1) if passage.is_in(second.end, "plus_grades", "totals") else None
        if total is not None:
            return Match("fractions", index, total.end, f"{text}={passage.write(total)}")
        return Match("fractions", index, second.end, text)
    if second and passage.is_in(second.end, "signed", "weeks"):
        is_pregnancy = amount.text in _WEEKS_OF_PREGNANCY and second.digits in _DAYS_OF_A_WEEK
        return Match("fractions", index, second.end, f"{amount.text}+{second.digits}") if is_pregnancy else None
    ends = passage.token(following).kind in (Kind.MARK, Kind.BREAK) or any(
        passage.find(following, *names) is not None for names in (("plus_grades", "nouns"), ("contexts", "durations"))
    )
    if ends or passage.find_before(index, "plus_grades", "graded") is not None:
        return Match("fractions", index, following, amount.text + "+")
    return None


def _is_quantity(passage: Passage, index: int, amount: Amount, unit: units.Unit | None) -> bool:
    """Whether digits that are written already take a separator: not years, rooms and record numbers."""
    if unit is not None or passage.find(amount.end, "layout_of_units", "words_with_per") is not None:
        return True
    return contexts.is_measured(passage, index) and re.fullmatch("(?:19|20)[0-9]{2}", amount.numbers[0].digits) is None


def _with_decimal_half(amount: Amount, passage: Passage) -> Amount:
    """Metric units take decimals: 2.5 mg, not 2 1/2 mg."""
    match = re.fullmatch(r"(?:([0-9,.]+) )?([13])/([24])", amount.text)
    decimals = {"1/2": "5", "1/4": "25", "3/4": "75"}
    if amount.rule != "fractions" or match is None or f"{match[2]}/{match[3]}" not in decimals:
        return amount
    mark = passage.language.numerals.decimal_mark
    return replace(amount, text=f"{match[1] or '0'}{mark}{decimals[f'{match[2]}/{match[3]}']}")


def _is_wanted(passage: Passage, index: int, amount: Amount, has_unit: bool) -> bool:
    """Whether the conventions write this amount in digits."""
    if has_unit or not amount.is_spoken or (amount.text.startswith("-") and _is_signed(passage, index, amount.end)):
        return True
    first = amount.numbers[0]
    labelled = contexts.is_labelled(passage, index)
    if contexts.is_idiom(passage, index, amount.end) and not labelled:
        return False
    if passage.is_in(index, "numerals", "point"):
        given = passage.is_in(index - 1, "amounts", "point_opens") and passage.ends_phrase(amount.end)
        return labelled or given or contexts.is_taken(passage, index, amount.end)
    if (
        amount.rule != "numbers"
        or first.scale
        or not first.is_whole
        or abs(first.value) >= contexts.digits_from(passage)
    ):
        return True
    return labelled or contexts.counts(passage, index, amount.end, first) or _is_coordinated(passage, index, amount)


def _is_coordinated(passage: Passage, index: int, amount: Amount) -> bool:
    """Two or three tablets; apgar eight and nine; (1)."""
    if passage.is_in(amount.end, "amounts", "joins"):
        second = read_amount(passage, amount.end + 1)
        if second is not None and (
            units.read_unit(passage, second.end, second.is_spoken) is not None
            or contexts.counts(passage, amount.end + 1, second.end, second.numbers[0])
            or passage.find_before(index, "amounts", "pair_opens") is not None
        ):
            return True
    if _is_next_in_row(passage, index, amount) or _is_proportion(passage, amount):
        return True
    before = passage.match_before(index - 1)
    if before and passage.is_in(index - 1, "amounts", "joins") and before.text[-1:].isdigit():
        if passage.find_before(before.start, "contexts", "labels") is not None:
            return not passage.find(index, "amounts", "idioms")
        follows = before.rule in ("numbers", "ranges", "fractions") and passage.ends_phrase(amount.end)
        return follows and not passage.find(index, "amounts", "idioms")
    opening = passage.match_before(index)
    closing = passage.is_in(amount.end, "amounts", "closes") or passage.token(amount.end).text == ")"
    return bool(closing and ((opening and opening.text == "(") or passage.token(index - 1).text == "("))


def _is_next_in_row(passage: Passage, index: int, amount: Amount) -> bool:
    """The last of "twenty ten five", or the second of "apgars nine nine"."""
    before = passage.match_before(index)
    if before is None or before.rule != "numbers" or not before.text[-1:].isdigit() or amount.text == "1":
        return False
    return passage.ends_phrase(amount.end) or passage.is_numeral(amount.end)


def _is_proportion(passage: Passage, amount: Amount) -> bool:
    """One in ten, where the second number is in digits already."""
    second = passage.strict_number(amount.end + 1) if passage.is_in(amount.end, "ratios", "proportion") else None
    if second is None or not second.is_whole or second.value < contexts.digits_from(passage):
        return False
    is_year = re.fullmatch("(?:18|19|20|21)", second.digits) and passage.is_numeral(second.end)
    if is_year or (not second.spoken and re.fullmatch("(?:18|19|20|21)[0-9]{2}", second.digits)):
        return False
    return not contexts.is_counted(passage, second.end)
