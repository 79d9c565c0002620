"""A text while it is being formatted: its tokens, what was matched so far, and questions that rules ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dictation.language import Language
from app.dictation.numerals import Number
from app.dictation.options import FormattingOptions
from app.dictation.phrases import is_hyphen
from app.dictation.tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens from `start` up to `end` are written as `text`; glue takes the white space on that side away."""

    rule: str
    start: int
    end: int
    text: str
    glue_left: bool = False
    glue_right: bool = False
    ends_sentence: bool = False


_SENTENCE_ENDS = frozenset(".;?!。；？！")
_SAID_MARKS = ("punctuation", "layout", "headings")
_END = Token("", "", Kind.BREAK, 0, 0, "")


class Passage:
    """Tokens with an index; outside of the text there are breaks without text."""

    def __init__(self, tokens: list[Token], language: Language, options: FormattingOptions) -> None:
        self.tokens = tokens
        self.language = language
        self.options = options
        self.matches: list[Match] = []
        self.amounts: dict[int, Any] = {}  # what was read from there, by the rule for amounts
        self._joined: dict[int, Number | None] = {}
        self._strict: dict[int, Number | None] = {}

    def token(self, index: int) -> Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def word(self, index: int) -> str:
        """The token in lower case if it is a word, else nothing."""
        token = self.token(index)
        return token.lower if token.kind is Kind.WORD else ""

    def is_in(self, index: int, section: str, key: str) -> bool:
        """Whether the word at `index` is in a list of the language."""
        word = self.word(index)
        return bool(word) and word in self.language.words(section, key)

    def find(self, index: int, section: str, key: str) -> int | None:
        """The index after a phrase of the list that starts at `index`."""
        found = self.language.phrases(section, key).find(self.tokens, index)
        return found[0] if found else None

    def find_before(self, index: int, section: str, key: str) -> int | None:
        """The index at which a phrase of the list starts that ends just before `index`; "new line" is no line."""
        if self.matches and self.matches[-1].end == index and self.matches[-1].rule in _SAID_MARKS:
            return None
        found = self.language.phrases(section, key).find_before(self.tokens, index)
        return found[0] if found else None

    def number(self, index: int) -> Number | None:
        """The number at `index`; "one twenty" is 120."""
        if index not in self._joined:
            self._joined[index] = self.language.numerals.read_joined(self.tokens, index)
        return self._joined[index]

    def strict_number(self, index: int) -> Number | None:
        """The number at `index`; "one twenty" is 1."""
        if index not in self._strict:
            self._strict[index] = self.language.numerals.read(self.tokens, index)
        return self._strict[index]

    def is_numeral(self, index: int) -> bool:
        return self.token(index).kind is Kind.NUMBER or self.strict_number(index) is not None

    def write(self, number: Number, with_thousands: bool = True) -> str:
        """The number in the language's separators."""
        return self.language.numerals.write(number, with_thousands and self.options.allows("thousands"))

    def source(self, start: int, end: int) -> str:
        """What stands from the token `start` up to the token `end`, with single spaces."""
        return " ".join(token.text for token in self.tokens[start:end])

    def skip_hyphen(self, index: int) -> int:
        return index + 1 if is_hyphen(self.tokens, index) else index

    def ends_phrase(self, index: int) -> bool:
        """Whether a sentence, a line or a group of words ends before `index`."""
        return self.token(index).kind in (Kind.MARK, Kind.BREAK) or self.is_in(index, "contexts", "function_words")

    def match_before(self, index: int) -> Match | None:
        """What was matched just before `index`."""
        return self.matches[-1] if self.matches and self.matches[-1].end == index else None

    def nearby(self, index: int, before: int, after: int) -> list[str]:
        """Words around `index` in the same line and sentence, nearest first within each side."""
        words = []
        for step, reach in ((-1, before), (1, after)):
            position = index + step
            while reach and not self._ends_sentence(position):
                words.append(self.token(position).lower)
                position += step
                reach -= 1
        return words

    def _ends_sentence(self, index: int) -> bool:
        token = self.token(index)
        if token.kind is Kind.MARK:
            return token.text in _SENTENCE_ENDS
        return token.kind is Kind.BREAK or self.is_in(index, "contexts", "sentence_ends")
