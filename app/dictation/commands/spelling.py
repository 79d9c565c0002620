"""Letters said one by one, by their names or by radio names, as the word that they spell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.dictation.commands.patterns import words_of
from app.dictation.numerals import Numerals
from app.dictation.tokens import Kind, Token

_MARKS = frozenset(".,-–;:")  # with which recognisers set letters apart: M-E-T, M. E. T.


class Alphabet:
    """What letters, digits and marks are called in one language."""

    def __init__(self, data: Mapping[str, Any], numerals: Numerals) -> None:
        """`data` is the language's file of commands."""
        self._names: list[tuple[tuple[str, ...], str]] = []
        for letter, names in data["letters"].items():
            self._names += [(words_of(name), letter) for name in names]
        digits = [(word, digit) for word, digit in numerals.single.items() if word not in numerals.zeros]
        self._names += [((word,), digit) for word, digit in digits]  # among letters "o" is one
        self._names.sort(key=lambda name: -len(name[0]))
        self._capitals = [words_of(word) for word in data["spelling"]["capital"]]

    def read(self, said: Sequence[Token]) -> str | None:
        """The word that is spelled; None where anything but letters is said. Letters are small unless a capital is
        said, whatever the recogniser wrote."""
        index = 0
        spelled = ""
        is_capital = False
        while index < len(said):
            capital = next((word for word in self._capitals if _starts(said, index, word)), None)
            if capital is not None:
                is_capital, index = True, index + len(capital)
                continue
            found = self._letters_at(said, index)
            if found is not None:
                length, letters = found
                spelled += letters[:1].upper() + letters[1:] if is_capital else letters
                is_capital, index = False, index + length
            elif said[index].kind is Kind.MARK and said[index].text in _MARKS:
                index += 1
            else:
                return None
        return spelled if spelled.strip() else None

    def _letters_at(self, said: Sequence[Token], index: int) -> tuple[int, str] | None:
        for name, letter in self._names:
            if _starts(said, index, name):
                return len(name), letter
        token = said[index]
        if token.kind is Kind.NUMBER and token.text.isdigit():
            return 1, token.text
        if token.kind is Kind.DOTTED:
            return 1, token.lower.replace(".", "")
        is_letter = len(token.text) == 1 and token.text.isalpha()
        if token.kind is Kind.WORD and (is_letter or (token.text.isupper() and token.text.isascii())):
            return 1, token.lower
        if token.kind is Kind.MIXED and token.text.isupper() and token.text.replace("-", "").isalnum():
            return 1, token.lower.replace("-", "")  # B-1-2
        return None


def _starts(said: Sequence[Token], index: int, words: Sequence[str]) -> bool:
    return tuple(token.lower for token in said[index : index + len(words)]) == tuple(words)
