"""From spoken to written: the rules in the order in which they are asked, from the first token to the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.dictation import edits
from app.dictation.automatic_marks import without_automatic_marks
from app.dictation.capitals import capital_changes
from app.dictation.edits import Edit
from app.dictation.language import Language, load_language
from app.dictation.options import FormattingOptions
from app.dictation.passage import Match, Passage
from app.dictation.rules import (
    abbreviations,
    ages,
    amounts,
    combinations,
    dates,
    digits,
    frequencies,
    gauges,
    heights,
    leads,
    lists,
    ordinals,
    punctuation,
    roman,
    schemes,
    scores,
    signs,
    spine,
    staging,
    times,
    titles,
    written,
)
from app.dictation.tokens import Kind, tokenize

_MOST_PASSES = 4
_DEFAULT = FormattingOptions()


@dataclass(frozen=True)
class FormattedText:
    """The written text, and what was changed to get there, in the order of the text."""

    text: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    names: tuple[str, ...]  # asked when any of them is switched on
    match: Callable[[Passage, int], Match | None]


_ON_NUMBERS = (
    _Rule(("punctuation",), lists.match_item),
    _Rule(("times",), times.match_time),
    _Rule(("frequencies",), schemes.match_scheme),
    _Rule(("dates",), dates.match_slashes),
    _Rule(("dates",), dates.match_year_first),
    _Rule(("dates",), dates.match_row),
    _Rule(("roman",), roman.match_roman),
    _Rule(("roman",), leads.match_limb_leads),
    _Rule(("staging",), staging.match_category),
    _Rule(("gauges",), gauges.match_gauge),
    _Rule(("fractions",), combinations.match_strengths),
    _Rule(("numbers",), heights.match_height),
    _Rule(("dates",), dates.match_decade),
    _Rule(("ages",), ages.match_age),
    _Rule(("dates",), dates.match_year),
    _Rule(("numbers", "units", "ranges", "fractions", "sizes", "percent", "temperatures"), amounts.match_amount),
)
_ON_ORDINALS = (_Rule(("dates",), dates.match_day_first), _Rule(("ordinals",), ordinals.match_ordinal))
_ON_MIXED = (
    _Rule(("fractions",), combinations.match_strengths),
    _Rule(("times",), times.match_time),
    _Rule(("dates",), dates.match_day_first),
    _Rule(("frequencies",), frequencies.match_written_every),
    _Rule(("staging",), staging.match_more_births),
    _Rule(("staging",), staging.match_sequence),
    _Rule(("staging",), leads.match_chest_leads),
    _Rule(("vertebrae",), spine.match_level),
    _Rule(("roman",), roman.match_roman),
    _Rule(("units",), written.match_written),
)
_ON_LETTERS = (
    _Rule(("staging",), staging.match_sequence),
    _Rule(("vertebrae",), spine.match_level),
    _Rule(("abbreviations",), abbreviations.match_letters),
    _Rule(("staging",), leads.match_chest_leads),
    _Rule(("staging",), staging.match_letter_number),
    _Rule(("staging",), staging.match_lone_letter),
)


def format_text(text: str, language: str = "en", options: FormattingOptions = _DEFAULT) -> FormattedText:
    """The written form of a dictated text; what no rule knows stays as it is, character by character.

    Formatting what was formatted changes nothing. Raises UnknownRuleError for a language without rules.
    """
    data = load_language(language)
    result = text
    made: list[Edit] = []
    for number in range(_MOST_PASSES):
        changes = _rule_changes(result, data, options)
        if not number and options.punctuation == "spoken":
            changes = without_automatic_marks(result, data, changes)
        if number and not changes:
            break
        made, result = _carry_out(text, result, made, changes)
        made, result = _carry_out(text, result, made, _capital_changes(result, data, options))
    return FormattedText(result, tuple(made))


def _carry_out(
    source: str, text: str, made: list[Edit], changes: list[tuple[str, int, int, str]]
) -> tuple[list[Edit], str]:
    if not changes:
        return made, text
    result, new = edits.apply(text, changes)
    return edits.compose(source, made, new, result), result


def _rule_changes(text: str, language: Language, options: FormattingOptions) -> list[tuple[str, int, int, str]]:
    passage = Passage(tokenize(text), language, options)
    by_word = _rules_by_word(language)
    aged = ages.endings(language)
    index = 0
    while index < len(passage.tokens):
        match = _first_match(passage, index, by_word)
        if match is None and aged and passage.token(index).lower.endswith(aged) and options.allows("ages"):
            match = ages.match_compound(passage, index)
        if match is None:
            index += 1
        else:
            passage.matches.append(match)
            index = match.end
    return _changes(text, passage)


def _first_match(passage: Passage, index: int, by_word: dict[str, tuple[_Rule, ...]]) -> Match | None:
    token = passage.tokens[index]
    if token.kind is Kind.MARK or token.kind is Kind.BREAK:
        return None
    rules = by_word.get(token.lower, ())
    if token.kind is Kind.MIXED:
        rules = _ON_MIXED + rules
    elif token.kind is Kind.NUMBER or (
        passage.language.numerals.may_start(token.lower) and passage.strict_number(index) is not None
    ):
        rules = rules + _ON_NUMBERS
    elif len(token.text) == 1 and passage.language.spaces:
        rules = _ON_LETTERS[:1] + rules + _ON_LETTERS[1:]
    for rule in rules:
        if passage.options.allows_any(rule.names):
            match = rule.match(passage, index)
            if match is not None:
                return match
    return None


def _changes(text: str, passage: Passage) -> list[tuple[str, int, int, str]]:
    changes: list[tuple[str, int, int, str]] = []
    starts = {match.start for match in passage.matches}
    raised_at = -1
    for match in passage.matches:
        first, last = passage.tokens[match.start], passage.tokens[match.end - 1]
        start = first.start - (len(first.gap) if match.glue_left else 0)
        end = last.end
        following = passage.token(match.end)
        if match.text.endswith(".") and following.text == "." and not following.gap:
            end = following.end
        if match.glue_right and match.end < len(passage.tokens):
            end += len(passage.tokens[match.end].gap)
        elif match.glue_right:
            end = len(text)
        if changes and start < changes[-1][2]:
            start = changes[-1][2]
        written = match.text
        if match.start == raised_at and written.islower():
            written = written[0].upper() + written[1:]
        if text[start:end] != written:
            changes.append((match.rule, start, end, written))
        if match.ends_sentence and not match.text and passage.options.allows("capitals"):
            # "6 p.m." took the stop, so that no later pass can see the sentence end
            raised_at = match.end
            if match.end not in starts and following.kind is Kind.WORD and following.text.islower():
                raised = following.text[0].upper() + following.text[1:]
                changes.append(("capitals", following.start, following.end, raised))
    return changes


def _capital_changes(text: str, language: Language, options: FormattingOptions) -> list[tuple[str, int, int, str]]:
    return capital_changes(text, language) if options.allows("capitals") else []


def _rules_by_word(language: Language) -> dict[str, tuple[_Rule, ...]]:
    return language.mapping("rules by word", _index_rules)


def _index_rules(language: Language) -> dict[str, tuple[_Rule, ...]]:
    """Which rules a word can start, so that most words start none."""
    dates_data = language.section("dates")
    tens = frozenset(word for word, value in language.numerals.values.items() if value >= 20)
    starts: list[tuple[frozenset[str], tuple[_Rule, ...]]] = [
        (
            punctuation.first_words(language),
            (
                _Rule(("headings",), punctuation.match_heading),
                _Rule(("punctuation", "layout"), punctuation.match_command),
            ),
        ),
        (frozenset(dates_data.get("months", {})), (_Rule(("dates",), dates.match_month),)),
        (frozenset(dates_data.get("days", {})), (_Rule(("dates",), dates.match_weekday),)),
        (frozenset(dates_data.get("decades", {})), (_Rule(("ages",), dates.match_decade),)),
        (frozenset(language.numerals.ordinals) | tens, _ON_ORDINALS),
        (
            language.numerals.zeros,
            (
                _Rule(("times",), times.match_time),
                _Rule(("dates",), dates.match_slashes),
                _Rule(("numbers",), digits.match_digits),
            ),
        ),
        (language.words("births", "gravida"), (_Rule(("staging",), staging.match_births),)),
        (language.words("amounts", "plus"), (_Rule(("fractions", "numbers"), signs.match_plus),)),
        (abbreviations.special_words(language), (_Rule(("abbreviations",), abbreviations.match_special),)),
        (abbreviations.plain_words(language), (_Rule(("abbreviations",), abbreviations.match_word),)),
        (abbreviations.name_words(language), (_Rule(("names",), abbreviations.match_name),)),
        (frequencies.first_words(language), (_Rule(("frequencies",), frequencies.match_frequency),)),
        (titles.first_words(language), (_Rule(("titles",), titles.match_title),)),
        (language.phrases("amounts", "unit_first").first_words, (_Rule(("percent",), amounts.match_prefixed),)),
        (
            language.words("plus_grades", "times") | language.phrases("plus_grades", "oriented_letters").first_words,
            (_Rule(("numbers",), scores.match_oriented),),
        ),
        (language.words("amounts", "times"), (_Rule(("sizes",), scores.match_times),)),
        (
            language.words("amounts", "minus")
            | language.words("signed", "negative")
            | language.words("amounts", "article"),
            (_Rule(("numbers",), amounts.match_amount),),
        ),
    ]
    by_word: dict[str, tuple[_Rule, ...]] = {}
    for words, rules in starts:
        for word in words:
            by_word[word] = by_word.get(word, ()) + rules
    return by_word
