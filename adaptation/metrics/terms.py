"""The clips' listed terms: found, invented, and the errors on all other words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from rapidfuzz.distance import Levenshtein


def plain_term(text: str) -> str:
    """Words in lower case between single spaces, punctuation gone."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def count_found(listed: Sequence[str], hypothesis: str) -> tuple[int, int]:
    """How many of a clip's plain terms stand in its hypothesis, each as often as it is listed; of how many."""
    heard = plain_term(hypothesis)
    return sum(min(count, _occurrences(term, heard)) for term, count in Counter(listed).items()), len(listed)


def count_justified(vocabulary: Collection[str], reference: str, hypothesis: str) -> tuple[int, int]:
    """Of all terms of the set found in a hypothesis, how many stand in its clip's text as well; of how many."""
    said, heard = plain_term(reference), plain_term(hypothesis)
    words = set(heard.split())
    written = right = 0
    for term in vocabulary:
        if words.issuperset(term.split()) and (count := _occurrences(term, heard)):
            written += count
            right += min(count, _occurrences(term, said))
    return right, written


def count_other_errors(
    reference: Sequence[str], hypothesis: Sequence[str], term_words: Collection[str]
) -> tuple[int, int]:
    """Errors on words that belong to no term of the clip, inserted ones counted; of how many such words."""
    errors = 0
    for operation in Levenshtein.editops(reference, hypothesis):
        inserted = operation.tag == "insert"
        word = hypothesis[operation.dest_pos] if inserted else reference[operation.src_pos]
        errors += word not in term_words
    return errors, sum(word not in term_words for word in reference)


def _occurrences(term: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(term)}(?!\w)", text))
