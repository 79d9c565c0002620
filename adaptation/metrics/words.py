"""What was said beside what was written: words in one form, where they differ, and which written words are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

import medwer
from rapidfuzz.distance import LCSseq, Levenshtein, Opcodes

from adaptation.metrics.units import fold_units

Block = tuple[bool, slice, slice]  # whether both sides agree, and where they stand


@dataclass(frozen=True)
class Stretch:
    """Neighbouring words, the same on both sides or not; one side may be empty."""

    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return self.said == self.heard


@cache
def _normalizer() -> medwer.Normalizer:
    return medwer.Normalizer()


@lru_cache(maxsize=1 << 14)
def plain_words(text: str) -> tuple[str, ...]:
    """The words as medwer counts them: small letters, no punctuation, numbers in digits."""
    return tuple(_normalizer()(text).split())


def stretches(said: Sequence[str], heard: Sequence[str]) -> list[Stretch]:
    """Both sides from start to end, cut where agreement begins and ends."""
    return [Stretch(tuple(said[a]), tuple(heard[b])) for _, a, b in _align(said, heard)]


def right_words(said: str, heard: Sequence[str]) -> list[bool | None]:
    """Of each recognised word whether it was said; None for one that is no word (a mark, a hesitation).

    Words that the normal form joins (twenty, five → 25) are right or wrong together. A unit may be written in any way.
    """
    alone = [(index, token) for index, word in enumerate(heard) for token in plain_words(word)]
    together = plain_words(" ".join(heard))
    is_right = [False] * len(together)
    for agrees, _, place in _align(fold_units(plain_words(said)), fold_units(together)):
        is_right[place] = [agrees] * (place.stop - place.start)
    found: list[bool | None] = [None] * len(heard)
    for agrees, part, place in _align([token for _, token in alone], together):
        tokens = is_right[place]
        if not tokens:  # gone in the normal form: a hesitation, a remark in brackets
            continue
        owners = [index for index, _ in alone[part]]
        verdicts = tokens if agrees else [all(tokens)] * len(owners)
        for owner, verdict in zip(owners, verdicts, strict=True):
            found[owner] = verdict and found[owner] is not False
    return found


def _align(said: Sequence[str], heard: Sequence[str]) -> Iterator[Block]:
    """Stretches that agree and that don't, in turn, with the fewest edits (Levenshtein).

    Where a stretch can keep some words in common at the price of no edit more, it does: of "left knee" → "knee today"
    the knee stays.
    """
    for block in _merged(Levenshtein.opcodes(said, heard)):
        agrees, a, b = block
        inside = [block] if agrees else list(_merged(LCSseq.opcodes(said[a], heard[b]), a.start, b.start))
        yield from inside if _edits(inside) == _edits([block]) else [block]


def _merged(operations: Opcodes, said_start: int = 0, heard_start: int = 0) -> Iterator[Block]:
    for agrees, group in groupby(operations, key=lambda operation: operation.tag == "equal"):
        first, *rest = group
        last = rest[-1] if rest else first
        yield (
            agrees,
            slice(said_start + first.src_start, said_start + last.src_end),
            slice(heard_start + first.dest_start, heard_start + last.dest_end),
        )


def _edits(blocks: Sequence[Block]) -> int:
    return sum(max(a.stop - a.start, b.stop - b.start) for agrees, a, b in blocks if not agrees)
