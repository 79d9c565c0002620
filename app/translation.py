"""The words of the interface in the user's language.

How to write a string that is shown:

    translate("NotePage", "Title of the note")                    context: the class or module that shows it
    translate("NotePage", "%n word(s) to check", n=count)         n= and %n: Qt's plural, each language has its forms
    translate("NotePage", "Signed by {author}", author=name)      {names} for what is filled in, given by name

Context and text are literals, never f-strings or sums, and the call stands in a function: what is worked out while a
module is imported would stay English. Sentences stay whole, since other languages order words otherwise. The text may
have an accelerator (&Sign); `without_accelerator` gives it as an accessible name. A number that is filled in goes
through `number`, a date through app.ui.dates. Problems (OtoscribeError) stay plain English where they are raised;
`describe_problem` shows them. What a user or a record holds (a title, a term, a dictated text) is never translated.

After adding strings run packaging/update_translations.py: it brings them into app/translations/*.ts, where they are
translated by hand or with Qt Linguist. Nothing is compiled: the .ts files are read as they are. This module knows no
Qt, so that all of app may use it. The language is chosen once, at the start; another takes effect at the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from speech.errors import OtoscribeError

AUTO = "auto"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "en", "de": "de", "zh": "zh_CN"}  # what the setting says, and how Qt names it
PROBLEMS = "Problems"  # the context of what OtoscribeErrors say
_FOLDER = Path(__file__).resolve().parent / "translations"
_GROUPING = {ENGLISH: (",", "."), "de": (".", ","), "zh": (",", ".")}
_ACCELERATOR = re.compile(r"\s?\(&.\)|&(?=[^&\s])")
_FILLED_IN = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language: the forms of each (context, text, comment), one form where it has no plural."""

    language: str
    forms: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """What problems say, with a group for each {name}, and its translation; the most literal pattern first."""
        sources = [(text, forms[0]) for (context, text, _), forms in self.forms.items() if context == PROBLEMS]
        sources.sort(key=lambda pair: len(_FILLED_IN.sub("", pair[0])), reverse=True)
        return [(_pattern(source), translation) for source, translation in sources]


def read_catalogue(language: str, folder: Path = _FOLDER) -> Catalogue:
    """Reads a language's .ts file. What is not translated there is left out; so it is shown in English."""
    from xml.etree import ElementTree

    forms: dict[tuple[str, str, str], tuple[str, ...]] = {}
    root = ElementTree.parse(folder / f"otoscribe_{LANGUAGES[language]}.ts").getroot()
    for context in root.iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") is not None:
                continue
            plural = tuple(form.text or "" for form in translation.iter("numerusform"))
            texts = plural or (translation.text or "",)
            if all(texts):
                forms[name, message.findtext("source", ""), message.findtext("comment", "")] = texts
    return Catalogue(language, forms)


_in_use: list[Catalogue] = []


def use_language(language: str) -> None:
    """Speaks this language (a key of LANGUAGES) from now on."""
    _in_use[:] = [read_catalogue(language)]


def language_in_use() -> str:
    """A key of LANGUAGES; English until something else is chosen."""
    return _catalogue().language


def choose_language(setting: str, system: Iterable[str]) -> str:
    """The language that a setting means: itself, or for `auto` the first of the system's (such as de-AT) that there
    is, or else English."""
    if setting != AUTO:
        return setting
    wanted = (re.split("[-_.]", each)[0].lower() for each in system)
    return next((each for each in wanted if each in LANGUAGES), ENGLISH)


def translate(context: str, text: str, /, *, comment: str = "", n: int | None = None, **values: object) -> str:
    """The text in the language in use. `comment` tells meanings of the same words apart; `n` chooses the plural form
    and stands for %n; `values` stand for the {names} in the text."""
    catalogue = _catalogue()
    forms = catalogue.forms.get((context, text, comment), (text,))
    found = forms[0]
    if n is not None:
        is_singular = catalogue.language != "zh" and n == 1
        found = forms[0 if is_singular else -1].replace("%n", number(n))
    return found.format(**values) if values else found


def number(value: float, decimals: int = 0) -> str:
    """A number with the separators of the language in use."""
    thousands, point = _GROUPING[language_in_use()]
    return f"{value:,.{decimals}f}".translate({ord(","): thousands, ord("."): point})


def percent(share: float) -> str:
    """A share of one in per cent."""
    return f"{share * 100:.0f} %" if language_in_use() == "de" else f"{share:.0%}"


def without_accelerator(text: str) -> str:
    """The text as a screen reader says it: "&Sign" is "Sign", "签名(&S)" is "签名"."""
    return _ACCELERATOR.sub("", text)


def in_a_row(parts: Iterable[str]) -> str:
    """What belongs together within a sentence: "1 taken, 1 merged"."""
    return ("，" if language_in_use() == "zh" else ", ").join(parts)


def clauses(parts: Iterable[str]) -> str:
    """What could each be a sentence, in one: "no letter; no digit"."""
    return ("；" if language_in_use() == "zh" else "; ").join(parts)


def in_brackets(text: str, remark: str) -> str:
    """A text with a remark behind it."""
    return f"{text}（{remark}）" if language_in_use() == "zh" else f"{text} ({remark})"


def sentence(text: str) -> str:
    """The text with a full stop."""
    return text + ("。" if language_in_use() == "zh" else ".")


def sentences(parts: Iterable[str]) -> str:
    """Sentences one behind the other."""
    return ("" if language_in_use() == "zh" else " ").join(parts)


def describe_problem(problem: OtoscribeError) -> str:
    """What happened and what to do next, in one line, as far as it is translated."""
    what, next_step = describe_what(problem), describe_next_step(problem)
    if language_in_use() == "zh":
        return f"{what.rstrip('。.')}。{next_step}"
    return f"{what.rstrip('.')}. {next_step}"


def describe_what(problem: OtoscribeError) -> str:
    """What happened."""
    return describe_phrase(problem.what)


def describe_next_step(problem: OtoscribeError) -> str:
    """What to do next."""
    return describe_phrase(problem.next_step)


def describe_phrase(text: str) -> str:
    """What a lower room says in English, with its values filled in already, in the language in use: by the pattern
    that leaves least to the values. A text that no pattern knows stays as it is."""
    for pattern, translation in _catalogue().patterns:
        found = pattern.fullmatch(text)
        if found is not None:
            return translation.format(**{name: describe_phrase(value) for name, value in found.groupdict().items()})
    return text


def _pattern(source: str) -> re.Pattern[str]:
    literal, made = 0, ""
    for name in _FILLED_IN.finditer(source):
        made += re.escape(source[literal : name.start()])
        made += f"(?P={name[1]})" if f"(?P<{name[1]}>" in made else f"(?P<{name[1]}>.*?)"
        literal = name.end()
    return re.compile(made + re.escape(source[literal:]), re.DOTALL)


def _catalogue() -> Catalogue:
    if not _in_use:
        use_language(ENGLISH)
    return _in_use[0]
