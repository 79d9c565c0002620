"""A whole recording as text for a note: commands that were said in it are neither written nor carried out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.desk.anchors import Anchor, anchor_words
from app.dictation import FormattingOptions, WrittenTranscript, write_transcript
from app.dictation.commands import OwnPhrase, load_grammar, without_commands
from speech.transcript import Transcript, Word

_LONG = 2500  # characters in a line that is divided: more than fills the window
_PARAGRAPH = 700
_SENTENCE_ENDS = (".", "?", "!", "。", "？", "！")


@dataclass(frozen=True)
class WrittenRecording:
    """`heard` is all that was said, commands too; `written` what of it is dictated text. So many commands were
    `changing` the note at the time."""

    heard: Transcript
    written: WrittenTranscript
    changing: int


@dataclass(frozen=True)
class PlacedText:
    """The text of a recording as a note takes it, its words, and where each of them stands in it."""

    recording_id: int
    text: str
    words: tuple[Word, ...]
    anchors: tuple[Anchor, ...]


def write_recording(
    heard: Transcript, options: FormattingOptions | None, own: Sequence[OwnPhrase] = ()
) -> WrittenRecording:
    """The text of a recording that was recognised as a whole; options as for `write_transcript`."""
    replay = without_commands(heard, load_grammar(heard.language, own))
    return WrittenRecording(heard, write_transcript(replay.transcript, options), replay.changing)


def place_words(written: WrittenTranscript, recording_id: int) -> PlacedText:
    """A recording's text made ready to be put into a note, which would take too long in the window's thread."""
    text, words = divide(written), written.words
    return PlacedText(recording_id, text, words, tuple(anchor_words(text, [(recording_id, words)])))


def divide(written: WrittenTranscript) -> str:
    """The text of a recording, with paragraphs in lines that are too long to be looked through: they end where a
    sentence and an utterance do. Nothing but white space is another."""
    places = []
    at = 0
    for segment in written.segments[:-1]:
        at = written.text.find(segment.text, at) + len(segment.text)
        if segment.text.endswith(_SENTENCE_ENDS):
            places.append(at)
    lines = []
    start = 0
    for line in written.text.split("\n"):
        within = [place - start for place in places if start < place < start + len(line)]
        lines.append(_divide_line(line, within) if len(line) > _LONG else line)
        start += len(line) + 1
    return "\n".join(lines)


def _divide_line(line: str, places: Sequence[int]) -> str:
    parts = []
    start = 0
    for place in places:
        if place - start >= _PARAGRAPH and len(line) - place >= _PARAGRAPH:
            parts.append(line[start:place].strip(" "))
            start = place
    return "\n\n".join([*parts, line[start:].lstrip(" ") if parts else line])
