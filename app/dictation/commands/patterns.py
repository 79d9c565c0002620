"""What a command is said with: fixed words and at most one place for something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.dictation.tokens import Kind, Token, tokenize

SLOTS = ("section", "any section", "words", "template", "any template", "letters")
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Pattern:
    """Words before the place, what the place is for ("" without one), and words behind it; all in lower case."""

    before: tuple[str, ...]
    slot: str
    after: tuple[str, ...]

    @classmethod
    def parse(cls, phrase: str) -> Pattern:
        """Reads "go to {section}". Raises ValueError for another place than those of SLOTS, two places, or no words."""
        parts = _SLOT.split(phrase)
        slot = parts[1] if len(parts) > 1 else ""
        if len(parts) > 3 or (slot and slot not in SLOTS):
            raise ValueError(phrase)
        before = words_of(parts[0])
        after = words_of(parts[2]) if slot else ()
        if not before and not after:
            raise ValueError(phrase)
        return cls(before, slot, after)

    def match(self, said: Sequence[Token]) -> Sequence[Token] | None:
        """The tokens in the place where these are said, empty without a place; None where something else is said."""
        end = len(said) - len(self.after)
        rest = said[len(self.before) : end]
        if end < len(self.before) or bool(rest) != bool(self.slot):
            return None
        words = tuple(token.lower for token in (*said[: len(self.before)], *said[end:]))
        return rest if words == (*self.before, *self.after) else None


def tokens_said(text: str) -> list[Token]:
    """The tokens of an utterance without the marks at its end and the hyphens within words."""
    tokens = tokenize(text.strip())
    while tokens and tokens[-1].kind in (Kind.MARK, Kind.BREAK):
        tokens.pop()
    return [token for token in tokens if token.text != "-" or token.gap]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a phrase in lower case."""
    return tuple(token.lower for token in tokens_said(text))
