"""The Joint Commission's "do not use" list: found and offered in full, never rewritten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from app.dictation.language import load_language
from app.dictation.rules.merged import find_merged


@dataclass(frozen=True, slots=True)
class Flag:
    """text[start:end] is `found`; `suggestions` are what to write instead, `reason` why."""

    start: int
    end: int
    found: str
    suggestions: tuple[str, ...]
    reason: str


def flag_unsafe_abbreviations(text: str, language: str = "en") -> list[Flag]:
    """Dangerous abbreviations and ways to write doses, and strengths taken for one number, in the order of the text.

    Empty for languages without a list.
    """
    flags: list[Flag] = []
    for pattern, suggestions, reason in _patterns(language):
        for match in pattern.finditer(text):
            offered = tuple(match.expand(suggestion) for suggestion in suggestions)
            flags.append(Flag(match.start(), match.end(), match.group(), offered, reason))
    spoken = load_language(language)
    for start, end, meant in find_merged(text, spoken):
        flags.append(Flag(start, end, text[start:end], (meant,), spoken.section("combinations")["merged"]))
    return sorted(flags, key=lambda flag: (flag.start, flag.end))


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]:
    listed = load_language(language).data.get("unsafe", ())
    return tuple((re.compile(entry["pattern"]), tuple(entry["suggestions"]), entry["reason"]) for entry in listed)
