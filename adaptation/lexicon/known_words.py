"""Words that are words: what a recogniser wrote and English or medicine knows is not replaced on a slight doubt."""

from __future__ import annotations

from functools import cache

from adaptation.lexicon.common_words import common_words
from adaptation.lexicon.shipped import shipped_folder

_LEAST_LETTERS = 4
_ENDINGS = (("ologist", "ology"), ("ologist", "ic"), ("er", "re"))  # professions; American spelling


@cache
def known_words() -> frozenset[str]:
    """Some 130,000 words in small letters: an English dictionary and every word of the shipped packs."""
    text = (shipped_folder() / "known-words.txt").read_text(encoding="utf-8")
    return frozenset((*(line for line in text.splitlines() if line[:1] != "#"), *common_words()))


def is_known(word: str) -> bool:
    """Whether it is a word, or a regular form or American spelling of one, or words joined by hyphens."""
    folded = word.casefold().replace("\u2019", "'")
    return any(all(map(_is_listed, form.split("-"))) for form in (folded.removesuffix("'s"), folded))


def _is_listed(word: str) -> bool:
    words = known_words()
    if word in words:
        return True
    singular = word.removesuffix("s")
    forms = [singular] + [singular.removesuffix(end) + other for end, other in _ENDINGS if singular.endswith(end)]
    return len(singular) >= _LEAST_LETTERS and any(form in words for form in forms)
