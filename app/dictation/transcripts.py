"""A transcript in written form, in which each word still knows when it was said and how surely it was heard."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.dictation.edits import Edit
from app.dictation.formatting import FormattedText, format_text
from app.dictation.language import languages
from app.dictation.options import FormattingOptions
from speech.transcript import Segment, Transcript, Word

_TOKEN = re.compile(r"\S+")
_COMMANDS = ("punctuation", "layout")


@dataclass(frozen=True)
class WrittenWord(Word):
    """A word of the written text, with the times and the least confidence of all that was said for it.

    `spoken` is what was heard: "twenty five milligrams" for both words of "25 mg".
    """

    spoken: str = ""


@dataclass(frozen=True)
class WrittenTranscript:
    """`segments` are those of `heard` with text and words (each a WrittenWord) as written; `text` is all of it."""

    heard: Transcript
    text: str
    segments: tuple[Segment, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of the written text in order; two of one stretch of speech have the same times."""
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def as_written(self) -> Transcript:
        """The transcript with text and words as written, for subtitles."""
        return replace(self.heard, segments=self.segments)

    @property
    def words_as_heard(self) -> Transcript:
        """The transcript with its text as written and its words as they were heard, for JSON."""
        pairs = zip(self.heard.segments, self.segments, strict=True)
        return replace(self.heard, segments=tuple(replace(heard, text=written.text) for heard, written in pairs))

    @property
    def lines(self) -> str:
        """The text with the line ends that were said; where none were, each segment is a line."""
        return self._divided("\n")

    @property
    def paragraphs(self) -> str:
        """The text with the line ends that were said; where none were, each segment is a paragraph."""
        return self._divided("\n\n")

    def _divided(self, divider: str) -> str:
        if "\n" in self.text:
            return self.text.strip("\n")
        return divider.join(segment.text for segment in self.segments if segment.text)


def write_transcript(transcript: Transcript, options: FormattingOptions | None) -> WrittenTranscript:
    """Formats all segments together, so that a number or a sentence may go over a pause, and cuts them again.

    What was said at a cut goes to the segment before it. Without options, and for a language without rules, the text
    stays as it was heard.
    """
    source = " ".join(segment.text for segment in transcript.segments if segment.text)
    is_known = transcript.language.split("-")[0] in languages()
    done = format_text(source, transcript.language, options) if options and is_known else FormattedText(source, ())
    starts = _segment_starts(transcript.segments)
    cuts = _cuts(done, starts)
    written = _written_words(done, _word_spans(source, transcript.segments, starts))
    places = [place for place, _ in written]
    segments = []
    for segment, (start, end) in zip(transcript.segments, pairwise([*cuts, len(done.text)]), strict=True):
        words = tuple(word for _, word in written[bisect_left(places, start) : bisect_left(places, end)])
        segments.append(replace(segment, text=done.text[start:end].removesuffix(" "), words=words))
    return WrittenTranscript(transcript, done.text, tuple(segments))


def _segment_starts(segments: Sequence[Segment]) -> list[int]:
    """Where each segment's text begins in the text of all, which has a space between two that are not empty."""
    starts: list[int] = []
    position = 0
    for segment in segments:
        starts.append(position)
        position += len(segment.text) + 1 if segment.text else 0
    return starts


def _word_spans(source: str, segments: Sequence[Segment], starts: Sequence[int]) -> list[tuple[int, int, Word]]:
    """Start and end of each word in the text of all; a word that the text lacks is left out."""
    spans = []
    for segment, start in zip(segments, starts, strict=True):
        position, end = start, start + len(segment.text)
        for word in segment.words:
            place = source.find(word.text, position, end)
            if place >= 0:
                position = place + len(word.text)
                spans.append((place, position, word))
    return spans


def _cuts(done: FormattedText, starts: Sequence[int]) -> list[int]:
    """Where the segments begin in the written text: behind white space, so that no written word is divided."""
    cuts: list[int] = []
    for start in starts:
        place = _place_in_written(done.edits, start) if start else 0
        while 0 < place < len(done.text) and not done.text[place - 1].isspace():
            place += 1
        cuts.append(max(place, cuts[-1] if cuts else 0))
    return cuts


def _place_in_written(edits: Sequence[Edit], position: int) -> int:
    """Where a place of the source is in the written text; inside an edit that is the edit's end."""
    number = bisect_left(edits, position, key=lambda edit: edit.start) - 1
    if number < 0:
        return position
    edit = edits[number]
    return edit.written_end + max(0, position - edit.end)


def _written_words(done: FormattedText, spans: Sequence[tuple[int, int, Word]]) -> list[tuple[int, WrittenWord]]:
    """Each word of the written text with its place, for those that something was said for."""
    commands = [(edit.start, edit.end) for edit in done.edits if edit.rule in _COMMANDS]
    found = []
    for match in _TOKEN.finditer(done.text):
        start, end = _stretch_in_source(done.edits, match.start(), match.end())
        first = bisect_right(spans, start, key=lambda span: span[1])
        last = bisect_left(spans, end, key=lambda span: span[0])
        if first < last:
            found.append((match.start(), _joined(match.group(), spans[first:last], commands)))
    return found


def _stretch_in_source(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """What of the source became the stretch of the written text, with the whole of each edit that it touches."""
    number = bisect_right(edits, start, key=lambda edit: edit.written_start) - 1
    source_start = start
    if number >= 0:
        edit = edits[number]
        source_start = edit.start if start < edit.written_end else edit.end + start - edit.written_end
    number = bisect_left(edits, end, key=lambda edit: edit.written_start) - 1
    source_end = end
    if number >= 0:
        edit = edits[number]
        source_end = edit.end + max(0, end - edit.written_end)
    return source_start, source_end


def _joined(text: str, spans: Sequence[tuple[int, int, Word]], commands: Sequence[tuple[int, int]]) -> WrittenWord:
    """One written word of all that was said for it. The marks' names do not count for times and confidence."""
    content = [word for start, end, word in spans if not _is_within(start, end, commands)]
    content = content or [word for _, _, word in spans]
    named = next((word for word in content if word.term is not None), content[0])
    return WrittenWord(
        text,
        content[0].start_s,
        content[-1].end_s,
        min(word.confidence for word in content),
        named.term,
        named.heard,
        next((word.offered for word in content if word.offered is not None), None),
        spoken=_spoken([word for _, _, word in spans]),
    )


def _spoken(words: Sequence[Word]) -> str:
    """What the model wrote for the words; of a term that took its place, that once and not the term."""
    parts: list[str] = []
    before: Word | None = None
    for word in words:
        is_same_term = before is not None and word.heard is not None and word.heard == before.heard
        if not is_same_term:
            parts.append(word.text if word.heard is None else word.heard)
        before = word
    return " ".join(parts)


def _is_within(start: int, end: int, stretches: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(stretches, start, key=lambda stretch: stretch[0]) - 1
    return number >= 0 and end <= stretches[number][1]
