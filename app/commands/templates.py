"""otoscribe templates: texts with fields, and short forms, that go into notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import settings

if TYPE_CHECKING:
    from app.desk.template_store import StoredTemplate, TemplateStore
    from app.dictation.templates import Template


@click.group()
def command() -> None:
    """List, show, check, import, export and remove templates and short forms.

    \b
    Examples:
      otoscribe templates check knee-visit.txt
      otoscribe templates import our-templates/
    """


@command.command("list")
@click.option("--search", "wanted", default="", help="Only templates that hold these words.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_templates(wanted: str, as_json: bool) -> None:
    """Show all templates: your own, the site's and the shipped ones.

    \b
    Example:
      otoscribe templates list --search radiology
    """
    from app.desk.templates import search_templates

    stored = search_templates(_store().listed(), wanted)
    if as_json:
        click.echo(json.dumps({"templates": [_row(each) for each in stored]}, ensure_ascii=False))
        return
    width = max((len(each.name) for each in stored), default=0)
    for each in stored:
        typed = f".{each.template.typed}" if each.template.typed else ""
        about = each.template.title if each.is_usable else f"can't be used: {each.problems[0]}"
        click.echo(f"{each.name:<{width}}  {each.scope:<7}  {typed:<8}  {about}".rstrip())


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with its fields.")
def show_template(name: str, as_json: bool) -> None:
    """Show the template NAME as its file has it.

    \b
    Example:
      otoscribe templates show soap-note
    """
    from app.dictation.templates import write_template

    stored = _store().get(name)
    if as_json:
        click.echo(json.dumps({**_row(stored), **_content(stored.template)}, ensure_ascii=False))
        return
    click.echo(write_template(stored.template), nl=False)
    for problem in stored.problems:
        click.echo(f"  {problem}", err=True)


@command.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_templates(path: Path, as_json: bool) -> None:
    """Say what would be taken from the file or folder PATH, and what is wrong with it; nothing is imported.

    \b
    Example:
      otoscribe templates check knee-visit.txt
    """
    from app.desk.template_store import read_incoming

    incoming = read_incoming(path)
    rows = [
        {
            "path": str(each.path),
            "name": each.name,
            "usable": each.is_usable,
            "trouble": str(each.trouble) if each.trouble is not None else None,
            "problems": [vars(problem) for problem in each.reading.problems] if each.reading else [],
        }
        for each in incoming
    ]
    if as_json:
        click.echo(json.dumps({"files": rows}, ensure_ascii=False))
    else:
        for each in incoming:
            click.echo(f"{each.path.name}: {'can be taken' if each.is_usable else 'can not be taken'}")
            if each.trouble is not None:
                click.echo(f"  {each.trouble}")
            for problem in each.reading.problems if each.reading else ():
                click.echo(f"  {problem}")
    if not all(each.is_usable for each in incoming):
        raise click.exceptions.Exit(1)


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--on-clash",
    type=click.Choice(["both", "replace", "leave"]),
    help="What to do with a name that you have already: keep both, replace yours, or leave the new one out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_templates(path: Path, on_clash: str | None, as_json: bool) -> None:
    """Take the text file PATH, or all text files of a folder, as your own templates: all that can be used, or none.

    \b
    Example:
      otoscribe templates import our-templates/ --on-clash both
    """
    from app.desk.template_import import OnClash, clashing, plan_import
    from app.desk.template_store import TemplateError, read_incoming

    store = _store()
    incoming, own = read_incoming(path), store.own_names()
    clashes = sorted(clashing(incoming, own))
    if clashes and on_clash is None:
        raise TemplateError(
            f"You have a template {clashes[0]} already", "Say what to do with it: --on-clash both, replace or leave."
        )
    planned = plan_import(incoming, own, OnClash(on_clash or "both"))
    store.save_all(planned)
    refused = [each for each in incoming if not each.is_usable]
    if as_json:
        result = {"imported": list(planned), "refused": [str(each.path) for each in refused]}
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for name in planned:
            click.echo(f"{name} is yours.")
        for each in refused:
            click.echo(f"{each.path.name} was not taken. See: otoscribe templates check {each.path}", err=True)
    if refused:
        raise click.exceptions.Exit(1)


@command.command("export")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--replace", "replacing", is_flag=True, help="Replace files of the same name.")
def export_template_files(name: str, path: Path, replacing: bool) -> None:
    """Write the template NAME to the text file PATH; with the NAME all, every template into the folder PATH.

    \b
    Examples:
      otoscribe templates export soap-note soap-note.txt
      otoscribe templates export all our-templates/
    """
    from app.desk.template_store import TemplateError, export_template, export_templates

    if name == "all":
        written = export_templates(_store().listed(), path, replacing=replacing)
        click.echo(f"Wrote {len(written)} templates to {path}.")
        return
    if path.exists() and not replacing:
        raise TemplateError(f"{path} is there already", "Choose another name, or say --replace.")
    export_template(_store().get(name).template, path)
    click.echo(f"Wrote {name} to {path}.")


@command.command("remove")
@click.argument("name")
def remove_template(name: str) -> None:
    """Remove your own template NAME; a site's or shipped one of that name comes back.

    \b
    Example:
      otoscribe templates remove knee-visit
    """
    _store().remove(name)
    click.echo(f"Removed {name}.")


def _store() -> TemplateStore:
    from app.desk.templates import open_template_store

    return open_template_store(settings.load())


def _row(stored: StoredTemplate) -> dict[str, Any]:
    template = stored.template
    return {
        "name": stored.name,
        "scope": str(stored.scope),
        "title": template.title,
        "spoken": list(template.spoken),
        "typed": template.typed,
        "language": template.language,
        "specialty": template.specialty,
        "usable": stored.is_usable,
        "problems": [vars(problem) for problem in stored.problems],
    }


def _content(template: Template) -> dict[str, Any]:
    from app.dictation.fields import find_fields

    fields = [
        {"name": place.field.name, "options": list(place.field.options), "default": place.field.default}
        for place in find_fields(template.body)
    ]
    return {"body": template.body, "fields": fields}
