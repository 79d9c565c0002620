"""A whole recording as text for a note: commands that were said in it are neither written nor carried out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.dictation import FormattingOptions, WrittenTranscript, write_transcript
from app.dictation.commands import OwnPhrase, load_grammar, without_commands
from speech.transcript import Transcript


@dataclass(frozen=True)
class WrittenRecording:
    """`heard` is all that was said, commands too; `written` what of it is dictated text. So many commands were
    `changing` the note at the time."""

    heard: Transcript
    written: WrittenTranscript
    changing: int


def write_recording(
    heard: Transcript, options: FormattingOptions | None, own: Sequence[OwnPhrase] = ()
) -> WrittenRecording:
    """The text of a recording that was recognised as a whole; options as for `write_transcript`."""
    replay = without_commands(heard, load_grammar(heard.language, own))
    return WrittenRecording(heard, write_transcript(replay.transcript, options), replay.changing)
