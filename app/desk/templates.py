"""Templates as the window, commands and the voice want them: found by what is said or typed, and filled in.

The door for whoever inserts one: `find_template` or `find_typed` among what `open_template_store().listed()` gives,
then `filled_text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.desk.template_store import StoredTemplate, TemplateStore
from app.dictation.fields import Known, fill_known
from app.dictation.templates import Template
from app.paths import site_templates_folder, templates_folder
from app.settings import Settings
from speech.resources import shipped

SIGN = "."
_WORDS = re.compile(r"[^\W_]+")
_NUMBER_LABEL = re.compile(
    r"\b(?:mrn|nhs|id|no|nr|number|record|patient|pid|病历号)\b[\s.:#]*(\d[\w-]{2,}\d)", re.IGNORECASE
)
_NUMBER_ALONE = re.compile(r"[A-Za-z]{0,3}-?\d[\d-]{2,}")
_TYPED_BEFORE = re.compile(rf"(?:^|(?<=[\s(]))\{SIGN}([^\W\d_][\w-]*)$")


@dataclass(frozen=True)
class NoteFacts:
    """What the program knows of the note that a template goes into; `patient` is the note's own line."""

    patient: str
    author: str
    now: datetime


def open_template_store(settings: Settings) -> TemplateStore:
    """The templates of this machine and this user."""
    return TemplateStore(templates_folder(), shipped("templates"), site_templates(settings))


def site_templates(settings: Settings) -> Path:
    """Where the templates for everybody lie."""
    return Path(settings.site_templates) if settings.site_templates else site_templates_folder()


def find_template(stored: Sequence[StoredTemplate], words: str, language: str = "auto") -> StoredTemplate | None:
    """The template that is called so: by a spoken name, its title or its short form, whatever the capitals and marks.

    One in the language is preferred, then the user's own. None where there is none, or it can't be used.
    """
    wanted = _plain(words)
    found = [each for each in stored if each.is_usable and wanted and wanted in _names_of(each.template)]
    return min(found, key=lambda each: not _suits(each.template, language), default=None)


def find_typed(
    stored: Sequence[StoredTemplate], before: str, language: str = "auto"
) -> tuple[int, StoredTemplate] | None:
    """The short form that ends a line with its sign, such as .cbc, and how many characters it takes there."""
    match = _TYPED_BEFORE.search(before)
    if match is None:
        return None
    typed = match.group(1).casefold()
    found = [each for each in stored if each.is_usable and each.template.typed.casefold() == typed]
    best = min(found, key=lambda each: not _suits(each.template, language), default=None)
    return (len(match.group()), best) if best is not None else None


def search_templates(stored: Sequence[StoredTemplate], text: str, language: str = "auto") -> list[StoredTemplate]:
    """Those that hold all words of the text in what they are called, else in their text; those called so come first,
    and of these the ones in the language."""
    words = text.casefold().split()
    called = [each for each in stored if _holds(_called(each), words)]
    inside = [each for each in stored if each not in called and _holds(each.template.body.casefold(), words)]
    called.sort(key=lambda each: not _suits(each.template, language))
    return called + inside


def filled_text(template: Template, facts: NoteFacts, language: str = "en") -> str:
    """The template's text with what is known in it; all else stays an open field."""
    return fill_known(template.body, known_facts(facts, template.language or language))


def known_facts(facts: NoteFacts, language: str) -> dict[Known, str]:
    """What is known, each only where it is plain: a patient's number is never guessed from a name or a year."""
    name, number = split_patient(facts.patient)
    values = {
        Known.DATE: _date(facts.now, language),
        Known.TIME: f"{facts.now:%H:%M}",
        Known.PATIENT_NAME: name,
        Known.PATIENT_NUMBER: number,
        Known.AUTHOR: facts.author.strip(),
    }
    return {known: value for known, value in values.items() if value}


def split_patient(line: str) -> tuple[str, str]:
    """Name and record number out of a note's line for the patient; "" for what does not plainly stand there."""
    line = " ".join(line.split())
    if _NUMBER_ALONE.fullmatch(line):
        return "", line
    labelled = _NUMBER_LABEL.search(line)
    name = re.split(r"[,;(]|\d", line[: labelled.start()] if labelled else line)[0].strip(" -–:#")
    return name, labelled.group(1) if labelled else ""


def _date(now: datetime, language: str) -> str:
    """A date that cannot be read as another one."""
    code = language.split("-")[0]
    if code == "de":
        return f"{now:%d.%m.%Y}"
    if code == "zh":
        return f"{now.year}年{now.month}月{now.day}日"
    return f"{now.day} {_MONTHS[now.month - 1]} {now.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _plain(words: str) -> str:
    return " ".join(_WORDS.findall(words.casefold()))


def _names_of(template: Template) -> set[str]:
    return {_plain(name) for name in (template.title, template.typed, *template.spoken)} - {""}


def _suits(template: Template, language: str) -> bool:
    return not template.language or language == "auto" or template.language.split("-")[0] == language.split("-")[0]


def _called(stored: StoredTemplate) -> str:
    template = stored.template
    return " ".join((stored.name, template.title, template.typed, *template.spoken, template.specialty)).casefold()


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)
