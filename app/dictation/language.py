"""A language's data, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from app.dictation.numerals import Numerals
from app.dictation.options import UnknownRuleError
from app.dictation.phrases import Phrases
from speech.resources import shipped

_FOLDER = "languages"


@dataclass(frozen=True)
class Language:
    """One language: its file as it is, its numerals, and its lists as tables of phrases."""

    code: str
    data: Mapping[str, Any]
    numerals: Numerals
    spaces: bool
    tables: dict[str, Phrases[Any]] = field(default_factory=dict)
    sets: dict[str, frozenset[str]] = field(default_factory=dict)
    mappings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words that are written in small letters within a sentence; none for a language without a list of them."""
        path = shipped(_FOLDER) / f"{self.code}-ordinary.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return frozenset(line for line in lines if not line.startswith("#"))

    def section(self, name: str) -> Mapping[str, Any]:
        """A section of the file, empty where the language has none."""
        section: Mapping[str, Any] = self.data.get(name, {})
        return section

    def words(self, section: str, key: str) -> frozenset[str]:
        """A list of single words."""
        cached = self.tables.get(f"words {section} {key}")
        if cached is None:
            cached = self.tables[f"words {section} {key}"] = Phrases(dict.fromkeys(self._list(section, key), True))
        return cached.first_words

    def words_of(self, section: str, key: str) -> frozenset[str]:
        """A list as it is written, in lower case, with its dots."""
        name = f"written {section} {key}"
        if name not in self.sets:
            self.sets[name] = frozenset(entry.lower() for entry in self._list(section, key))
        return self.sets[name]

    def phrases(self, section: str, key: str) -> Phrases[Any]:
        """A list of phrases, or phrases with their values."""
        name = f"phrases {section} {key}"
        if name not in self.tables:
            entries = self._list(section, key)
            self.tables[name] = Phrases(entries if isinstance(entries, Mapping) else dict.fromkeys(entries, True))
        return self.tables[name]

    def table(self, name: str, build: Callable[[Language], Phrases[Any]]) -> Phrases[Any]:
        """A table that a rule builds from the data, once."""
        if name not in self.tables:
            self.tables[name] = build(self)
        return self.tables[name]

    def mapping(self, name: str, build: Callable[[Language], dict[str, Any]]) -> dict[str, Any]:
        """A mapping that a rule builds from the data, once."""
        if name not in self.mappings:
            self.mappings[name] = build(self)
        return self.mappings[name]

    def _list(self, section: str, key: str) -> Any:
        return self.section(section).get(key, ())


@cache
def load_language(code: str) -> Language:
    """The language of the code, such as en; variants ("de-CH") fall back on their language.

    Raises UnknownRuleError when there are no rules for it.
    """
    name = code.lower().replace("_", "-").split("-")[0]
    if name not in languages():
        raise UnknownRuleError(f"There are no formatting rules for the language {code}", _choice())
    data = tomllib.loads((shipped(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8"))
    return Language(name, data, Numerals(data["numerals"]), data.get("spaces", True))


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that have rules."""
    return tuple(sorted(path.stem for path in shipped(_FOLDER).glob("*.toml")))


def _choice() -> str:
    return "Choose one of " + ", ".join(languages()) + "."
