"""Voice commands: how many fire where none was said, and what share of those that were said.

    python benchmarks/voice_commands.py MANIFEST... [--model M] [--no-sound] [--language en]

Each clip's text, each sentence of it, and what the model hears in the clip go through the grammar as utterances of a
dictation. A clip with a "command" (a name of app/dictation/commands) is one that was said; any other fires none. A
command that is text unless its words are in the note counts as fired where they are in the set's texts before it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.adapted import open_model
from app.dictation.commands import Command, CommandName, CommandReader, Grammar, find_words, load_grammar
from speech.recognizer import Recognizer
from speech.store import default_model
from speech.transcript import Segment

_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--no-sound", action="store_true", help="go through the texts alone")
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    grammar = load_grammar(arguments.language)
    if grammar is None:
        parser.error(f"There are no commands for the language {arguments.language}.")
    name = arguments.model or default_model(arguments.language)
    recognizer = None if arguments.no_sound else Recognizer.open(open_model(name))
    for manifest in arguments.manifests:
        measure(manifest, grammar, recognizer, arguments.language)


def measure(manifest: Path, grammar: Grammar, recognizer: Recognizer | None, language: str) -> None:
    """Prints what was found in one set."""
    clips = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    note = ""
    for clip in clips:
        text, expected = clip.get("text") or "", clip.get("command", "")
        if not expected:
            said = clip.get("spoken") or ""
            for utterance in {text, said, *_SENTENCE.split(text), *_SENTENCE.split(said)} - {""}:
                counts["texts"] += 1
                command = grammar.read(utterance)
                if command is not None:
                    _count_false(counts, "text", utterance, command, note, language)
        if recognizer is not None:
            heard = recognizer.transcribe(manifest.parent / clip["audio"], language=language)
            commands = list(_commands(grammar, heard.segments))
            if expected:
                counts["said"] += 1
                is_hit = any(_is_expected(each, clip) for each in commands)
                counts["fired as said"] += is_hit
                if not is_hit:
                    missed[f"{clip['text']} | heard: {heard.text}"] += 1
            else:
                counts["clips heard"] += 1
                for command in commands:
                    _count_false(counts, "heard", heard.text, command, note, language)
        note += text + "\n"
    print(f"{manifest.parent.name}: " + (", ".join(f"{count} {what}" for what, count in counts.items()) or "nothing"))
    false = sum(count for what, count in counts.items() if what.startswith("FALSE"))
    if counts["texts"]:
        print(f"  false commands: {false}")
    for line in missed:
        print(f"  missed: {line}")


def _commands(grammar: Grammar, segments: tuple[Segment, ...]) -> Iterator[Command]:
    reader = CommandReader(grammar)
    for segment in segments:
        for reading in reader.read(segment):
            if reading.command is not None:
                yield reading.command


def _is_expected(command: Command, clip: dict[str, Any]) -> bool:
    wanted = clip.get("argument", "").casefold()
    return command.name is CommandName(clip["command"]) and command.argument.casefold() == wanted


def _count_false(counts: Counter[str], kind: str, said: str, command: Command, note: str, language: str) -> None:
    is_found = command.name in (CommandName.SELECT, CommandName.CORRECT) and bool(
        find_words(note, len(note), command.argument, language)
    )
    if command.is_certain or is_found:
        counts[f"FALSE in {kind}"] += 1
        print(f"  false in {kind}: {command.name} for {said!r}")
    else:
        counts[f"{kind} taken for text after looking"] += 1


if __name__ == "__main__":
    main()
