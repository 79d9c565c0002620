"""Words that are words: what a recogniser wrote and English or medicine knows is not replaced on a slight doubt."""

from __future__ import annotations

from functools import cache

from adaptation.lexicon.common_words import common_words
from adaptation.lexicon.shipped import shipped_folder


@cache
def known_words() -> frozenset[str]:
    """Some 130,000 words in small letters: an English dictionary and every word of the shipped packs."""
    text = (shipped_folder() / "known-words.txt").read_text(encoding="utf-8")
    return frozenset((*(line for line in text.splitlines() if line[:1] != "#"), *common_words()))


def is_known(word: str) -> bool:
    """Whether it is a word, or one with an English plural or possessive, or words joined by hyphens."""
    folded = word.casefold().replace("\u2019", "'")
    return folded in known_words() or any(
        all(part in known_words() for part in form.split("-")) for form in (folded.removesuffix("'s"), folded)
    )
