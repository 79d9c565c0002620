"""What can be said, in the order in which it is shown, and what a given utterance would do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.dictation import FormattingOptions, format_text, languages
from app.dictation.commands import (
    Command,
    CommandName,
    Grammar,
    OwnPhrase,
    OwnPhraseError,
    check_phrase,
    load_grammar,
)
from app.dictation.language import load_language
from app.translation import translate

_SLOT = re.compile(r"\{(?:any )?(\w+)\}")
_SHOWN = 60  # characters of a text


@dataclass(frozen=True)
class ListedCommand:
    """What is said ("select …"), an example where something is said in the place, other ways to say it, and what it
    does."""

    say: str
    example: str
    also: tuple[str, ...]
    does: str


def list_commands(grammar: Grammar) -> list[ListedCommand]:
    """The commands that ship, and the lines and paragraphs that are said."""
    does = {**_text_commands(), **_place_commands()}
    listed = []
    for name, text in does.items():
        said = grammar.phrases[name]
        example = _SLOT.sub(lambda slot: grammar.examples[slot.group(1)], said[0]) if "{" in said[0] else ""
        listed.append(ListedCommand(_shown(said[0]), example, tuple(map(_shown, said[1:])), text))
    literal = f"{grammar.literal} …"
    example = f"{grammar.literal} {grammar.phrases[CommandName.SCRATCH][0]}"
    text = translate("CommandList", "Writes the words of a command instead of doing it.")
    return [*listed, *_lines(grammar.code), ListedCommand(literal, example, (), text)]


def _text_commands() -> dict[CommandName, str]:
    """Those that change what stands there."""
    return {
        CommandName.SCRATCH: translate("CommandList", "Takes the last utterance back; again, the one before it."),
        CommandName.UNDO: translate("CommandList", "Takes the last change back."),
        CommandName.REDO: translate("CommandList", "Does again what was undone."),
        CommandName.SELECT: translate(
            "CommandList", "Selects these words where they stand last before the cursor; say what takes their place."
        ),
        CommandName.SELECT_LAST: translate("CommandList", "Selects the last utterance."),
        CommandName.CORRECT: translate(
            "CommandList", "The same; what you say takes their place, and you go on where you were."
        ),
        CommandName.CORRECT_LAST: translate("CommandList", "The same with the last utterance."),
        CommandName.DELETE: translate("CommandList", "Deletes what is selected, or else the last utterance."),
        CommandName.CAPITALISE: translate(
            "CommandList", "A capital for each selected word, or for the first of the last utterance."
        ),
        CommandName.UPPER_CASE: translate("CommandList", "Capitals for all selected letters, or the last utterance."),
        CommandName.LOWER_CASE: translate("CommandList", "Small letters for what is selected, or the last utterance."),
        CommandName.BOLD: translate("CommandList", "Makes what is selected bold, or else the last utterance."),
        CommandName.SPELL: translate(
            "CommandList", "You say letters, by their names or alpha, bravo, charlie; anything else ends it."
        ),
        CommandName.SPELL_OUT: translate("CommandList", "Writes the word that these letters spell."),
        CommandName.STOP_SPELLING: translate("CommandList", "Letters are no longer spelled."),
    }


def _place_commands() -> dict[CommandName, str]:
    """Those that go somewhere, and those of the dictation itself."""
    return {
        CommandName.GO_TO: translate("CommandList", "You go on dictating under this heading."),
        CommandName.GO_TO_END: translate("CommandList", "You go on dictating at the end of the note."),
        CommandName.INSERT: translate("CommandList", "Puts the template of this name in."),
        CommandName.NEXT_FIELD: translate("CommandList", "Selects the next field to fill."),
        CommandName.PREVIOUS_FIELD: translate("CommandList", "Selects the field before."),
        CommandName.ACCEPT_DEFAULTS: translate("CommandList", "Fills the fields that have a default."),
        CommandName.STOP_DICTATION: translate("CommandList", "Stops recording."),
        CommandName.HELP: translate("CommandList", "Shows this page."),
    }


def try_out(grammar: Grammar, text: str) -> str:
    """In a line, what would happen if somebody said this alone."""
    if not text.strip():
        return ""
    command = grammar.read(text)
    if command is not None:
        return _describe(grammar, command)
    literal = grammar.read_literal(text)
    written = format_text(text, grammar.code, FormattingOptions()).text if grammar.code in languages() else text
    return translate("CommandList", "Text. Written: {text}", text=_shortened(literal or written))


def check_own(phrase: OwnPhrase, language: str, others: Sequence[OwnPhrase]) -> None:
    """Raises OwnPhraseError where a phrase can't be used beside the commands that ship and the other phrases."""
    check_phrase(phrase)
    grammar = load_grammar(phrase.language or language)
    if grammar is None:
        raise OwnPhraseError(f"There are no commands for the language {phrase.language or language}", "Choose another.")
    taken = {said.casefold() for other in others if other.language == phrase.language for said in other.say}
    for said in phrase.say:
        if grammar.knows(said):
            raise OwnPhraseError(f"The phrase “{said}” is a command already", "Say something else for it.")
        if said.casefold() in taken:
            raise OwnPhraseError(f"The phrase “{said}” is yours already", "Change that one, or say something else.")
    if phrase.command and grammar.read(phrase.command) is None:
        raise OwnPhraseError(
            f"The text “{phrase.command}” is no command", "Write it as it is said in the list, such as “go to plan”."
        )


def _describe(grammar: Grammar, command: Command) -> str:
    if command.name is CommandName.WRITE:
        return translate("CommandList", "Your own phrase. Writes: {text}", text=_shortened(command.argument))
    does = {**_text_commands(), **_place_commands()}[command.name]
    said = _shown(grammar.phrases[command.name][0]).replace("…", command.argument or "…")
    if command.is_certain:
        return translate("CommandList", "Command: {said}. {does}", said=said, does=does)
    return translate(
        "CommandList",
        "Command where the note, its headings or your templates have “{words}”; text otherwise. {does}",
        words=command.argument,
        does=does,
    )


def _lines(language: str) -> list[ListedCommand]:
    """New line and new paragraph, which may be said within an utterance."""
    does = {
        "\n": translate("CommandList", "Begins a line; it may be said within a sentence."),
        "\n\n": translate("CommandList", "Begins a paragraph; it may be said within a sentence."),
    }
    listed = load_language(language).data.get("commands", ())
    return [
        ListedCommand(entry["said"][0], "", tuple(entry["said"][1:]), does[entry["written"]])
        for entry in listed
        if entry.get("layout") and entry["written"] in does
    ]


def _shown(phrase: str) -> str:
    return _SLOT.sub("…", phrase)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
