"""A known text in the writing of the model that is to learn it: nothing is learned but what was misheard."""

from __future__ import annotations

from itertools import groupby

from rapidfuzz.distance import Levenshtein

from adaptation.corrections import Change, apply, strip_marks
from adaptation.metrics.words import plain_words

_SENTENCE_ENDS = ".?!"


def in_own_writing(heard: str, said: str) -> str:
    """What was said, with letter case, marks and numbers as the model wrote them wherever it heard the same words.

    Someone who corrects recognised text leaves its style alone; references that are written otherwise (small letters,
    no full stops) would teach that instead of the voice.
    """
    words, tokens = heard.split(), [token for token in said.split() if strip_marks(token)]
    changes = []
    operations = Levenshtein.opcodes(_compared(words), _compared(tokens))
    for is_same, group in groupby(operations, key=lambda operation: operation.tag == "equal"):
        parts = list(group)
        first, last = parts[0].src_start, parts[-1].src_end
        before = " ".join(words[first:last])
        after = " ".join(tokens[parts[0].dest_start : parts[-1].dest_end])
        if not is_same and plain_words(before) != plain_words(after):
            if not after and first:  # the word before it gets its mark
                first, after = first - 1, words[first - 1]
            changes.append(Change(first, last, before, _begun_as(words, first, last, after), 0.0))
    return apply(words, changes)


def _begun_as(words: list[str], first: int, last: int, after: str) -> str:
    """With a capital where it takes the place of a sentence's first word."""
    starts = first == 0 or words[first - 1][-1] in _SENTENCE_ENDS
    return after[:1].upper() + after[1:] if starts and last > first and words[first][:1].isupper() else after


def _compared(words: list[str]) -> list[str]:
    return [strip_marks(word).casefold() for word in words]
