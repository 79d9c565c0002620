"""What becomes of templates that are brought in from files, and what is shared with others already there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from app.desk.template_store import Incoming, StoredTemplate, free_name
from app.dictation.templates import Template


class OnClash(StrEnum):
    """What is done with a file whose name one of the user's own templates has."""

    BOTH = "both"
    REPLACE = "replace"
    LEAVE = "leave"


def clashing(incoming: Sequence[Incoming], own: Iterable[str]) -> frozenset[str]:
    """The names of those that can be taken, and that the user has already."""
    taken = {name.casefold() for name in own}
    return frozenset(each.name for each in incoming if each.is_usable and each.name.casefold() in taken)


def plan_import(incoming: Sequence[Incoming], own: Iterable[str], on_clash: OnClash) -> dict[str, Template]:
    """Each template that is taken, under the name that it gets. What can't be used is left out."""
    names = list(own)
    clashes = clashing(incoming, names)
    planned: dict[str, Template] = {}
    for each in incoming:
        if each.reading is None or not each.is_usable or (each.name in clashes and on_clash is OnClash.LEAVE):
            continue
        name = each.name
        if name in clashes and on_clash is OnClash.BOTH:
            name = free_name(name, [*names, *planned, *(other.name for other in incoming)])
        planned[name] = each.reading.template
    return planned


def called_alike(template: Template, name: str, stored: Sequence[StoredTemplate]) -> list[tuple[str, StoredTemplate]]:
    """What a template shares with others: a spoken name or a short form, each with the other one."""
    found = []
    for each in stored:
        if each.name.casefold() == name.casefold() or not _share_language(template, each.template):
            continue
        if template.typed and template.typed.casefold() == each.template.typed.casefold():
            found.append((f".{template.typed}", each))
        said = {spoken.casefold() for spoken in (each.template.title, *each.template.spoken)}
        found += [(spoken, each) for spoken in (template.title, *template.spoken) if spoken.casefold() in said]
    return found


def _share_language(one: Template, other: Template) -> bool:
    return not one.language or not other.language or one.language.split("-")[0] == other.language.split("-")[0]
