"""Finds among 100,000 forms those that sound most like what was heard.

An inverted index from pairs and triples of consonants to forms gives a short list, by how many of them are shared; the
weighted edits of `sounds` put that in order. Arrays only, so that it is written to disk and read back as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from adaptation.lexicon.sounds import Sounds, compare_by, similarities, sounds_of

_SHORT_LIST = 40
_LEAST_SHARED = 0.25  # of the grams of what was heard
_LETTERS = 32  # codes of consonants; 1 to 26, and 27 for either end
_END = 27
_AT_ONCE = 10_000  # forms of which the grams are found
_GRAMS = _LETTERS**2 + _LETTERS**3
_FREQUENT = 32  # a gram of more than one form in so many


class Match(NamedTuple):
    """The place of a form among those indexed, and how alike it sounds, from 0 to 1."""

    place: int
    similarity: float


@dataclass(frozen=True)
class SoundIndex:
    """`sounds` by form; `postings[starts[gram]:starts[gram + 1]]` are the forms that hold a gram, `sizes` how many
    grams each form has."""

    sounds: tuple[str, ...]
    starts: NDArray[np.int32]
    postings: NDArray[np.int32]
    sizes: NDArray[np.int32]
    _counts: dict[int, NDArray[Any]] = field(default_factory=dict, compare=False, repr=False)  # of frequent grams

    @classmethod
    def of(cls, forms: Sequence[str]) -> SoundIndex:
        sounds = tuple(sounds_of(forms))
        parts = [_grams(sounds[first : first + _AT_ONCE]) for first in range(0, len(sounds), _AT_ONCE)]
        grams = np.concatenate([grams for grams, _ in parts] or [np.empty(0, np.int32)])
        places = np.concatenate([own + _AT_ONCE * number for number, (_, own) in enumerate(parts)] or [grams])
        del parts  # 100,000 forms must not take hundreds of MB
        starts = np.zeros(_GRAMS + 1, np.int32)
        np.cumsum(np.bincount(grams, minlength=_GRAMS), out=starts[1:])
        sizes = np.bincount(places, minlength=len(sounds)).astype(np.int32)
        ordered = grams.astype(np.int64)
        ordered <<= 32
        ordered |= places
        ordered.sort()  # by gram, then by form
        return cls(sounds, starts, ordered.astype(np.int32), sizes)

    def search(self, heard: str, limit: int, least: float) -> list[Match]:
        """The forms at least that similar to what was heard, the most similar first."""
        return self.search_all([heard], limit, [least])[0]

    def search_all(self, heard: Sequence[str], limit: int, least: Sequence[float]) -> list[list[Match]]:
        """As `search`, for several texts with the similarity that each asks for; less work than one by one."""
        said = sounds_of(heard) if heard else []
        grams, owners = _grams(said)
        found: list[list[Match]] = []
        for number, each in enumerate(said):
            wanted = set(grams[owners == number].tolist())
            has_any = wanted and self.sounds
            found.append(self._most_alike(compare_by(each), wanted, limit, least[number]) if has_any else [])
        return found

    def _most_alike(self, said: Sounds, wanted: Set[int], limit: int, least: float) -> list[Match]:
        shared = self._shared(wanted)
        listed = np.flatnonzero(shared >= self._small(max(1, math.ceil(_LEAST_SHARED * len(wanted)))))
        common = shared[listed].astype(np.float64)
        share = common / (self.sizes[listed] + (len(wanted) - common))
        if len(listed) > _SHORT_LIST:
            listed = listed[np.argpartition(share, -_SHORT_LIST)[-_SHORT_LIST:]]
        places = listed.tolist()
        alike = similarities(said, [_compare_again(self.sounds[place]) for place in places])
        found = [Match(place, each) for place, each in zip(places, alike, strict=True) if each >= least]
        return sorted(found, key=lambda match: -match.similarity)[:limit]

    def _shared(self, wanted: Set[int]) -> NDArray[Any]:
        """How many of the wanted grams each form holds. Those of frequent grams are kept by form: adding 100,000 small
        numbers is a tenth of the work of counting 20,000 places."""
        total: NDArray[Any] = np.zeros(len(self.sounds), self._small)
        rare = []
        for gram in wanted:
            places = self.postings[self.starts[gram] : self.starts[gram + 1]]
            if len(places) * _FREQUENT > len(self.sounds):
                total += self._counts_of(gram, places)
            else:
                rare.append(places)
        if rare:
            np.add.at(total, np.concatenate(rare), self._small(1))
        return total

    def _counts_of(self, gram: int, places: NDArray[np.int32]) -> NDArray[Any]:
        counts = self._counts.get(gram)
        if counts is None:
            counts = self._counts[gram] = np.bincount(places, minlength=len(self.sounds)).astype(self._small)
        return counts

    @cached_property
    def _small(self) -> type[np.generic]:
        """A type of number that no form has too many grams for."""
        return np.uint8 if self.sizes.max(initial=0) < 256 else np.uint16


# the same terms come up for many a word: those of a specialty share their endings
_compare_again = lru_cache(maxsize=1 << 14)(compare_by)


def _grams(sounds: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The codes of all pairs and triples of consonants, ends included, and the place of the form of each."""
    consonants = [compare_by(each).consonants for each in sounds]
    text = "|" + "|".join(consonants) + "|"
    letters = np.frombuffer(text.encode("ascii"), np.uint8)
    is_end = letters == ord("|")
    codes = np.where(is_end, _END, letters & 31).astype(np.int32)
    place = np.cumsum(is_end, dtype=np.int32) - 1
    # a pair may begin or end with an end; a triple may not have one in its middle
    pairs = codes[:-1] * _LETTERS + codes[1:]
    triples = _LETTERS**2 + pairs[:-1] * _LETTERS + codes[2:]
    pair_kept = ~(is_end[:-1] & is_end[1:])
    triple_kept = ~is_end[1:-1] & pair_kept[:-1] & pair_kept[1:]
    grams = np.concatenate([pairs[pair_kept], triples[triple_kept]])
    places = np.concatenate([place[:-1][pair_kept], place[:-2][triple_kept]])
    return grams, places
