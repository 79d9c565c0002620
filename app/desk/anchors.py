"""Which stretch of a note's text is which recognised word, so that it can be marked and heard again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.dictation import FormattingOptions, write_transcript
from app.dictation.commands import load_grammar, without_commands
from app.dictation.fields import find_fields
from speech.transcript import Transcript, Word

_FOUND = 0.98  # of the words: no other form is looked at
_TOKEN = re.compile(r"\S+")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Anchor:
    """Characters `start` up to `end` of a text are word number `word` of a recording."""

    start: int
    end: int
    recording_id: int
    word: int


def words_in(text: str, transcript: Transcript, options: FormattingOptions | None) -> tuple[Word, ...]:
    """The words of a recording in the form in which a note's text has them; an anchor's `word` counts in these.

    That is the written form by today's settings, or the one as heard where more of it is found again: the note may be
    older than the settings. Commands that were said are in the recording and not in the text, as a rule.
    """
    dictated = without_commands(transcript, load_grammar(transcript.language)).transcript
    best: tuple[Word, ...] = ()
    best_share = -1.0
    for heard in dict.fromkeys((dictated, transcript)):
        for each in dict.fromkeys((options, FormattingOptions(), None)):
            words = write_transcript(heard, each).words
            share = len(anchor_words(text, [(0, words)])) / max(1, len(words))
            if share > best_share:
                best, best_share = words, share
            if best_share >= _FOUND:  # each form of a long recording takes a second
                return best
    return best


def anchor_words(text: str, recordings: Sequence[tuple[int, Sequence[Word]]]) -> list[Anchor]:
    """Finds the words of each (recording id, its words) again in a text that may have been edited since.

    Each recording in turn takes the longest common subsequence of its words with what the ones before it left, so
    a word that the user changed has no anchor, and neither has a word in a field that is open. Ordered by start.
    """
    from rapidfuzz.distance import LCSseq

    tokens = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text)]
    inside = {at for gap in find_fields(text) for at in range(gap.start, gap.end)}
    tokens = [token for token in tokens if token[0] not in inside and token[1] - 1 not in inside]
    free = list(range(len(tokens)))
    anchors: list[Anchor] = []
    for recording_id, words in recordings:
        heard = [_bare(word.text) for word in words]
        blocks = LCSseq.opcodes(heard, [_bare(tokens[index][2]) for index in free])
        taken: set[int] = set()
        for block in blocks:
            if block.tag != "equal":
                continue
            for word, place in zip(
                range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True
            ):
                start, end, token = tokens[free[place]]
                if _bare(token) != heard[word]:  # rapidfuzz takes nothing and U+0000 for the same
                    continue
                anchors.append(Anchor(start, end, recording_id, word))
                taken.add(free[place])
        free = [index for index in free if index not in taken]
    return sorted(anchors, key=lambda anchor: anchor.start)


def is_same_word(token: str, word: str) -> bool:
    """Whether a token of the text is still the recognised word: letter case and marks around it do not matter."""
    return _bare(token) == _bare(word)


def find_word(stretch: str, word: str) -> tuple[int, int]:
    """Start and end of a word in the stretch of text that came from it and may have grown or changed since.

    When the word itself is gone, its place is the first token, or nothing at the start of an empty stretch.
    """
    tokens = list(_TOKEN.finditer(stretch))
    for token in tokens:
        if is_same_word(token.group(), word):
            return token.span()
    return tokens[0].span() if tokens else (0, 0)


def _bare(token: str) -> str:
    return _EDGES.sub("", token).casefold() or token


def word_at(words: Sequence[Word], position_s: float) -> int | None:
    """The number of the word being said at a time; in a pause the one before it; None before the first."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        if words[middle].start_s <= position_s:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low else None
