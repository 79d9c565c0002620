"""Tables of phrases, looked up token by token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from app.dictation.tokens import Kind, Token, tokenize

Value = TypeVar("Value")


class Phrases(Generic[Value]):
    """What phrases mean; the longest that fits is found. Case and hyphens between the words do not matter."""

    def __init__(self, entries: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        self._by_last: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        for phrase, value in pairs:
            words = tuple(token.lower for token in tokenize(phrase) if token.text != "-")
            self._by_first.setdefault(words[0], []).append((words, value))
            self._by_last.setdefault(words[-1], []).append((words, value))
        for listed in (*self._by_first.values(), *self._by_last.values()):
            listed.sort(key=lambda entry: -len(entry[0]))

    @property
    def first_words(self) -> frozenset[str]:
        return frozenset(self._by_first)

    @property
    def last_words(self) -> frozenset[str]:
        return frozenset(self._by_last)

    def find(self, tokens: Sequence[Token], index: int) -> tuple[int, Value] | None:
        """The index after the longest phrase that starts at `index`, and its value."""
        if not 0 <= index < len(tokens):
            return None
        for words, value in self._by_first.get(tokens[index].lower, ()):
            end = _end_of(tokens, index, words)
            if end is not None:
                return end, value
        return None

    def find_before(self, tokens: Sequence[Token], index: int) -> tuple[int, Value] | None:
        """The index of the first token of the longest phrase that ends just before `index`, and its value."""
        if not 0 < index <= len(tokens):
            return None
        for words, value in self._by_last.get(tokens[index - 1].lower, ()):
            start = _start_of(tokens, index, words)
            if start is not None:
                return start, value
        return None


def is_hyphen(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token joins the words left and right of it."""
    return (
        0 < index < len(tokens) - 1
        and tokens[index].text == "-"
        and not tokens[index].gap
        and not tokens[index + 1].gap
        and tokens[index + 1].kind not in (Kind.MARK, Kind.BREAK)
    )


def _end_of(tokens: Sequence[Token], start: int, words: tuple[str, ...]) -> int | None:
    index = start
    for position, word in enumerate(words):
        if position and is_hyphen(tokens, index):
            index += 1
        if index >= len(tokens) or tokens[index].lower != word:
            return None
        index += 1
    return index


def _start_of(tokens: Sequence[Token], end: int, words: tuple[str, ...]) -> int | None:
    index = end
    for position, word in enumerate(reversed(words)):
        if position and is_hyphen(tokens, index - 1):
            index -= 1
        index -= 1
        if index < 0 or tokens[index].lower != word:
            return None
    return index
