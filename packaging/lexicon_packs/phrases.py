"""Cuts the descriptions of classifications into phrases that people say.

"Malignant neoplasm of upper-outer quadrant of breast, male" is no term: nobody dictates it in one breath. Kept are noun
phrases of up to five words, and single words that are rare in ordinary English.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

MOST_WORDS = 5
LONGEST = 60
SHORTEST_WORD = 4

_ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# Where a description says something further about what it has named.
_CUTS = re.compile(
    r"[,;:/]| - |\b(?:and/or|and|or|with|without|due to|in(?! (?:situ|utero|vitro|vivo)\b)|on|at|by|to|from|for|"
    r"following|complicating|affecting|involving|associated with|caused by|during|secondary to|resulting in|"
    r"resulting from|as the cause|as|not|than|except|but|after|before|under|while|when|that|which|per|via|using|"
    r"between|through|within|into|including|requiring|causing|found|limited|originating|extending|leading|occurring|"
    r"having|classified|specified|unspecified|elsewhere|initial encounter|subsequent encounter|sequela|status|nos|"
    r"nec)\b",
    re.IGNORECASE,
)
_SIDES = re.compile(r"\b(?:left|right|bilateral|unilateral|ipsilateral|contralateral)\b", re.IGNORECASE)
# What classifications put before a name and no clinician says.
_LEADING = re.compile(
    r"^(?:(?:other|certain|various|multiple|single|any|all|some|additional|overlapping sites? of|encounter|"
    r"personal history|family history|adverse effects? of|poisoning|toxic effects? of|underdosing of|presence of|"
    r"acquired absence of|"
    r"contact|exposure|screening|carrier of|part of|parts of|level of|disorders? of|diseases? of|use of|type of|"
    r"loss of|lack of|site of|sites of|complications? of|presence|the|an?)\s+)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ROMAN = re.compile(r"[IVX]+")
_LOOSE_ENDS = frozenset(
    [
        *("of", "the", "a", "an", "no", "nor", "its", "their", "other", "due", "between", "level", "levels", "site"),
        *(
            "sites",
            "part",
            "parts",
            "type",
            "types",
            "number",
            "use",
            "in",
            "del",
            "more",
            "both",
            "such",
            "alone",
            "only",
        ),
    ]
)
_LATIN = frozenset(["situ", "utero", "vitro", "vivo"])  # ends a phrase, but begins none


class Casing:
    """Which words are written with capitals wherever they stand: names, abbreviations, Roman numerals."""

    def __init__(self, titles: Iterable[str], names: Iterable[str]) -> None:
        """`titles` begin with a capital whatever their first word is; `names` only where it is a name."""
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for text, is_title in (*((title, True) for title in titles), *((name, False) for name in names)):
            for place, word in enumerate(_WORD.findall(text)):
                if place or not is_title or word[1:] != word[1:].lower():
                    seen[word.casefold()][word] += 1
        self._usual = {folded: counts.most_common(1)[0][0] for folded, counts in seen.items()}

    def apply(self, phrase: str) -> str:
        return _WORD.sub(lambda match: self._word(match[0]), phrase)

    def _word(self, word: str) -> str:
        if word.casefold() in self._usual:
            return self._usual[word.casefold()]
        is_name = word.endswith(("'s", "’s")) or word[1:] != word[1:].lower()
        return word if is_name else word.lower()


def cut(description: str, casing: Casing, common: frozenset[str]) -> Iterator[str]:
    """The phrases and rare words of one description, without sides and numbers."""
    text = _SIDES.sub(" ", _ASIDES.sub(" ", description))
    for piece in _CUTS.split(text):
        phrase = _LEADING.sub("", " ".join((piece or "").split()))
        yield from _phrases(casing.apply(phrase), common)


def _phrases(phrase: str, common: frozenset[str]) -> Iterator[str]:
    """The phrase, its tails ("streptococcal tonsillitis" of "acute streptococcal tonsillitis": the head of an English
    noun phrase stands last), what stands after each "of" in it, and its rare words."""
    words = phrase.split()
    while words and words[0].casefold() in _LOOSE_ENDS | _LATIN:
        words = words[1:]
    while words and words[-1].casefold() in _LOOSE_ENDS:
        words = words[:-1]
    before_of = next((place for place, word in enumerate(words) if word.casefold() == "of"), len(words))
    for start in range(before_of):
        begins = words[start].casefold() not in _LOOSE_ENDS | _LATIN
        if begins and len(words) - start > 1 and _is_term(words[start:], common):
            yield " ".join(words[start:])
    if before_of < len(words):
        yield from _phrases(" ".join(words[before_of + 1 :]), common)
    for word in words:
        if is_rare(word, common):
            yield word


def _is_term(words: list[str], common: frozenset[str]) -> bool:
    phrase = " ".join(words)
    return (
        len(words) <= MOST_WORDS
        and len(phrase) <= LONGEST
        and all(_WORD.fullmatch(word) for word in words)
        and any(is_rare(word, common) for word in words)
    )


def is_rare(word: str, common: frozenset[str]) -> bool:
    """Whether a single word is worth listing: letters only, not short, and no everyday word or form of one."""
    folded = word.casefold()
    if len(word) < SHORTEST_WORD or not _WORD.fullmatch(word) or _ROMAN.fullmatch(word):
        return False
    stems = {folded, folded.removesuffix("s"), folded.removesuffix("es"), folded.removesuffix("'s")}
    return not stems & common and not all(part in common for part in folded.split("-"))
