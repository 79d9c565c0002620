"""Capitals that are asked for by voice. What could be a unit or a value keeps its letters: 5 mg is never 5 Mg."""

from __future__ import annotations

from app.dictation.commands.command import CommandName
from app.dictation.tokens import Kind, Token, tokenize


def change_case(text: str, command: CommandName, *, is_first_alone: bool = False) -> str:
    """The text with other capitals, as long as before: CAPITALISE begins each word with one, or the first alone;
    UPPER_CASE and LOWER_CASE change all letters. Words with digits in them and behind a number stay as they are."""
    changed = list(text)
    before: Token | None = None
    for token in tokenize(text):
        is_amount = before is not None and before.kind in (Kind.NUMBER, Kind.MIXED)
        if token.kind is Kind.WORD and not is_amount:
            word = _changed(token.text, command)
            if len(word) == len(token.text):  # not ß, whose capital is two
                changed[token.start : token.end] = word
            if is_first_alone and command is CommandName.CAPITALISE:
                break
        before = token
    return "".join(changed)


def _changed(word: str, command: CommandName) -> str:
    if command is CommandName.CAPITALISE:
        return word[:1].upper() + word[1:] if word.islower() else word  # pH stays
    return word.upper() if command is CommandName.UPPER_CASE else word.lower()
