"""The user's own voice commands: two TOML files that people can read and write, the site's and the user's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.dictation.commands import OwnPhrase, OwnPhraseError, check_phrase, parse_phrases
from app.files import replace_file
from app.paths import own_commands_file, site_commands_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

_LARGEST_FILE_BYTES = 1 << 20
_HEAD = """# Voice commands of your own. Each [[phrase]] has what you say alone, between two pauses, in two words or
# more, and either a text to write or a command to carry out, said as in the list of commands. With a language it counts
# in that one only.
#
# [[phrase]]
# say = ["my closing words"]
# text = "Kind regards"
#
# [[phrase]]
# say = ["off to the plan", "plan please"]
# command = "go to plan"
# language = "en"

"""


@dataclass(frozen=True)
class OwnCommands:
    """The phrases of both files, the user's first, and what is wrong with them: the rest works."""

    phrases: tuple[OwnPhrase, ...] = ()
    problems: tuple[OwnPhraseError, ...] = ()


def read_own_commands() -> OwnCommands:
    """What both files hold now; a file that is not there holds nothing."""
    phrases: list[OwnPhrase] = []
    problems: list[OwnPhraseError] = []
    for path, is_site in ((own_commands_file(), False), (site_commands_file(), True)):
        try:
            content = _read(path)
        except OwnPhraseError as problem:
            problems.append(problem)
            continue
        found, wrong = parse_phrases(content, str(path), is_site=is_site)
        phrases += found
        problems += wrong
    return OwnCommands(tuple(phrases), tuple(problems))


def exchange_phrase(old: OwnPhrase | None, new: OwnPhrase | None) -> None:
    """Keeps `new` in the user's file in place of `old`, adds it where there is no old one, or takes `old` out. All else
    in the file stays as it is written.

    Raises OwnPhraseError when the new one can't be used, or the file can't be read, understood or written.
    """
    import tomlkit

    if new is not None:
        check_phrase(new)
    path = own_commands_file()
    document = _document(path)
    listed = document.get("phrase")
    if listed is None:
        listed = document["phrase"] = tomlkit.aot()
    place = next((number for number, entry in enumerate(listed) if _is_of(entry, old)), None)
    if new is not None and place is not None:
        _fill(listed[place], new)
    elif new is not None:
        entry = tomlkit.table()
        _fill(entry, new)
        listed.append(entry)
    elif place is not None:
        del listed[place]
    _write(path, tomlkit.dumps(document))


def _document(path: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    content = _read(path)
    _, problems = parse_phrases(content, str(path))
    try:
        document = tomlkit.parse(content or _HEAD)
    except TOMLKitError as error:
        raise OwnPhraseError(
            f"The file {path} is not TOML ({error})", "Correct it first; it has been left as it is."
        ) from error
    if not isinstance(document.get("phrase", []), list):
        raise problems[0]
    return document


def _is_of(entry: Any, phrase: OwnPhrase | None) -> bool:
    """Whether an entry of the file is the phrase."""
    if phrase is None or not isinstance(entry, dict):
        return False
    say = entry.get("say", [])
    said = (say,) if isinstance(say, str) else tuple(say)
    done = tuple(entry.get(key, "") for key in ("text", "command", "language"))
    return said == phrase.say and done == (phrase.text, phrase.command, phrase.language)


def _fill(entry: Table, phrase: OwnPhrase) -> None:
    import tomlkit

    entry["say"] = list(phrase.say)
    for key, value in (("text", phrase.text), ("command", phrase.command), ("language", phrase.language)):
        if value:
            entry[key] = tomlkit.string(value, multiline="\n" in value)
        elif key in entry:
            del entry[key]


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE_BYTES + 1)
        if len(content) > _LARGEST_FILE_BYTES:
            raise OwnPhraseError(f"The file {path} is larger than a megabyte", "Make it smaller; it is left out.")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise OwnPhraseError(
            f"The file {path} can't be read ({error.strerror or error})", "Make it readable; it is left out."
        ) from error
    except UnicodeDecodeError as error:
        raise OwnPhraseError(f"The file {path} is not UTF-8 text", "Save it as UTF-8; it is left out.") from error


def _write(path: Path, content: str) -> None:
    try:
        replace_file(path, lambda temporary: temporary.write_bytes(content.encode("utf-8")), private=True)
    except OSError as error:
        raise OwnPhraseError(
            f"The commands can't be kept in {path} ({error.strerror or error})",
            "Make the folder writable or free some space; the old ones are kept.",
        ) from error
