"""A dictation that a note holds a part of: where its rest belongs, and what the rest is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from app.desk.anchors import Anchor, anchor_words
from app.desk.rewriting import PlacedText, WrittenRecording, place_words, write_recording
from app.dictation import FormattingOptions
from app.dictation.commands import OwnPhrase
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
class Rest:
    """The rest of a recording, a text for each of its places. `held` is where the note's text holds words of the part
    before, which the texts' words count too."""

    pieces: tuple[PlacedText, ...]
    held: tuple[Anchor, ...] = ()

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
    parts = [write_recording(heard_between(heard, start_s, end_s), options, own) for start_s, end_s in pairwise(bounds)]
    all_words = (*words, *(word for part in parts for word in part.written.words))
    pieces: list[PlacedText] = []
    count = len(words)
    for part in parts:
        placed = place_words(part.written, recording_id)
        moved = tuple(Anchor(each.start, each.end, recording_id, each.word + count) for each in placed.anchors)
        pieces.append(PlacedText(recording_id, placed.text, all_words, moved))
        count += len(part.written.words)
    changing = sum(part.changing for part in parts)
    return WrittenRecording(heard, parts[0].written, changing), Rest(tuple(pieces), anchors)
