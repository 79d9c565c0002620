"""Fields: what a text leaves open, in square brackets, such as [history], [dose = 5 mg] and [choice: left | right].

A note holds them as they stand in its template, so that they outlive saving, printing and every other program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

LONGEST_FIELD = 500  # characters between the brackets
_BETWEEN = re.compile(rf"\[([^\[\]\n]{{2,{LONGEST_FIELD}}})\]")
_SEPARATOR = re.compile("[:：=＝|｜]")
_WORDS = re.compile(r"[^\W_]+")
_BAR = re.compile("[|｜]")
_CHOICE = "choice"
_SIDE_WORDS = re.compile(
    r"\b(?:left|right|bilateral(?:ly)?|unilateral|ipsilateral|contralateral|both|dexter|sinister"
    r"|links|rechts|linke[mnrs]?|rechte[mnrs]?|beidseits|beidseitig|beide[mnrs]?|l|r|lt|rt|li|re|od|os|ou)\b|[左右]|[双雙]侧",
    re.IGNORECASE,
)


class Known(StrEnum):
    """What the program can fill in by itself."""

    DATE = "date"
    TIME = "time"
    PATIENT_NAME = "patient name"
    PATIENT_NUMBER = "patient number"
    AUTHOR = "author"


_NAMES = {
    **{each.value: each for each in Known},
    **{"datum": Known.DATE, "uhrzeit": Known.TIME, "patientenname": Known.PATIENT_NAME},
    **{"patientennummer": Known.PATIENT_NUMBER, "autor": Known.AUTHOR},
    **{"日期": Known.DATE, "时间": Known.TIME, "患者姓名": Known.PATIENT_NAME, "病历号": Known.PATIENT_NUMBER},
    **{"作者": Known.AUTHOR, "医生": Known.AUTHOR},
}


@dataclass(frozen=True)
class Field:
    """A gap with a name: free text, or one of two or more `options`. `default` is what "accept defaults" writes."""

    name: str
    options: tuple[str, ...] = ()
    default: str | None = None

    @property
    def known(self) -> Known | None:
        """What fills it by itself, if the program can."""
        return _NAMES.get(self.name.casefold()) if not self.options and self.default is None else None

    @property
    def is_side(self) -> bool:
        """Whether a side of the body is to be chosen here."""
        return any(names_side(option) for option in self.options)

    @property
    def label(self) -> str:
        """The field in few words, for lists."""
        return f"{self.name}: {' or '.join(self.options)}" if self.options else self.name


@dataclass(frozen=True)
class FieldPlace:
    """text[start:end] is the field with its brackets."""

    start: int
    end: int
    field: Field


@dataclass(frozen=True)
class Fault:
    """What is wrong between two brackets, and what to do about it."""

    reason: str
    mend: str


def read_field(inner: str) -> tuple[Field | None, Fault | None]:
    """What stands between two brackets as a field, None where it is plain text such as [1].

    With a fault the field is the nearest one that is safe: one that has to be filled by hand.
    """
    inner = inner.strip()
    if len(inner) < 2 or not inner[0].isalpha():
        return None, None
    separator = _SEPARATOR.search(inner)
    if separator is None:
        return Field(inner), None
    name, rest = inner[: separator.start()].strip(), inner[separator.end() :].strip()
    if separator.group() in "=＝":
        return _with_default(name, rest)
    if separator.group() in "|｜":
        name, rest = _CHOICE, inner
    return _with_options(name, [option.strip() for option in _BAR.split(rest)])


def _with_default(name: str, default: str) -> tuple[Field, Fault | None]:
    if names_side(default):
        return Field(name), Fault(
            "a side of the body is never filled in unasked", "Let it be chosen: [side: left | right]."
        )
    return Field(name, default=default or None), None


def _with_options(name: str, options: list[str]) -> tuple[Field, Fault | None]:
    starred = [option[1:].strip() for option in options if option.startswith("*")]
    plain = tuple(option.removeprefix("*").strip() for option in options)
    if len(plain) < 2 or not all(plain):
        return Field(name), Fault("a choice needs two options or more", "Divide them by |, as in [side: left | right].")
    if len(set(plain)) < len(plain):
        return Field(name), Fault("two options of the choice are the same", "Take one of them out.")
    if any(option.startswith("*") for option in plain):
        return Field(name), Fault("an option begins with more than one *", "One * marks the default.")
    field = Field(name, plain)
    if len(starred) > 1:
        return field, Fault("two options are marked as the default", "Leave the * before one of them.")
    if starred and field.is_side:
        return field, Fault("a side of the body is never chosen unasked", "Take the * away.")
    return replace(field, default=starred[0] if starred else None), None


def write_field(field: Field) -> str:
    """The field with its brackets, as a template or a note holds it."""
    if field.options:
        marked = (f"*{option}" if option == field.default else option for option in field.options)
        return f"[{field.name}: {' | '.join(marked)}]"
    return f"[{field.name} = {field.default}]" if field.default is not None else f"[{field.name}]"


def find_fields(text: str) -> list[FieldPlace]:
    """The fields of a text in its order."""
    found = []
    for match in _BETWEEN.finditer(text):
        field, _ = read_field(match.group(1))
        if field is not None:
            found.append(FieldPlace(match.start(), match.end(), field))
    return found


def fill_known(text: str, facts: Mapping[Known, str]) -> str:
    """The text with what is known in place of the fields for it; what is not known stays open."""
    return "".join(_filled(text, lambda field: facts.get(field.known) if field.known is not None else None))


def value_of(field: Field, facts: Mapping[Known, str]) -> str | None:
    """What a field is filled with where its user accepts what there is: its default, or what is known."""
    if field.default is not None or field.known is None:
        return field.default
    return facts.get(field.known)


def option_said(selected: str, said: str) -> str | None:
    """The option that was said where a choice is selected, as the field spells it; None for anything else."""
    places = find_fields(selected)
    if len(places) != 1 or (places[0].start, places[0].end) != (0, len(selected)):
        return None
    heard = _WORDS.findall(said.casefold())
    return next((option for option in places[0].field.options if _WORDS.findall(option.casefold()) == heard), None)


def names_side(text: str) -> bool:
    """Whether a text names a side of the body, in any of the languages."""
    return _SIDE_WORDS.search(text) is not None


def _filled(text: str, value: Callable[[Field], str | None]) -> Iterator[str]:
    end = 0
    for place in find_fields(text):
        yield text[end : place.start]
        yield value(place.field) or text[place.start : place.end]
        end = place.end
    yield text[end:]
