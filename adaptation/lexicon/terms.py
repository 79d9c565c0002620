"""What a lexicon is: terms in the form in which they are written, with how they are said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from speech.errors import OtoscribeError


class LexiconError(OtoscribeError):
    """A lexicon that cannot be read, is damaged, is not there, or may not be changed."""


class Scope(StrEnum):
    """Whose a lexicon is; of clashing terms those of the nearer scope hold, in this order."""

    PATIENT = "patient"
    USER = "user"
    DEPARTMENT = "department"
    SITE = "site"
    SHIPPED = "shipped"

    @property
    def changeable(self) -> bool:
        """Site lexicons belong to the admin and shipped ones to Otoscribe: their terms can only be taken back."""
        return self not in (Scope.SITE, Scope.SHIPPED)


class Term(NamedTuple):
    """One entry. A named tuple and not a dataclass because 100,000 of them are made in a tenth of a second."""

    written: str
    spoken: tuple[str, ...] = ()  # how it is said, where that is not how it is written
    category: str = ""
    weight: float = 1.0  # 0 to 10; how much more than others it is to be expected
    context: str = ""
    origin: str = ""  # file and line, or the code it was taken from


@dataclass(frozen=True)
class Lexicon:
    """Terms under one name; immutable, so that a session keeps the one that it began with."""

    name: str
    terms: tuple[Term, ...]
    source: str = ""
    licence: str = ""
    scope: Scope = Scope.USER
    title: str = ""

    def without(self, taken_back: frozenset[str]) -> Lexicon:
        """The same lexicon less the terms whose identity is among `taken_back`."""
        if not taken_back:
            return self
        return replace(self, terms=tuple(term for term in self.terms if identity(term.written) not in taken_back))


def identity(written: str) -> str:
    """Two written forms with the same identity are the same term.

    Capitals make no difference, except in forms of up to four characters, where they do: mg and Mg, PE and pe.
    """
    return written.casefold() if len(written) > 4 else written
