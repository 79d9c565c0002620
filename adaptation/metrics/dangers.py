"""Errors that change what a patient is given or believed to have: numbers, negations, sides, look-alike drugs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import product

from rapidfuzz.distance import LCSseq

from adaptation.lexicon.look_alikes import are_look_alikes
from adaptation.metrics.units import UNIT_OF
from adaptation.metrics.words import Stretch

Quantity = tuple[str, ...]  # a number and the units that follow it


class Danger(StrEnum):
    """What kind of thing an error changes."""

    NUMBER = "number"
    NEGATION = "negation"
    SIDE = "side"
    DRUG = "look-alike drug"


_NUMBER = re.compile(r"[$£€]?\d+(?:\.\d+)?(?:st|nd|rd|th|s)?")
_NEGATIONS = frozenset(
    (
        *("no", "not", "non", "none", "never", "nor", "neither", "without", "cannot", "nothing", "nobody"),
        *("deny", "denies", "denied", "denying", "negative", "absent", "absence"),
    )
)
_SHORTEST_STEM = {"un": 4, "non": 4, "dis": 4, "ab": 5, "im": 5, "in": 5, "ir": 5, "a": 6, "an": 6}  # by prefix
_SIDES = frozenset(("left", "right"))


def quantities(words: Sequence[str]) -> list[Quantity]:
    """Every number with the units behind it in one form: 25 milligrams → (25, mg), 5% → (5, %).

    "one" is a number where a unit follows it; elsewhere it may be a pronoun.
    """
    found: list[Quantity] = []
    for index, word in enumerate(words):
        number, percent = word.rstrip("%"), word.endswith("%")
        units = ["%"] if percent else []
        for follower in words[index + 1 : index + 3]:
            if follower not in UNIT_OF:
                break
            units.append(UNIT_OF[follower])
        if _NUMBER.fullmatch(number) or (word == "one" and units):
            found.append((number, *units))
    return found


def count_right_quantities(said: Sequence[str], heard: Sequence[str]) -> tuple[int, int]:
    """How many numbers of what was said were written, with the same units and in that order; of how many."""
    wanted = quantities(said)
    return LCSseq.similarity(wanted, quantities(heard)), len(wanted)


def dangers_of(stretches: Sequence[Stretch]) -> list[frozenset[Danger]]:
    """Of each stretch of a clip, in order, what it changes that matters; empty for stretches that agree."""
    said = [(), *(each.said for each in stretches), ()]
    return [
        frozenset() if stretch.is_right else frozenset(_dangers(stretch, said[index], said[index + 2]))
        for index, stretch in enumerate(stretches)
    ]


def _dangers(stretch: Stretch, before: Sequence[str], behind: Sequence[str]) -> Iterator[Danger]:
    said, heard = ((*before[-2:], *side, *behind[:2]) for side in (stretch.said, stretch.heard))
    if quantities(said) != quantities(heard):
        yield Danger.NUMBER
    if _changes_negation(stretch):
        yield Danger.NEGATION
    if _exchanges_sides(stretch):
        yield Danger.SIDE
    if are_look_alikes(" ".join(stretch.said), " ".join(stretch.heard)):
        yield Danger.DRUG


def _changes_negation(stretch: Stretch) -> bool:
    said, heard = (sum(word in _NEGATIONS for word in side) for side in (stretch.said, stretch.heard))
    return said != heard or any(_is_opposite(*pair) for pair in product(stretch.said, stretch.heard))


def _is_opposite(first: str, second: str) -> bool:
    """Whether the one is the other behind a prefix that negates it, such as febrile and afebrile."""
    shorter, longer = sorted((first, second), key=len)
    prefix = longer.removesuffix(shorter)
    return longer.endswith(shorter) and len(shorter) >= _SHORTEST_STEM.get(prefix, len(longer))


def _exchanges_sides(stretch: Stretch) -> bool:
    said, heard = ([word for word in side if word in _SIDES] for side in (stretch.said, stretch.heard))
    return bool(said and heard) and said != heard


def count(kinds: Iterable[frozenset[Danger]], danger: Danger) -> int:
    """How many stretches change that kind of thing."""
    return sum(danger in each for each in kinds)
