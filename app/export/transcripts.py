"""Transcripts as text, JSON and subtitles; every writer takes a Transcript and returns the file's text."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from speech.transcript import Segment, Transcript, Word

# Two lines of 42 characters for at most seven seconds: what the BBC and Netflix subtitle guides ask for.
LINE_CHARACTERS = 42
CUE_CHARACTERS = 2 * LINE_CHARACTERS
CUE_SECONDS = 7.0
_CLAUSE_ENDS = (".", "!", "?", ",", ";", ":", "。", "！", "？", "，", "；", "、")


@dataclass(frozen=True)
class Cue:
    """A subtitle: one or two lines shown from start_ms until end_ms, counted from the start of the audio."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def write_text(transcript: Transcript) -> str:
    """A line per segment."""
    return "".join(f"{segment.text.strip()}\n" for segment in transcript.segments if segment.text.strip())


def write_json(transcript: Transcript) -> str:
    """The object of `transcribe --format json` on one line, so that several make JSON Lines."""
    return json.dumps(transcript.to_json(), ensure_ascii=False) + "\n"


def write_json_lines(transcripts: Iterable[Transcript]) -> str:
    """One JSON object a line, one line a transcript."""
    return "".join(write_json(transcript) for transcript in transcripts)


def write_srt(transcript: Transcript) -> str:
    """SubRip subtitles."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n" + "".join(f"{x}\n" for x in cue.lines)
        for number, cue in enumerate(cues(transcript), start=1)
    )


def write_vtt(transcript: Transcript) -> str:
    """WebVTT subtitles; the characters that mean markup there are escaped."""
    blocks = [
        f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n" + "".join(f"{_escape(x)}\n" for x in cue.lines)
        for cue in cues(transcript)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def cues(transcript: Transcript) -> list[Cue]:
    """The segments cut by their words to lengths that can be read; in order, without overlap, none empty."""
    found: list[Cue] = []
    earliest_ms = 0
    for segment in transcript.segments:
        for part in _parts(_pieces(segment)):
            text = " ".join("".join(piece.text for piece in part).split())
            if not text:
                continue
            start_ms = max(earliest_ms, round(part[0].start_s * 1000))
            end_ms = max(start_ms + 1, round(part[-1].end_s * 1000))
            found.append(Cue(start_ms, end_ms, tuple(textwrap.wrap(text, LINE_CHARACTERS))))
            earliest_ms = end_ms
    return found


def _pieces(segment: Segment) -> list[Word]:
    """The segment's text cut at its words, each piece with the spaces and punctuation that follow it, so that the
    pieces joined are the text (also in languages that write no spaces)."""
    text = segment.text.strip()
    starts: list[int] = []
    position = 0
    for word in segment.words:
        position = text.find(word.text, position)
        if position < 0:
            return [Word(word.text + " ", word.start_s, word.end_s, word.confidence) for word in segment.words]
        starts.append(position)
        position += len(word.text)
    if not starts:
        return list(_spread(segment, text))
    starts[0] = 0
    ends = [*starts[1:], len(text)]
    return [
        Word(text[start:end], word.start_s, word.end_s, word.confidence)
        for word, start, end in zip(segment.words, starts, ends, strict=True)
    ]


def _spread(segment: Segment, text: str) -> Iterator[Word]:
    """A segment without word times: its lines, the time divided by their length."""
    lines = textwrap.wrap(text, LINE_CHARACTERS)
    seconds_per_character = (segment.end_s - segment.start_s) / max(1, sum(map(len, lines)))
    start_s = segment.start_s
    for line in lines:
        end_s = start_s + len(line) * seconds_per_character
        yield Word(line + " ", start_s, end_s, segment.confidence)
        start_s = end_s


def _parts(pieces: list[Word]) -> Iterator[list[Word]]:
    """Groups of pieces that fit a cue, preferably ending with a clause in the second half of what would fit."""
    while pieces:
        fitting = _fitting(pieces)
        if fitting < len(pieces):
            clause_ends = [
                count
                for count in range(fitting // 2 + 1, fitting + 1)
                if pieces[count - 1].text.rstrip().endswith(_CLAUSE_ENDS)
            ]
            fitting = clause_ends[-1] if clause_ends else fitting
        yield pieces[:fitting]
        pieces = pieces[fitting:]


def _fitting(pieces: list[Word]) -> int:
    """How many pieces, at least one, fit into one cue's lines and seconds."""
    text = ""
    for count, piece in enumerate(pieces):
        text += piece.text
        too_long = len(textwrap.wrap(text, LINE_CHARACTERS)) > CUE_CHARACTERS // LINE_CHARACTERS
        if count and (too_long or piece.end_s - pieces[0].start_s > CUE_SECONDS):
            return count
    return len(pieces)


def _clock(milliseconds: int, separator: str) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
