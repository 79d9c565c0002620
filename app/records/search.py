"""Folding text for search, reading what a user typed, and showing where it was found.

The index holds folded text cut into trigrams, so a term is found anywhere in a word: "statin" finds atorvastatin,
"头痛" finds 慢性头痛. Folding takes away case, accents and width, which is why it is done here and not by SQLite: its
trigram tokenizer drops accents only since 3.45, and a snippet must show the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.records.notes import MATCH_CLOSES, MATCH_OPENS

# What the trigram index cannot find is compared with the folded columns instead.
TRIGRAM = 3
# Far more than anybody types; keeps a pasted page from becoming a query with thousands of conditions.
MOST_TERMS = 24
SNIPPET_CHARACTERS = 120
_LEAD_CHARACTERS = 40
# What word processors and keyboards write for the same thing.
_SAME = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})
_SAME |= dict.fromkeys(range(0x2010, 0x2016), "-")
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')


def fold(text: str) -> str:
    """Case, accents of Latin, Greek and Cyrillic letters, and width taken away; any white space is one space."""
    return _fold_with_origins(text)[0]


def read_terms(query: str) -> list[str]:
    """The folded terms that all must occur: words, and whole phrases where they stand between double quotes.

    Punctuation around a word is dropped, so that "Smith, John" finds John Smith; a word of nothing else is kept.
    """
    terms: list[str] = []
    for match in _TERM.finditer(query):
        phrase, word = match.groups()
        term = fold(phrase).strip() if phrase is not None else _bare(fold(word))
        if term and term not in terms:
            terms.append(term)
    return terms[:MOST_TERMS]


def match_expression(terms: list[str]) -> str:
    """The FTS5 query of the terms that the trigram index can find, each quoted; empty when there is none."""
    return " AND ".join('"' + term.replace('"', '""') + '"' for term in terms if len(term) >= TRIGRAM)


def beginning(text: str) -> str:
    """The first characters on one line."""
    line = _one_line(text[: 4 * SNIPPET_CHARACTERS])
    return line if len(line) <= SNIPPET_CHARACTERS else _cut(line[:SNIPPET_CHARACTERS]) + "…"


def snippet(text: str, terms: list[str]) -> str:
    """A line around the first place where a term occurs, every occurrence in it marked; else the beginning."""
    folded, origins = _fold_with_origins(text)
    places = [place for place in (folded.find(term) for term in terms) if place >= 0]
    if not places:
        return beginning(text)
    start = max(0, origins[min(places)] - _LEAD_CHARACTERS)
    if start:
        space = re.compile(r"\s").search(text, start, origins[min(places)])
        start = space.end() if space else start
    end = min(len(text), start + SNIPPET_CHARACTERS)
    marked = _mark(text[start:end], terms)
    return ("…" if start else "") + marked + ("…" if end < len(text) else "")


def _mark(text: str, terms: list[str]) -> str:
    text = _one_line(text)
    folded, origins = _fold_with_origins(text)
    origins = [*origins, len(text)]
    is_match = [False] * len(text)
    for term in terms:
        place = folded.find(term)
        while place >= 0:
            for index in range(origins[place], origins[place + len(term) - 1] + 1):
                is_match[index] = True
            place = folded.find(term, place + 1)
    shown = []
    for index, character in enumerate(text):
        if is_match[index] and not (index and is_match[index - 1]):
            shown.append(MATCH_OPENS)
        shown.append(character)
        if is_match[index] and not (index + 1 < len(text) and is_match[index + 1]):
            shown.append(MATCH_CLOSES)
    return "".join(shown)


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the index of the character in `text` that it came from."""
    folded: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for part in _fold_character(character):
            if part == " " and folded and folded[-1] == " ":
                continue
            folded.append(part)
            origins.append(index)
    return "".join(folded), origins


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).translate(_SAME)
    # U+0300 to U+036F are the accents; marks of other scripts are letters to their readers and stay.
    return "".join(
        part
        for part in decomposed
        if not "\u0300" <= part <= "\u036f" and unicodedata.category(part) not in ("Cc", "Cf", "Cs", "Co")
    )


def _bare(word: str) -> str:
    """The word without punctuation and symbols at its ends, or as it is when nothing would be left."""
    kept = [index for index, character in enumerate(word) if character.isalnum()]
    return word[kept[0] : kept[-1] + 1] if kept else word


def _one_line(text: str) -> str:
    return " ".join(text.replace(MATCH_OPENS, "").replace(MATCH_CLOSES, "").split())


def _cut(line: str) -> str:
    """Without the word that was cut off, unless that leaves little."""
    space = line.rfind(" ")
    return line[:space] if space > len(line) // 2 else line
