"""A dictation's utterances told apart: text to write, and commands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from app.dictation.commands.command import Command, CommandName
from app.dictation.commands.grammar import Grammar
from app.dictation.stretches import part_of, word_places
from speech.transcript import Segment, Word

# Nobody pauses within a phrase for so long, and who speaks on does so sooner.
_PAUSE_S = 0.5
# Word times are only roughly right: an utterance that the segmenter has parted from the one before needs less.
_PARTED_S = 0.2
# Of the words that make it a command, not of what is said in their place. Where they can be ordinary words, more.
_LEAST_CONFIDENCE, _LEAST_WHERE_ORDINARY = 0.3, 0.5


@dataclass(frozen=True)
class Reading:
    """A stretch of speech as heard. Without a command it is text; with one that is not certain it is text where the
    command can't be carried out. `is_literal`: the text is to be written as it is. `goes_on`: letters that belong to
    those of the utterance before."""

    segment: Segment
    command: Command | None = None
    is_literal: bool = False
    goes_on: bool = False


class CommandReader:
    """Reads one dictation from its beginning: whether letters are being spelled goes over from one utterance to the
    next."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._is_spelling = False
        self._has_letters = False
        self._end_s = float("-inf")

    def read(self, segment: Segment) -> tuple[Reading, ...]:
        """What the next segment of the dictation says, in order. A command stands between pauses; what is said
        without one belongs together."""
        is_parted = segment.start_s - self._end_s >= _PARTED_S or not segment.words
        self._end_s = segment.end_s
        whole = self._read_one(segment) if is_parted else Reading(segment)
        if whole.command is not None or whole.is_literal:
            return (whole,)
        pieces = _divide(segment)
        if len(pieces) < 2:
            return (whole,)
        readings: list[Reading] = []
        for number, piece in enumerate(pieces):
            reading = self._read_one(piece) if number or is_parted else Reading(piece)
            before = readings[-1] if readings else None
            if before is not None and _is_plain(before) and _is_plain(reading):
                readings[-1] = Reading(_join(before.segment, piece))
            else:
                readings.append(reading)
        return tuple(readings) if len(readings) > 1 else (whole,)

    def peek(self, text: str) -> Command | None:
        """The command that an utterance under way would be if it ended here, where it could be nothing else."""
        if self._is_spelling:
            return None
        command = self._grammar.read(text)
        return command if command is not None and command.is_certain else None

    def _read_one(self, segment: Segment) -> Reading:
        command = self._grammar.read(segment.text)
        if command is not None and not _is_sure(segment, command):
            command = None
        if self._is_spelling and (command is None or not command.is_certain):
            letters = self._grammar.read_letters(segment.text)
            if letters is not None:
                goes_on, self._has_letters = self._has_letters, True
                return Reading(segment, Command(CommandName.SPELL_OUT, letters), goes_on=goes_on)
        self._is_spelling = command is not None and command.name is CommandName.SPELL
        self._has_letters = False
        if command is not None:
            return Reading(segment, command)
        literal = self._grammar.read_literal(segment.text)
        return Reading(segment) if literal is None else Reading(_end_of(segment, literal), is_literal=True)


def written_by(segment: Segment, command: Command) -> Segment:
    """What stands in the note for a command that writes: a spelled word was said there, a text of one's own was not."""
    said = segment.words if command.name is CommandName.SPELL_OUT else ()
    confidence = min((word.confidence for word in said), default=1.0)
    words = (Word(command.argument, segment.start_s, segment.end_s, confidence),) if said else ()
    return replace(segment, text=command.argument, words=words)


def _is_sure(segment: Segment, command: Command) -> bool:
    """Whether the words that make it a command were surely heard."""
    least = _LEAST_CONFIDENCE if command.is_certain else _LEAST_WHERE_ORDINARY
    start = segment.text.rfind(command.argument) if command.argument else -1
    places = word_places(segment) or []
    said = [
        word
        for place, word in zip(places, segment.words, strict=False)
        if start < 0 or not start <= place < start + len(command.argument)
    ]
    if command.name is CommandName.SPELL_OUT:
        said = said[:1]
    return all(word.confidence >= least for word in said or segment.words)


def _is_plain(reading: Reading) -> bool:
    return reading.command is None and not reading.is_literal


def _divide(segment: Segment) -> list[Segment]:
    """The segment cut at its pauses; itself where there are none or its words are not those of its text."""
    places = word_places(segment)
    cuts = [
        number
        for number, (before, after) in enumerate(pairwise(segment.words), start=1)
        if after.start_s - before.end_s >= _PAUSE_S
    ]
    if places is None or not cuts:
        return [segment]
    return [part_of(segment, places, first, last) for first, last in pairwise((0, *cuts, len(segment.words)))]


def _join(one: Segment, other: Segment) -> Segment:
    return replace(one, end_s=other.end_s, text=f"{one.text} {other.text}".strip(), words=(*one.words, *other.words))


def _end_of(segment: Segment, text: str) -> Segment:
    """The segment with the end of its text alone, and the words of that."""
    start = len(segment.text.strip()) - len(text)
    places = word_places(replace(segment, text=segment.text.strip())) or []
    words: tuple[Word, ...] = tuple(word for place, word in zip(places, segment.words, strict=False) if place >= start)
    start_s = words[0].start_s if words else segment.start_s
    return replace(segment, start_s=start_s, text=text, words=words)
