"""Forms that sound alike, found among 100,000 without comparing each with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from adaptation.lexicon.phonetics import key_of_letters, plain_letters

_SHORTEST_INEXACT_KEY = 4
LEAST_SIMILARITY = 0.7


class Neighbour(NamedTuple):
    """A form that sounds like another, and how alike their letters are, from 0 to 1."""

    form: str
    similarity: float


class NeighbourIndex:
    """Finds forms whose phonetic keys differ by at most one sound, and whose letters are alike.

    Two keys within one edit of each other share a key with at most one sound left out (Garbe's symmetric deletes), so
    that a look-up costs as many dictionary reads as the key has sounds. Very short keys must be equal.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms = list(dict.fromkeys(forms))
        self._letters = [plain_letters(form) for form in self._forms]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, letters in enumerate(self._letters):
            for shortened in _shortened(key_of_letters(letters)):
                self._places[shortened].append(place)

    def near(self, form: str, limit: int = 5) -> list[Neighbour]:
        """The forms that sound like this one, most alike first; neither the form itself nor another case of it."""
        letters = plain_letters(form)
        keys = _shortened(key_of_letters(letters))
        places = {place for shortened in keys for place in self._places.get(shortened, ())}
        found = []
        own = form.casefold()
        for place in places:
            similarity = Levenshtein.normalized_similarity(letters, self._letters[place], score_cutoff=LEAST_SIMILARITY)
            if similarity and self._forms[place].casefold() != own:
                found.append(Neighbour(self._forms[place], round(similarity, 3)))
        return sorted(found, key=lambda neighbour: (-neighbour.similarity, neighbour.form))[:limit]


def _shortened(key: str) -> set[str]:
    """The key, and unless it is very short the key without each one of its sounds."""
    if len(key) < _SHORTEST_INEXACT_KEY:
        return {key} if key else set()
    return {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}
