"""What an author changed in recognised text: found word by word, and told apart from what was only written anew.

A changed word was either misheard, and then the author's word stands for the same sound, or the author wanted to say
something else, and then it does not. How alike the two sound, and how well the author's words fit the sound by the
model's own measure, tell which; what they leave open, and whatever touches a number, a negation or a side, is for the
author to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from adaptation.lexicon.candidates import is_untouchable
from adaptation.lexicon.opposites import are_opposite
from adaptation.lexicon.sounds import Sounds, compare_by, similarity, sounds_of
from adaptation.metrics.words import plain_words
from speech.transcript import Word

_TOKEN = re.compile(r"\S+")
_EDGES = re.compile(r"^\W+|\W+$")
_LONGEST_SPAN = 4  # words that one may have been heard as, or that were heard as one
_COST_OF_WORD = 0.4  # of one that has no counterpart; that of a pair is what it does not sound alike
_LARGEST_GAP = 400  # words by words; what is longer was written anew
_TOKENS_AT_EDGE = 2  # for each word heard there

# Fitted on the development sets: real slips of whisper-base against words exchanged, put in and taken out.
_ALIKE = 0.7
_HALF_ALIKE = 0.45
_UNLIKE = 0.3
_CONTRADICTED_NATS = -25.0  # the sound speaks against the author's words however alike they are
_UNFIT_NATS = -12.0
_FIT_NATS = -3.5  # rare words have the model's ear against them, besides its habits
_WELCOME_NATS = 0.0


class Kind(StrEnum):
    """What a correction is: the words were misheard, or the author wanted others, or only the author knows."""

    MISHEARD = "misheard"
    REWRITTEN = "rewritten"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class DictatedClip:
    """An utterance as it was recognised: its words as the model `heard` them and as they were `written` into the
    note, all with their times in the recording."""

    start_s: float
    end_s: float
    heard: tuple[Word, ...]
    written: tuple[Word, ...]


@dataclass(frozen=True)
class Change:
    """The heard words from `first` up to `last` of a clip were written as `before`; the author wrote `after`.

    Either may be nothing. `alike` says how alike the two sound, from 0 to 1.
    """

    first: int
    last: int
    before: str
    after: str
    alike: float


@dataclass(frozen=True)
class ChangedClip:
    """A clip whose words were found again in the signed text, with what the author changed in it."""

    clip: DictatedClip
    changes: tuple[Change, ...]


def find_changes(recordings: Sequence[Sequence[DictatedClip]], signed: str) -> list[list[ChangedClip]]:
    """For each of a note's recordings the clips that the signed text still holds something of, with their changes.

    Letter case, punctuation and another way to write the same (two, 2) are no changes. Words at the start and end of
    a recording are compared with the text next to it only as far as they can reach: what stands there may have been
    typed.
    """
    tokens = _TOKEN.findall(signed)
    words = [[word for clip in clips for word in clip.written] for clips in recordings]
    anchors = _anchor(words, tokens)
    taken = {token for own in anchors for _, token in own}
    found = []
    for clips, own_words, own in zip(recordings, words, anchors, strict=True):
        gaps = list(_gaps(len(own_words), len(tokens), own, taken))
        pairs = [pair for gap in gaps for pair in _compare(own_words, tokens, gap)]
        found.append(list(_by_clip(clips, own_words, pairs, {word for word, _ in own})))
    return found


def judge(change: Change, support_nats: float | None = None) -> Kind:
    """What a change is. `support_nats` is by how much the sound speaks for the author's words rather than those
    heard (`adaptation.support`); None where nobody has listened."""
    kind = _kind(change, support_nats)
    return Kind.DOUBTFUL if kind is Kind.MISHEARD and _is_dangerous(change) else kind


def apply(words: Sequence[str], changes: Sequence[Change]) -> str:
    """What was said by the author's account: the words as heard, but for the changes. Marks around them stay."""
    parts: list[str] = []
    done = 0
    for change in sorted(changes, key=lambda each: (each.first, each.last)):
        parts += words[done : change.first]
        if change.after:
            last = words[change.last - 1] if change.last > change.first else ""
            parts.append(
                " ".join(bare for token in change.after.split() if (bare := strip_marks(token))) + _marks(last)
            )
        done = max(done, change.last)
    parts += words[done:]
    return " ".join(part for part in parts if part)


class _Gap(NamedTuple):
    """Words and tokens between two that agree, as (first, last); at an edge of the recording one side is open."""

    words: tuple[int, int]
    tokens: tuple[int, int]
    edge: int = 0  # -1 before the first word that agrees, 1 behind the last one


class _Pair(NamedTuple):
    words: tuple[int, int]
    after: str
    alike: float


