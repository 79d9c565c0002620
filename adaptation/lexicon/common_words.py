"""Words of everyday English: the model knows them, every sentence holds them, and no lexicon may pull towards them."""

from __future__ import annotations

from functools import cache

from adaptation.lexicon.shipped import shipped_folder


@cache
def common_words() -> tuple[str, ...]:
    """The 10,000 most frequent words of English books, most frequent first; lexicons/README.md says from where."""
    text = (shipped_folder() / "common-words.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _as_set() -> frozenset[str]:
    return frozenset(common_words())


def is_common(form: str) -> bool:
    """Whether the form is a single everyday word. Abbreviations in capitals are none: LEAD and lead differ."""
    if len(form) > 1 and form.isupper():
        return False
    return form.casefold() in _as_set()
