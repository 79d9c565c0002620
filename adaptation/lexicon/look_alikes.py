"""Drug names that have been mistaken for one another: such a name is only ever offered, never put in by itself."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from adaptation.lexicon.shipped import shipped_folder

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


class LookAlike(NamedTuple):
    """A drug in a term, the one it is mistaken for, and whose list says so."""

    drug: str
    other: str
    source: str


@cache
def _pairs() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Small-letter names to the others of their pairs, with the source."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (shipped_folder() / "look-alike-drugs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, second = row["first"].casefold(), row["second"].casefold()
            pairs[first].append((second, row["source"]))
            pairs[second].append((first, row["source"]))
    return {name: tuple(others) for name, others in pairs.items()}


def look_alikes(form: str) -> tuple[LookAlike, ...]:
    """The look-alikes of every drug in the form, which may be a drug's name alone or with a dose."""
    found = (
        LookAlike(word, other, source)
        for word in dict.fromkeys(_WORD.findall(form.casefold()))
        for other, source in _pairs().get(word, ())
    )
    return tuple(found)


def are_look_alikes(first: str, second: str) -> bool:
    """Whether putting the one form for the other would exchange a drug for its look-alike."""
    words = set(_WORD.findall(second.casefold()))
    return any(pair.other in words for pair in look_alikes(first))
