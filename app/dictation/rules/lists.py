"""Numbered lists: plan, one period start aspirin, two period rest."""

from __future__ import annotations

import re

from app.dictation.passage import Match, Passage
from app.dictation.rules import punctuation
from app.dictation.tokens import Kind

_LONGEST_LIST = 30


def match_item(passage: Passage, index: int) -> Match | None:
    """A number and its stop at the start of a line or sentence; a list begins with one behind a colon or a line end."""
    number = passage.strict_number(index)
    if number is None or not number.is_whole or number.scale or not number.spoken or number.value > _LONGEST_LIST:
        return None
    end = punctuation.stop_end(passage, number.end)
    if end is None or passage.token(end).kind is not Kind.WORD or not punctuation.is_fresh(passage, index):
        return None
    begins = number.digits == "1" and _opens_list(passage, index)
    if not begins and not _follows(passage, int(number.digits) - 1):
        return None
    return Match("punctuation", index, end, number.digits + ".", ends_sentence=True)


def _opens_list(passage: Passage, index: int) -> bool:
    before = passage.match_before(index)
    written = before.text if before else passage.token(index - 1).text
    return written.endswith((":", "\n")) or (before is None and passage.token(index - 1).kind is Kind.BREAK)


def _follows(passage: Passage, number: int) -> bool:
    """Whether the last item of a list has this number."""
    for match in reversed(passage.matches):
        item = re.fullmatch(r"([0-9]+)\.", match.text)
        if item is not None:
            return item[1] == str(number)
    return False
