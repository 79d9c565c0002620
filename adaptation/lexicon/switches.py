"""Which lexicons are on and which terms have been taken back; kept apart from the lexicons, so that it outlives their
updates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adaptation.lexicon.files import replace_bytes, writing_explained
from adaptation.lexicon.terms import LexiconError

VERSION = 1


@dataclass(frozen=True)
class Switches:
    """`on` holds only what somebody has switched; `taken_back` the identities of terms by lexicon."""

    on: Mapping[str, bool] = field(default_factory=dict)
    taken_back: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def switched(self, name: str, on: bool) -> Switches:
        return Switches({**self.on, name: on}, self.taken_back)

    def with_taken_back(self, name: str, terms: frozenset[str]) -> Switches:
        others = {key: value for key, value in self.taken_back.items() if key != name}
        return Switches(self.on, {**others, name: terms} if terms else others)

    def forgotten(self, name: str) -> Switches:
        return Switches({key: value for key, value in self.on.items() if key != name}, self.taken_back)


def load(path: Path) -> Switches:
    """The stored switches; none where there is no file. Raises LexiconError where it is damaged; it is left alone."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Switches()
    except OSError as error:
        raise LexiconError(f"{path} cannot be read ({error.strerror})", "Make it readable.") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(content, dict) or not isinstance(content.get("version"), int):
        raise _damaged(path)
    if content["version"] > VERSION:
        raise LexiconError(f"{path} is from a newer version of Otoscribe", "Update Otoscribe.")
    on, taken_back = content.get("on", {}), content.get("taken_back", {})
    if not _is_mapping(on, bool) or not _is_mapping(taken_back, list):
        raise _damaged(path)
    if not all(isinstance(term, str) for terms in taken_back.values() for term in terms):
        raise _damaged(path)
    return Switches(on, {name: frozenset(terms) for name, terms in taken_back.items()})


def save(switches: Switches, path: Path) -> None:
    """Writes atomically. Raises LexiconError, with the old file untouched."""
    content = {
        "version": VERSION,
        "on": dict(switches.on),
        "taken_back": {name: sorted(terms) for name, terms in switches.taken_back.items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    with writing_explained(path):
        replace_bytes(path, text.encode("utf-8", "surrogatepass"))


def _is_mapping(value: Any, kind: type) -> bool:
    return isinstance(value, dict) and all(isinstance(item, kind) for item in value.values())


def _damaged(path: Path) -> LexiconError:
    return LexiconError(
        f"{path} is damaged", "Move it away: the lexicons stay, but switches and terms taken back are forgotten."
    )
