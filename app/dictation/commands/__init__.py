"""Commands that are said while dictating: pure functions, with what they are said with as data for each language."""

from app.dictation.commands.command import Command, CommandName
from app.dictation.commands.finding import find_words
from app.dictation.commands.grammar import Grammar, command_languages, load_grammar
from app.dictation.commands.letter_case import change_case
from app.dictation.commands.own import OwnPhrase, OwnPhraseError, check_phrase, parse_phrases
from app.dictation.commands.reading import CommandReader, Reading, written_by
from app.dictation.commands.replay import Replay, without_commands
from app.dictation.commands.sections import Section, find_section, sections_in

__all__ = [
    "Command",
    "CommandName",
    "CommandReader",
    "Grammar",
    "OwnPhrase",
    "OwnPhraseError",
    "Reading",
    "Replay",
    "Section",
    "change_case",
    "check_phrase",
    "command_languages",
    "find_section",
    "find_words",
    "load_grammar",
    "parse_phrases",
    "sections_in",
    "without_commands",
    "written_by",
]
