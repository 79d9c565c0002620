"""Parts of what was heard: of a segment by its words, of a transcript by its times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from speech.transcript import Segment, Transcript


def word_places(segment: Segment) -> list[int] | None:
    """Where each word begins in the text; None where one is not found there."""
    places: list[int] = []
    position = 0
    for word in segment.words:
        place = segment.text.find(word.text, position)
        if place < 0:
            return None
        places.append(place)
        position = place + len(word.text)
    return places


def part_of(segment: Segment, places: Sequence[int], first: int, last: int) -> Segment:
    """The words numbered from `first` up to `last`, of which there is one at least; `places` are those of all words."""
    words = segment.words[first:last]
    start = places[first] if first else 0
    end = places[last] if last < len(places) else len(segment.text)
    return replace(
        segment, start_s=words[0].start_s, end_s=words[-1].end_s, text=segment.text[start:end].strip(), words=words
    )


def heard_between(transcript: Transcript, start_s: float, end_s: float) -> Transcript:
    """What was said between two times. A word belongs where its middle is: its ends are only roughly right."""
    parts = (_between(segment, start_s, end_s) for segment in transcript.segments)
    return replace(transcript, segments=tuple(part for part in parts if part is not None))


def _between(segment: Segment, start_s: float, end_s: float) -> Segment | None:
    middles = [(word.start_s + word.end_s) / 2 for word in segment.words] or [(segment.start_s + segment.end_s) / 2]
    inside = [number for number, middle in enumerate(middles) if start_s <= middle < end_s]
    if not inside or len(inside) == len(middles):
        return segment if inside else None
    places = word_places(segment)
    if places is None:
        text = " ".join(word.text for word in segment.words)
        places = word_places(replace(segment, text=text)) or []
        segment = replace(segment, text=text)
    return part_of(segment, places, inside[0], inside[-1] + 1)
