"""A recording read again: its commands are not carried out anew, and not written either."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.dictation.commands.command import Command, CommandName
from app.dictation.commands.finding import find_words
from app.dictation.commands.grammar import Grammar
from app.dictation.commands.reading import CommandReader, written_by
from speech.transcript import Segment, Transcript

_TAKE_BACK = (CommandName.SCRATCH, CommandName.DELETE, CommandName.UNDO)
_WRITES = (CommandName.WRITE, CommandName.SPELL_OUT)
# Carried out or not, these leave what was said as it is.
_HARMLESS = frozenset(
    {
        CommandName.HELP,
        CommandName.STOP_DICTATION,
        CommandName.SPELL,
        CommandName.STOP_SPELLING,
        CommandName.BOLD,
        CommandName.CAPITALISE,
        CommandName.UPPER_CASE,
        CommandName.LOWER_CASE,
    }
)


@dataclass(frozen=True)
class Replay:
    """`transcript` without the commands that were said in it, and how many of them had changed the text: what they
    did then can't be told for sure, since utterances may be parted otherwise when they are heard again."""

    transcript: Transcript
    changing: int


def without_commands(transcript: Transcript, grammar: Grammar | None) -> Replay:
    """What was dictated. "Scratch that" still takes the utterance before it back, spelled letters are a word, and a
    text of the user's own is written; for every other command only its words are missing."""
    if grammar is None:
        return Replay(transcript, 0)
    reader = CommandReader(grammar)
    steps: list[Segment | None] = []  # a command that wrote nothing is None
    changing = 0
    for segment in transcript.segments:
        for reading in reader.read(segment):
            command = reading.command
            if command is None or not _is_meant(command, steps, grammar.code):
                steps.append(reading.segment)
            elif command.name in _WRITES:
                steps.append(written_by(reading.segment, command))
            else:
                _take_back(command.name, steps)
                changing += command.name not in _HARMLESS
    return Replay(replace(transcript, segments=tuple(step for step in steps if step is not None)), changing)


def _take_back(name: CommandName, steps: list[Segment | None]) -> None:
    """Does what "scratch that" did, and the others if they came right behind an utterance."""
    last = next((number for number in range(len(steps) - 1, -1, -1) if steps[number] is not None), None)
    is_right_behind = last == len(steps) - 1
    if last is not None and (name is CommandName.SCRATCH or (name in _TAKE_BACK and is_right_behind)):
        del steps[last:]
    if name is CommandName.SCRATCH or not is_right_behind or name not in _TAKE_BACK:
        steps.append(None)


def _is_meant(command: Command, steps: list[Segment | None], language: str) -> bool:
    """Whether the words said are those of a command: an argument that can't be looked up any more makes it text."""
    if command.is_certain:
        return True
    if command.name not in (CommandName.SELECT, CommandName.CORRECT):
        return False
    text = " ".join(step.text for step in steps if step is not None)
    return find_words(text, len(text), command.argument, language) is not None
