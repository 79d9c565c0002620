"""Phrases of the user's own: what is said for a command, or for a piece of text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.dictation.commands.patterns import words_of

_FEWEST_WORDS = 2
_KEYS = {"say", "text", "command", "language"}


@dataclass(frozen=True)
class OwnPhrase:
    """Either `text` is written or `command` ("go to plan") carried out when one of `say` is said alone; with a
    `language`, in that one only. `is_site`: it is the department's, and not to be changed here."""

    say: tuple[str, ...]
    text: str = ""
    command: str = ""
    language: str = ""
    is_site: bool = False


def parse_phrases(content: str, name: str, *, is_site: bool = False) -> tuple[list[OwnPhrase], list[str]]:
    """The phrases of a TOML file and, a line each, what is wrong with it; whatever is right is taken.

    `name` is how the lines call the file.
    """
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        return [], [f"{name} is not TOML and is left out: {error}."]
    listed = data.get("phrase", [])
    if not isinstance(listed, list) or set(data) - {"phrase"}:
        return [], [f"{name} holds something else than [[phrase]] entries and is left out."]
    phrases: list[OwnPhrase] = []
    problems: list[str] = []
    for number, entry in enumerate(listed, start=1):
        problem = _problem_of(entry)
        if problem:
            problems.append(f"{name}, phrase {number}: {problem}. It is left out.")
        else:
            phrases.append(_phrase_of(entry, is_site))
    return phrases, problems


def problem_with(say: Sequence[str], text: str, command: str) -> str:
    """Why nothing can be said or done with this; empty where all is well."""
    if not say:
        return "say what is to be said"
    for each in say:
        if len(words_of(each)) < _FEWEST_WORDS:
            return f"“{each}” is too short: a phrase has two words or more, or ordinary speech would set it off"
        if "{" in each or "}" in each:
            return f"“{each}” has a brace in it: a phrase of your own is said as it stands"
    if bool(text.strip()) == bool(command.strip()):
        return "give either a text or a command"
    return ""


def _problem_of(entry: Any) -> str:
    if not isinstance(entry, dict) or set(entry) - _KEYS:
        return "an entry has say, either text or command, and perhaps language"
    say = entry.get("say")
    say = [say] if isinstance(say, str) else say
    others = [entry.get(key, "") for key in ("text", "command", "language")]
    if not isinstance(say, list) or not all(isinstance(each, str) for each in (*say, *others)):
        return "say is a text or a list of texts, everything else a text"
    return problem_with(say, others[0], others[1])


def _phrase_of(entry: dict[str, Any], is_site: bool) -> OwnPhrase:
    say = entry["say"]
    return OwnPhrase(
        tuple([say] if isinstance(say, str) else say),
        entry.get("text", ""),
        entry.get("command", ""),
        entry.get("language", ""),
        is_site,
    )
