"""A dictation's utterances on their way to the note: what is written for each, and what is commanded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.desk.live_text import Addition, Piece, write_addition, write_partial
from app.dictation import RULES, FormattingOptions
from app.dictation.commands import Command, CommandName, CommandReader, OwnPhrase, Reading, load_grammar, written_by
from speech.transcript import Segment

_NOTHING = Piece("", ())


@dataclass(frozen=True)
class Order:
    """A command, when its words were said, and the text that it writes; for one that writes none, what was said, as
    text."""

    command: Command
    start_s: float
    text: Addition


@dataclass(frozen=True)
class LiveListener:
    """Who hears of a dictation while it is going on; called from the recogniser's thread."""

    partial: Callable[[Piece], None]  # the utterance under way in written form
    final: Callable[[Addition], None]  # an utterance that stays
    order: Callable[[Order], None]  # an utterance that is a command
    delay: Callable[[float], None]  # once: the machine is too slow, by these seconds; 0.0: no longer


class LiveUtterances:
    """Tells commands from text. Text after a command begins anew: the command may have changed what stands before."""

    def __init__(self, options: FormattingOptions | None, listener: LiveListener, own: Sequence[OwnPhrase]) -> None:
        """`own`: the user's phrases; options as for `write_transcript`."""
        self._options = options
        self._listener = listener
        self._own = own
        self._language = ""
        self._reader: CommandReader | None = None
        self._written: list[Segment] = []
        self._spelled = _NOTHING

    def take(self, segment: Segment, language: str) -> None:
        """The next utterance as it stays."""
        self._speak(language)
        for reading in self._reader.read(segment) if self._reader is not None else (Reading(segment),):
            if reading.command is not None:
                self._listener.order(
                    Order(reading.command, reading.segment.start_s, self._text_for(reading, reading.command))
                )
                self._written.clear()
                continue
            options = _literally(self._options) if reading.is_literal else self._options
            self._listener.final(write_addition(self._written, reading.segment, language, options))
            self._spelled = _NOTHING
            if reading.is_literal:
                self._written.clear()
            else:
                self._written.append(reading.segment)

    def show(self, text: str, language: str) -> None:
        """The utterance under way."""
        self._speak(language)
        command = self._reader.peek(text) if self._reader is not None else None
        if command is not None:
            self._listener.partial(Piece(text.strip().rstrip(".!?…。！？"), (), is_command=True))
        else:
            self._listener.partial(write_partial(text, language, self._options))

    def _speak(self, language: str) -> None:
        if language != self._language:
            grammar = load_grammar(language, self._own)
            self._language, self._reader = language, CommandReader(grammar) if grammar is not None else None

    def _text_for(self, reading: Reading, command: Command) -> Addition:
        if command.name not in (CommandName.WRITE, CommandName.SPELL_OUT):
            self._spelled = _NOTHING
            return write_addition((), reading.segment, self._language, self._options)
        written = written_by(reading.segment, command)
        alone = Piece(written.text, written.words)
        if not reading.goes_on:
            self._spelled = alone if command.name is CommandName.SPELL_OUT else _NOTHING
            return Addition(_NOTHING, alone, alone)
        before, self._spelled = self._spelled, _longer(self._spelled, alone)
        return Addition(before, self._spelled, alone)


def _longer(word: Piece, letters: Piece) -> Piece:
    """One word of letters that were said with a pause between."""
    (first,), (last,) = word.words, letters.words
    text = first.text + last.text
    joined = replace(first, text=text, end_s=last.end_s, confidence=min(first.confidence, last.confidence))
    return Piece(text, (joined,))


def _literally(options: FormattingOptions | None) -> FormattingOptions | None:
    """Nothing but the capital at the start of a sentence."""
    return replace(options, off=frozenset(RULES) - {"capitals"}) if options is not None else None
