"""Phrases of the user's own: what is said for a command, or for a piece of text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from app.dictation.commands.patterns import words_of
from speech.errors import OtoscribeError

_FEWEST_WORDS = 2
_KEYS = {"say", "text", "command", "language"}


class OwnPhraseError(OtoscribeError):
    """A phrase, or a file of them, can't be used."""


@dataclass(frozen=True)
class OwnPhrase:
    """Either `text` is written or `command` ("go to plan") carried out when one of `say` is said alone; with a
    `language`, in that one only. `is_site`: it is the department's, and not to be changed here."""

    say: tuple[str, ...]
    text: str = ""
    command: str = ""
    language: str = ""
    is_site: bool = False


def parse_phrases(content: str, name: str, *, is_site: bool = False) -> tuple[list[OwnPhrase], list[OwnPhraseError]]:
    """The phrases of a TOML file and what is wrong with it; whatever is right is taken. `name` is what the problems
    call the file."""
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        return [], [OwnPhraseError(f"The file {name} is not TOML ({error})", "Correct it; its phrases are left out.")]
    listed = data.get("phrase", [])
    if not isinstance(listed, list) or set(data) - {"phrase"}:
        return [], [
            OwnPhraseError(
                f"The file {name} holds something else than phrases",
                "Begin each one with the line [[phrase]]; the file is left out.",
            )
        ]
    phrases: list[OwnPhrase] = []
    problems: list[OwnPhraseError] = []
    for number, entry in enumerate(listed, start=1):
        try:
            phrases.append(_read(entry, is_site))
        except OwnPhraseError as problem:
            what = f"Phrase {number} of the file {name} is left out: {problem.what}"
            problems.append(OwnPhraseError(what, problem.next_step))
    return phrases, problems


def check_phrase(phrase: OwnPhrase) -> None:
    """Raises OwnPhraseError where nothing can be said or done with a phrase."""
    if not phrase.say:
        raise OwnPhraseError("There is nothing to say", "Write what you want to say.")
    for each in phrase.say:
        if len(words_of(each)) < _FEWEST_WORDS:
            raise OwnPhraseError(
                f"The phrase “{each}” is too short",
                "Take two words or more: ordinary speech would set it off otherwise.",
            )
        if "{" in each or "}" in each:
            raise OwnPhraseError(f"The phrase “{each}” has a brace in it", "A phrase of your own is said as it stands.")
    if bool(phrase.text.strip()) == bool(phrase.command.strip()):
        raise OwnPhraseError("It needs a text or a command, not both", "Give one of the two.")


def _read(entry: Any, is_site: bool) -> OwnPhrase:
    if not isinstance(entry, dict) or set(entry) - _KEYS:
        raise OwnPhraseError("It holds unknown entries", "There are say, text, command and language.")
    say = entry.get("say", [])
    say = [say] if isinstance(say, str) else say
    text, command, language = (entry.get(key, "") for key in ("text", "command", "language"))
    if not isinstance(say, list) or not all(isinstance(each, str) for each in (*say, text, command, language)):
        raise OwnPhraseError("It holds something that is no text", "Put quotation marks around what is said and done.")
    phrase = OwnPhrase(tuple(say), text, command, language, is_site)
    check_phrase(phrase)
    return phrase
