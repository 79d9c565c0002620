"""Finds among 100,000 forms those that sound most like what was heard.

An inverted index from pairs and triples of consonants to forms gives a short list, by how many of them are shared; the
weighted edits of `sounds` put that in order. Arrays only, so that it is written to disk and read back as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adaptation.lexicon.sounds import compare_by, similarity, sounds_of

_SHORT_LIST = 40
_LEAST_SHARED = 0.25  # of the grams of what was heard
_LETTERS = 32  # codes of consonants; 1 to 26, and 27 for either end
_END = 27
_AT_ONCE = 10_000  # forms of which the grams are found
_GRAMS = _LETTERS**2 + _LETTERS**3


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
        (said,) = sounds_of([heard])
        wanted, _ = _grams([said])
        if not len(wanted) or not len(self.sounds):
            return []
        lists = [self.postings[self.starts[gram] : self.starts[gram + 1]] for gram in np.unique(wanted)]
        shared = np.bincount(np.concatenate(lists), minlength=len(self.sounds))
        listed = np.flatnonzero(shared >= max(1, _LEAST_SHARED * len(lists)))
        share = shared[listed] / (self.sizes[listed] + len(lists) - shared[listed])
        if len(listed) > _SHORT_LIST:
            listed = listed[np.argpartition(share, -_SHORT_LIST)[-_SHORT_LIST:]]
        compared = compare_by(said)
        found = [Match(int(place), similarity(compared, _compare_again(self.sounds[place]))) for place in listed]
        return sorted((match for match in found if match.similarity >= least), key=lambda m: -m.similarity)[:limit]


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
