"""What can be commanded while dictating."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CommandName(StrEnum):
    """The names under which a language's file lists what a command is said with."""

    SCRATCH = "scratch"
    UNDO = "undo"
    REDO = "redo"
    DELETE = "delete"
    SELECT = "select"
    SELECT_LAST = "select_last"
    CORRECT = "correct"
    CORRECT_LAST = "correct_last"
    CAPITALISE = "capitalise"
    UPPER_CASE = "upper_case"
    LOWER_CASE = "lower_case"
    BOLD = "bold"
    SPELL = "spell"
    SPELL_OUT = "spell_out"
    STOP_SPELLING = "stop_spelling"
    GO_TO = "go_to"
    GO_TO_END = "go_to_end"
    NEXT_FIELD = "next_field"
    PREVIOUS_FIELD = "previous_field"
    ACCEPT_DEFAULTS = "accept_defaults"
    INSERT = "insert"
    STOP_DICTATION = "stop_dictation"
    HELP = "help"
    WRITE = "write"  # a text of the user's own


@dataclass(frozen=True)
class Command:
    """A command with what was said in its place for words, a section, letters or a template, or the text to write.

    Where it is not `is_certain`, the same words can be ordinary text: it is a command only if its argument is found.
    """

    name: CommandName
    argument: str = ""
    is_certain: bool = True
