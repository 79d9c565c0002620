"""Sixty seven year old; zweiundvierzigjährig."""

from __future__ import annotations

from app.dictation.language import Language
from app.dictation.passage import Match, Passage
from app.dictation.rules.amounts import read_amount
from app.dictation.tokens import Kind, tokenize


def endings(language: Language) -> tuple[str, ...]:
    """With which a word ends that holds an age: jährige."""
    data = language.section("ages")
    return tuple(ending + inflection for ending in data.get("endings", ()) for inflection in data["inflections"])


def match_compound(passage: Passage, index: int) -> Match | None:
    """Zweiundvierzigjährige: 42-jährige, as a noun 42-Jährige."""
    token = passage.token(index)
    ending = max((each for each in endings(passage.language) if token.lower.endswith(each)), key=len, default="")
    number = passage.language.numerals.read(tokenize(token.lower.removesuffix(ending)), 0) if ending else None
    if number is None or number.end != 1 or not number.spoken:
        return None
    starts = passage.token(index - 1).kind in (Kind.MARK, Kind.BREAK) or passage.match_before(index) is not None
    is_noun = token.text[0].isupper() and not starts
    return Match("ages", index, index + 1, f"{number.digits}-{ending.capitalize() if is_noun else ending}")


def match_age(passage: Passage, index: int) -> Match | None:
    """An age before a person: 67-year-old; "she is one year old" keeps its words apart."""
    amount = read_amount(passage, index)
    if amount is None or amount.rule not in ("numbers", "ranges", "fractions"):
        return None
    unit = passage.skip_hyphen(amount.end)
    old = passage.skip_hyphen(unit + 1)
    if not passage.is_in(unit, "ages", "units") or not passage.is_in(old, "ages", "old"):
        return None
    if amount.rule == "ranges":
        first, second = (passage.write(number) for number in amount.numbers)
        text = f"{first}- to {second}"
    else:
        text = amount.text
    words = f"{passage.token(unit).text}-{passage.token(old).text}"
    one = amount.text == "1" and passage.is_in(index - 1, "ages", "predicates")
    if one and passage.ends_phrase(old + 1):
        return Match("ages", index, old + 1, "1 " + words.replace("-", " "))
    return Match("ages", index, old + 1, f"{text}-{words}")