def _anchor(words: Sequence[Sequence[Word]], tokens: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each recording (word, token) of what agrees; each takes the longest common subsequence of what is left."""
    bare = [strip_marks(token).casefold() for token in tokens]
    free = list(range(len(tokens)))
    anchors = []
    for own in words:
        blocks = LCSseq.opcodes([strip_marks(word.text).casefold() for word in own], [bare[place] for place in free])
        found = [
            (block.src_start + step, free[block.dest_start + step])
            for block in blocks
            if block.tag == "equal"
            for step in range(block.src_end - block.src_start)
        ]
        taken = {token for _, token in found}
        free = [place for place in free if place not in taken]
        anchors.append(found)
    return anchors


def _gaps(words: int, tokens: int, anchors: Sequence[tuple[int, int]], taken: set[int]) -> Iterator[_Gap]:
    if not anchors:
        return
    (first_word, first_token), (last_word, last_token) = anchors[0], anchors[-1]
    if first_word:
        reach = next((t for t in range(first_token - 1, -1, -1) if t in taken), -1) + 1
        start = max(reach, first_token - _TOKENS_AT_EDGE * first_word)
        yield _Gap((0, first_word), (start, first_token), -1)
    for (word, token), (next_word, next_token) in pairwise(anchors):
        is_foreign = any(place in taken for place in range(token + 1, next_token))
        between = (token + 1, token + 1) if is_foreign else (token + 1, next_token)
        if next_word > word + 1 or between[1] > between[0]:
            yield _Gap((word + 1, next_word), between)
    if last_word + 1 < words:
        reach = next((t for t in range(last_token + 1, tokens) if t in taken), tokens)
        end = min(reach, last_token + 1 + _TOKENS_AT_EDGE * (words - last_word - 1))
        yield _Gap((last_word + 1, words), (last_token + 1, end), 1)


def _compare(words: Sequence[Word], tokens: Sequence[str], gap: _Gap) -> list[_Pair]:
    """The gap cut into pairs that sound as alike as can be, and what has no counterpart."""
    before = [strip_marks(word.text) for word in words[slice(*gap.words)]]
    after = [bare for token in tokens[slice(*gap.tokens)] if (bare := strip_marks(token))]
    if len(before) * len(after) > _LARGEST_GAP:
        return [_Pair(gap.words, " ".join(after), _alike(" ".join(before), " ".join(after)))]
    pairs = _align(before, after)
    if gap.edge:  # what has no counterpart there was typed before or behind what was dictated
        places = [place for place, (a, b, c, d) in enumerate(pairs) if b > a and d > c]
        inside = slice(places[0], None) if gap.edge < 0 and places else slice(0, places[-1] + 1 if places else 0)
        outside = [pair for pair in pairs if pair not in pairs[inside] and pair[1] > pair[0]]
        pairs = sorted([*pairs[inside], *((a, b, c, c) for a, b, c, _ in outside)])
    shift = gap.words[0]
    return [
        _Pair((a + shift, b + shift), " ".join(after[c:d]), _alike(" ".join(before[a:b]), " ".join(after[c:d])))
        for a, b, c, d in pairs
        if plain_words(" ".join(before[a:b])) != plain_words(" ".join(after[c:d]))
    ]


def _align(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Spans (of before, of after) from start to end at the least cost; neighbours without a counterpart are one."""
    costs = {(0, 0): 0.0}
    ways: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(len(before) + 1):
        for j in range(len(after) + 1):
            for a, b in _steps(min(i, _LONGEST_SPAN), min(j, _LONGEST_SPAN)):
                start = (i - a, j - b)
                cost = costs[start] + _cost(before[i - a : i], after[j - b : j])
                if cost < costs.get((i, j), float("inf")):
                    costs[(i, j)], ways[(i, j)] = cost, start
    spans: list[tuple[int, int, int, int]] = []
    place = (len(before), len(after))
    while place != (0, 0):
        i, j = ways[place]
        spans.append((i, place[0], j, place[1]))
        place = (i, j)
    joined: list[tuple[int, int, int, int]] = []
    for span in reversed(spans):
        alone = span[0] == span[1] or span[2] == span[3]
        if joined and alone and (joined[-1][0] == joined[-1][1] or joined[-1][2] == joined[-1][3]):
            joined[-1] = (joined[-1][0], span[1], joined[-1][2], span[3])
        else:
            joined.append(span)
    return joined


def _steps(words: int, tokens: int) -> Iterator[tuple[int, int]]:
    """How many words and tokens an alignment may go back at once."""
    if words:
        yield 1, 0
    if tokens:
        yield 0, 1
    yield from ((a, b) for a in range(1, words + 1) for b in range(1, tokens + 1))


def _cost(before: Sequence[str], after: Sequence[str]) -> float:
    if not before or not after:
        return _COST_OF_WORD * (len(before) + len(after))
    one, other = " ".join(before), " ".join(after)
    return (1.0 - _alike(one, other)) * (len(before) + len(after)) / 2 + 0.01 * (len(before) + len(after) - 2)


def _by_clip(
    clips: Sequence[DictatedClip], words: Sequence[Word], pairs: Sequence[_Pair], agreeing: set[int]
) -> Iterator[ChangedClip]:
    whole = [_whole(pair, words, agreeing) for pair in pairs]
    start = 0
    for clip in clips:
        stop = start + len(clip.written)
        if any(start <= word < stop for word in agreeing):
            own = [part for pair in whole for part in _part(pair, start, stop, len(words))]
            yield ChangedClip(clip, tuple(_change(clip, words[start:stop], start, pair) for pair in own))
        start = stop


def _whole(pair: _Pair, words: Sequence[Word], agreeing: set[int]) -> _Pair:
    """With the neighbours that agree but were written for the same speech: 25 mg → 50 mg, where the unit stayed."""
    (first, last), after = pair.words, pair.after
    if first == last:
        return pair
    while first - 1 in agreeing and _is_same_speech(words[first - 1], words[first]):
        first -= 1
        after = f"{strip_marks(words[first].text)} {after}"
    while last in agreeing and _is_same_speech(words[last - 1], words[last]):
        after = f"{after} {strip_marks(words[last].text)}"
        last += 1
    return _Pair((first, last), after.strip(), pair.alike)


def _is_same_speech(one: Word, other: Word) -> bool:
    return (one.start_s, one.end_s) == (other.start_s, other.end_s)


def _part(pair: _Pair, start: int, stop: int, total: int) -> Iterator[_Pair]:
    """What of a pair lies in a clip. Where one goes over a pause, nobody knows which of its words were said before."""
    first, last = pair.words
    if start <= first and last <= stop and (first < stop or stop == total):
        yield pair
    elif first < stop and last > start:
        yield _Pair((max(first, start), min(last, stop)), pair.after if first >= start else "", 0.0)


def _change(clip: DictatedClip, words: Sequence[Word], start: int, pair: _Pair) -> Change:
    """The pair in the clip's words as heard, which are those of the same time."""
    first, last = pair.words[0] - start, pair.words[1] - start
    before = " ".join(strip_marks(word.text) for word in words[first:last])
    begin_s = words[first].start_s if first < len(words) else clip.end_s
    end_s = words[last - 1].end_s if last > first else begin_s
    inside = [i for i, word in enumerate(clip.heard) if begin_s <= (word.start_s + word.end_s) / 2 <= end_s]
    if first == last or not inside:
        place = sum(word.end_s <= begin_s + 1e-6 for word in clip.heard)
        return Change(place, place, before, pair.after, pair.alike)
    return Change(inside[0], inside[-1] + 1, before, pair.after, pair.alike)


def _kind(change: Change, support_nats: float | None) -> Kind:
    if support_nats is None:
        bounds = ((_ALIKE, Kind.MISHEARD), (_HALF_ALIKE, Kind.DOUBTFUL))
        return next((kind for least, kind in bounds if change.alike >= least), Kind.REWRITTEN)
    if change.alike >= _ALIKE:
        return Kind.MISHEARD if support_nats > _CONTRADICTED_NATS else Kind.DOUBTFUL
    if change.alike >= _HALF_ALIKE:
        least, below = _FIT_NATS, _UNFIT_NATS
    else:
        least, below = _WELCOME_NATS, _FIT_NATS if change.alike >= _UNLIKE else _WELCOME_NATS
    if support_nats > least:
        return Kind.MISHEARD if change.alike >= _UNLIKE else Kind.DOUBTFUL
    return Kind.DOUBTFUL if support_nats > below else Kind.REWRITTEN


def _is_dangerous(change: Change) -> bool:
    """Whether taking the author's words for what was said could change a number, a negation, a side or a sense."""
    is_fixed = is_untouchable(change.before) or is_untouchable(change.after)
    return is_fixed or are_opposite(change.before, change.after)


@lru_cache(maxsize=1 << 14)
def _sounds(form: str) -> Sounds:
    return compare_by(sounds_of([form])[0])


def _alike(before: str, after: str) -> float:
    if not before or not after:
        return 0.0
    return max(0.0, similarity(_sounds(before), _sounds(after)))


def strip_marks(token: str) -> str:
    """The token without the marks around it."""
    return _EDGES.sub("", token)


def _marks(token: str) -> str:
    """The punctuation at a token's end."""
    return token[len(token.rstrip(".,;:?!")) :]
