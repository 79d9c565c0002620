"""A dictation that a note holds a part of: where its rest belongs, and what the rest is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from app.desk.anchors import Anchor, anchor_words
from app.desk.live_text import write_addition
from app.desk.rewriting import PlacedText, WrittenRecording, place_words, write_recording
from app.dictation import FormattingOptions
from app.dictation.commands import OwnPhrase, load_grammar, without_commands
from app.dictation.stretches import heard_between
from speech.transcript import Transcript, Word


@dataclass(frozen=True)
class HeldPart:
    """What a note holds of a recording: all that was said up to `until_s`. From each of `turns_s` on the rest belongs
    to another place.

    `words` are those of the part as the note knows them. Where it knows none yet they are looked for in its `text`,
    among what the words of `others` leave.
    """

    until_s: float
    turns_s: tuple[float, ...] = ()
    words: tuple[Word, ...] = ()
    text: str = ""
    others: Mapping[int, Sequence[Word]] | None = None


@dataclass(frozen=True)
class Across:
    """Where something was said across the end of the held part ("twenty", "five milligrams"): `pieces` has that in one,
    for a text in which `replaced` still stands before the place."""

    replaced: str
    pieces: tuple[PlacedText, ...]


@dataclass(frozen=True)
class Rest:
    """The rest of a recording, a text for each of its places. `held` is where the note's text holds words of the part
    before, which the texts' words count too."""

    pieces: tuple[PlacedText, ...]
    held: tuple[Anchor, ...] = ()
    across: Across | None = None

    @property
    def words(self) -> list[Word]:
        """Those that are missing."""
        return [piece.words[anchor.word] for piece in self.pieces for anchor in piece.anchors]


def find_again(before: str, now: str, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of a text is after an edit of it; where that changed it, the end of all."""
    if before == now:
        return start, end
    from rapidfuzz.distance import Postfix, Prefix

    first = Prefix.similarity(before, now)
    last = min(Postfix.similarity(before, now), len(before) - first, len(now) - first)
    by = len(now) - len(before)
    if end <= first:
        return start, end
    if start >= len(before) - last:
        return start + by, end + by
    return len(now), len(now)


def write_rest(
    heard: Transcript,
    held: HeldPart,
    recording_id: int,
    options: FormattingOptions | None,
    own: Sequence[OwnPhrase] = (),
) -> tuple[WrittenRecording, Rest]:
    """What is missing of a recording that was recognised as a whole; options as for `write_transcript`."""
    words = held.words
    anchors: tuple[Anchor, ...] = ()
    if held.until_s and not words:
        words = write_recording(heard_between(heard, 0.0, held.until_s), options, own).written.words
        others = {**(held.others or {}), recording_id: words}
        anchors = tuple(
            each for each in anchor_words(held.text, list(others.items())) if each.recording_id == recording_id
        )
    bounds = (held.until_s, *(max(held.until_s, turn_s) for turn_s in held.turns_s), inf)
    spans = [heard_between(heard, start_s, end_s) for start_s, end_s in pairwise(bounds)]
    parts = [write_recording(span, options, own) for span in spans]
    changing = sum(part.changing for part in parts)
    placed = [place_words(part.written, recording_id) for part in parts]
    across = _across(heard_between(heard, 0.0, held.until_s), spans[0], placed[0], options, own)
    rest = Rest(_count_on(words, placed), anchors)
    if across is not None:
        replaced, joined = across
        rest = replace(rest, across=Across(replaced, _count_on(words, [joined, *placed[1:]])))
    return WrittenRecording(heard, parts[0].written, changing), rest


def _count_on(words: Sequence[Word], placed: Sequence[PlacedText]) -> tuple[PlacedText, ...]:
    """The texts with the words of all of them, behind those of the part before."""
    all_words = (*words, *(word for each in placed for word in each.words))
    counted: list[PlacedText] = []
    count = len(words)
    for each in placed:
        moved = tuple(Anchor(at.start, at.end, at.recording_id, at.word + count) for at in each.anchors)
        counted.append(replace(each, words=all_words, anchors=moved))
        count += len(each.words)
    return tuple(counted)


def _across(
    before: Transcript,
    after: Transcript,
    alone: PlacedText,
    options: FormattingOptions | None,
    own: Sequence[OwnPhrase],
) -> tuple[str, PlacedText] | None:
    """What was said across the place where the held part ends, such as a number: the end of that, and the rest that
    takes its place too. None where nothing was, and where a command stands next to the place."""
    if not (before.segments and after.segments):
        return None
    last, first = before.segments[-1], after.segments[0]
    if any(_is_commanded(replace(before, segments=(each,)), own) for each in (last, first)):
        return None
    addition = write_addition(before.segments, first, before.language, options)
    if not addition.replaced.text.strip() or not alone.text.startswith(addition.alone.text):
        return None
    text = addition.piece.text + alone.text[len(addition.alone.text) :]
    words = (*addition.piece.words, *alone.words[len(addition.alone.words) :])
    anchors = tuple(anchor_words(text, [(alone.recording_id, words)]))
    return addition.replaced.text, PlacedText(alone.recording_id, text, words, anchors)


def _is_commanded(heard: Transcript, own: Sequence[OwnPhrase]) -> bool:
    """Whether there is a command in it."""
    return without_commands(heard, load_grammar(heard.language, own)).transcript.segments != heard.segments
