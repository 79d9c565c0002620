"""One language's commands: an utterance as text, and what it commands, if it does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from app.dictation.commands.command import Command, CommandName
from app.dictation.commands.own import OwnPhrase
from app.dictation.commands.patterns import Pattern, tokens_said, words_of
from app.dictation.commands.spelling import Alphabet
from app.dictation.language import Language, load_language
from app.dictation.tokens import Kind, Token
from speech.resources import shipped

_FOLDER = "commands"
_MOST_TOKENS, _MOST_CHARACTERS = 8, 16  # in the place of words: with spaces between them, and without
_IN_TITLES = frozenset("-/&'’")


class Grammar:
    """The commands of a language that ships, with the user's own phrases."""

    def __init__(self, language: Language, data: Mapping[str, Any], own: Iterable[OwnPhrase] = ()) -> None:
        self.code = language.code
        self.phrases: dict[CommandName, tuple[str, ...]] = {
            CommandName(name): tuple(said) for name, said in data["commands"].items()
        }
        self._most = _MOST_TOKENS if language.spaces else _MOST_CHARACTERS
        self._literal = [words_of(phrase) for phrase in data["literal"]]
        self.literal: str = data["literal"][0]
        self.examples: Mapping[str, str] = data["examples"]
        self._alphabet = Alphabet(data, language.numerals)
        titles = (*language.section("headings").get("sections", ()), *data["headings"]["sections"])
        self._sections = frozenset(words_of(title) for title in titles)
        listed = (*data["commands"].items(), *data["misheard"].items())
        self._patterns = [(Pattern.parse(phrase), CommandName(name)) for name, said in listed for phrase in said]
        self.own = tuple(own)
        self._own: dict[tuple[str, ...], Command] = {}
        meanings = [(phrase, self._meaning_of(phrase)) for phrase in self.own]
        for phrase, command in meanings:
            if command is not None:
                self._own |= {words_of(said): command for said in phrase.say if not self.knows(said)}

    def read(self, text: str) -> Command | None:
        """The command that an utterance is as a whole, whatever its capitals and the marks at its end; None for
        text."""
        said = tokens_said(text)
        return self._read(said) if said and self.read_literal(text) is None else None

    def knows(self, text: str) -> bool:
        """Whether this is a command that can be nothing else."""
        command = self.read(text)
        return command is not None and command.is_certain

    def read_literal(self, text: str) -> str | None:
        """The words to write where an utterance says that those of a command are to be written; else None."""
        said = tokens_said(text)
        for words in self._literal:
            if len(said) > len(words) and tuple(token.lower for token in said[: len(words)]) == words:
                rest = text.strip()[said[len(words)].start :]
                is_command = self._read(said[len(words) :]) is not None or self.read_literal(rest) is not None
                return rest if is_command else None
        return None

    def read_letters(self, text: str) -> str | None:
        """The word that an utterance spells while spelling is on; None where it is anything but letters."""
        return self._alphabet.read(tokens_said(text))

    def _read(self, said: Sequence[Token]) -> Command | None:
        own = self._own.get(tuple(token.lower for token in said))
        if own is not None:
            return own
        tentative: Command | None = None
        for pattern, name in self._patterns:
            argument = pattern.match(said)
            command = self._fill(name, pattern.slot, argument) if argument is not None else None
            if command is not None and command.is_certain:
                return command
            tentative = tentative or command
        return tentative

    def _fill(self, name: CommandName, slot: str, argument: Sequence[Token]) -> Command | None:
        """The command with its argument; None where that is none for its place."""
        if not slot:
            return Command(name)
        if slot == "letters":
            word = self._alphabet.read(argument)
            return Command(name, word) if word is not None and len(word) > 1 else None
        if slot.startswith("any ") and argument[0].text in (",", ":") and len(argument) > 1:
            argument = argument[1:]  # the recogniser's: nothing else can be meant
        text = "".join(token.gap + token.text for token in argument).strip()
        if len(argument) > self._most or argument[0].kind is Kind.MARK:
            return None
        marks = {token.text for token in argument if token.kind in (Kind.MARK, Kind.BREAK)}
        if slot == "words":
            return Command(name, text, is_certain=False) if not marks & set(".?!。？！\n") else None
        if marks - _IN_TITLES:
            return None
        is_known = tuple(token.lower for token in argument) in self._sections
        return Command(name, text, is_certain=slot.startswith("any ") or (slot == "section" and is_known))

    def _meaning_of(self, phrase: OwnPhrase) -> Command | None:
        """What a phrase of the user's own does; None where it is for another language or names no command."""
        if phrase.language not in ("", self.code):
            return None
        if phrase.text:
            return Command(CommandName.WRITE, phrase.text)
        said = tokens_said(phrase.command)
        return self._read(said) if said else None


def load_grammar(language: str, own: Sequence[OwnPhrase] = ()) -> Grammar | None:
    """The commands of a language ("de-CH" is de, "auto" is en); None for one without."""
    code = "en" if language == "auto" else language.lower().replace("_", "-").split("-")[0]
    if code not in command_languages():
        return None
    return _load_shipped(code) if not own else Grammar(load_language(code), _data(code), own)


@cache
def command_languages() -> tuple[str, ...]:
    """Codes of the languages that have commands."""
    return tuple(sorted(path.stem for path in shipped(_FOLDER).glob("*.toml")))


@cache
def _load_shipped(code: str) -> Grammar:
    return Grammar(load_language(code), _data(code))


@cache
def _data(code: str) -> dict[str, Any]:
    return tomllib.loads((shipped(_FOLDER) / f"{code}.toml").read_text(encoding="utf-8"))
