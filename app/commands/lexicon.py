"""otoscribe lexicon: the lists of terms that dictation is to know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import settings
from app.paths import models_folder
from app.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from adaptation.lexicon import Lexicon, LexiconStore, Report, Term, Usage
    from adaptation.lexicon.checking import Finding

_ROWS_SHOWN = 20
_OWN_SCOPES = ("user", "department", "patient")


@click.group()
def command() -> None:
    """List, show, check, import, export and remove lexicons.

    \b
    Examples:
      otoscribe lexicon check our-terms.csv
      otoscribe lexicon import our-terms.csv --name cardiology-ward
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_lexicons(as_json: bool) -> None:
    """Show all lexicons: own, the site's and the shipped ones, and which are on.

    \b
    Example:
      otoscribe lexicon list
    """
    listed = _store().listed()
    if as_json:
        rows = [{**vars(item), "scope": str(item.scope)} for item in listed]
        click.echo(json.dumps({"lexicons": rows}, ensure_ascii=False))
        return
    width = max((len(item.name) for item in listed), default=0)
    for item in listed:
        taken_back = f", {item.taken_back:,} taken back" if item.taken_back else ""
        state = "damaged" if item.problem else "on" if item.on else "off"
        about = item.problem or f"{item.title}{taken_back}"
        click.echo(f"{item.name:<{width}}  {item.scope:<10}  {state:<7}  {item.terms:>7,} terms  {about}")


@command.command("show")
@click.argument("name")
@click.option("--search", "wanted", default="", help="Only terms that hold this text.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many terms to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with all terms.")
def show_lexicon(name: str, wanted: str, limit: int, as_json: bool) -> None:
    """Show the terms of a lexicon, where each came from, and how often it was heard, corrected and rejected.

    NAME is a lexicon of the list, or a file.

    \b
    Examples:
      otoscribe lexicon show cardiology --search stenosis
      otoscribe lexicon show our-terms.csv --json
    """
    lexicon, _ = _open(name)
    usage = _store().usage(lexicon.name)
    text = wanted.casefold()
    found = [term for term in lexicon.terms if text in "\n".join((term.written, *term.spoken)).casefold()]
    if as_json:
        head = {"name": lexicon.name, "scope": str(lexicon.scope), "source": lexicon.source, "licence": lexicon.licence}
        click.echo(json.dumps({**head, "terms": [_term_row(term, usage) for term in found]}, ensure_ascii=False))
        return
    for term in found[:limit]:
        row = _term_row(term, usage)
        counts = ", ".join(f"{key} {row[key]}" for key in ("heard", "corrected", "rejected") if row[key])
        click.echo("  ".join(part for part in (_in_words(term), counts, term.origin and f"[{term.origin}]") if part))
    click.echo(
        f"{min(limit, len(found)):,} of {len(found):,} terms. Source: {lexicon.source or 'not stated'}.", err=True
    )


@command.command("search")
@click.argument("text")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many terms to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search_terms(text: str, limit: int, as_json: bool) -> None:
    """Show the terms of all lexicons that hold TEXT.

    \b
    Example:
      otoscribe lexicon search mab
    """
    found = _store().search(text, limit)
    if as_json:
        rows = [{"lexicon": name, **_term_row(term, {})} for name, term in found]
        click.echo(json.dumps({"terms": rows}, ensure_ascii=False))
        return
    for name, term in found:
        click.echo(f"{_in_words(term)}  ({name})")
    if not found:
        click.echo(f"No term holds {text}.", err=True)


@command.command("check")
@click.argument("file", metavar="FILE_OR_NAME")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every row and every term.")
def check_lexicon(file: str, as_json: bool) -> None:
    """Say what would be taken from a file and what its terms will do; nothing is imported.

    For each row: taken, merged or refused, why, and what to do about it. For each term: how it will be taken to be
    said, how many tokens it has in the installed model, what it may be confused with, and what will never be put in
    by itself.

    \b
    Example:
      otoscribe lexicon check our-terms.csv
    """
    lexicon, report = _open(file)
    findings = list(_findings(lexicon))
    if as_json:
        result = {
            "name": lexicon.name,
            "file": _report_as_json(report) if report else None,
            "terms": [_finding_row(finding) for finding in findings],
        }
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    if report:
        _print_report(report)
    _print_findings(findings)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the lexicon; by default the file's.")
@click.option("--scope", type=click.Choice(_OWN_SCOPES), default="user", show_default=True, help="Whose it is.")
@click.option("--licence", default="", help="Licence of the terms, if they have one.")
@click.option("--replace", "replacing", is_flag=True, help="Replace the lexicon of that name.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_lexicon(file: Path, name: str | None, scope: str, licence: str, replacing: bool, as_json: bool) -> None:
    """Take the terms of FILE into a lexicon and switch it on: all that can be taken, or nothing at all.

    Reads CSV and TSV with a header (only the column written is needed), plain word lists, Dragon's lists, Hunspell
    dictionaries and Amazon Transcribe's tables, in any encoding.

    \b
    Example:
      otoscribe lexicon import our-terms.csv --name cardiology-ward --scope department
    """
    from adaptation.lexicon import Scope, read_lexicon

    reading = read_lexicon(file, name)
    lexicon = replace(reading.lexicon, scope=Scope(scope), licence=licence)
    _store().add(lexicon, replacing=replacing)
    if as_json:
        click.echo(json.dumps({"name": lexicon.name, "file": _report_as_json(reading.report)}, ensure_ascii=False))
        return
    _print_report(reading.report)
    click.echo(f"The lexicon {lexicon.name} has {len(lexicon.terms):,} terms and is on.")


@command.command("export")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
def export_lexicon(name: str, path: Path) -> None:
    """Write the lexicon NAME to PATH as CSV, which spreadsheets open and import reads back the same.

    \b
    Example:
      otoscribe lexicon export cardiology-ward cardiology-ward.csv
    """
    from adaptation.lexicon import write_csv

    lexicon = _store().load(name)
    write_csv(lexicon, path)
    click.echo(f"Wrote {len(lexicon.terms):,} terms to {path}.")


@command.command("remove")
@click.argument("name")
@click.option("--term", "terms", multiple=True, help="Take back this term only; can be given several times.")
def remove_lexicon(name: str, terms: tuple[str, ...]) -> None:
    """Remove an imported lexicon, or take single terms back, also those of shipped and site lexicons.

    \b
    Examples:
      otoscribe lexicon remove cardiology-ward
      otoscribe lexicon remove pharmacy --term Lovan
    """
    store = _store()
    if not terms:
        store.remove(name)
        click.echo(f"Removed {name}.")
    for written in terms:
        term = store.take_back(name, written)
        click.echo(f"Took {term.written} back from {name}.")


@command.command("add")
@click.argument("name")
@click.argument("written")
@click.option("--spoken", multiple=True, help="How it is said; can be given several times.")
@click.option("--category", default="", help="What kind of term it is.")
def add_term(name: str, written: str, spoken: tuple[str, ...], category: str) -> None:
    """Add the term WRITTEN to the own lexicon NAME, which is made if there is none; a term that was taken back from a
    shipped or site lexicon returns.

    \b
    Example:
      otoscribe lexicon add my-terms "Nuss procedure" --spoken "noose procedure"
    """
    from app.desk.lexicons import make_term

    term = make_term(written, "|".join(spoken), category)
    _store().add_term(name, term)
    click.echo(f"{_in_words(term)} is in {name}.")


@command.command("on")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def switch_on(names: tuple[str, ...]) -> None:
    """Switch lexicons on.

    \b
    Example:
      otoscribe lexicon on cardiology pharmacy
    """
    _switch(names, on=True)


@command.command("off")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def switch_off(names: tuple[str, ...]) -> None:
    """Switch lexicons off.

    \b
    Example:
      otoscribe lexicon off cardiology
    """
    _switch(names, on=False)


def _switch(names: tuple[str, ...], *, on: bool) -> None:
    store = _store()
    for name in names:
        store.switch(name, on=on)
        click.echo(f"{name} is {'on' if on else 'off'}.")


def _store() -> LexiconStore:
    from app.desk.lexicons import open_store

    return open_store()


def _open(name: str) -> tuple[Lexicon, Report | None]:
    """A lexicon of the store by its name, or a file read with its report. Where both are, the store's is meant."""
    from adaptation.lexicon import read_lexicon

    store = _store()
    if any(item.name == name for item in store.listed()):
        return store.load(name), None
    if not Path(name).exists():
        from adaptation.lexicon import LexiconError

        raise LexiconError(f"There is no lexicon and no file {name}", "See: otoscribe lexicon list")
    reading = read_lexicon(Path(name))
    return reading.lexicon, reading.report


def _findings(lexicon: Lexicon) -> Iterator[Finding]:
    from adaptation.lexicon.checking import check

    total = len(lexicon.terms)
    with progress_bar() as show:
        show(0.0, "terms")
        for done, finding in enumerate(check(lexicon, _token_counter()), start=1):
            if done % 500 == 0 or done == total:
                show(done / total, "terms")
            yield finding


def _token_counter() -> Callable[[str], int] | None:
    """Counts in the tokens of the settings' model; None where it is not installed."""
    from adaptation.lexicon.tokens import token_counter
    from speech.store import ModelStore

    installed = {model.name: model for model in ModelStore(models_folder()).installed()}
    model = installed.get(settings.load().model_name)
    return token_counter(model.checkpoint_folder) if model else None


def _in_words(term: Term) -> str:
    spoken = [form for form in term.spoken if form.casefold() != term.written.casefold()]
    return f"{term.written} (said {' or '.join(spoken)})" if spoken else term.written


def _term_row(term: Term, usage: dict[str, Usage]) -> dict[str, Any]:
    from adaptation.lexicon import Usage, identity

    counts = usage.get(identity(term.written), Usage())
    return {**term._asdict(), **counts._asdict()}


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "written": finding.term.written,
        "spoken": list(finding.term.spoken),
        "proposed_spoken": list(finding.proposed_spoken),
        "tokens": finding.tokens,
        "neighbours": [near._asdict() for near in finding.neighbours],
        "common_neighbours": [near._asdict() for near in finding.common_neighbours],
        "look_alikes": [pair._asdict() for pair in finding.look_alikes],
        "warnings": list(finding.warnings),
    }


def _report_as_json(report: Report) -> dict[str, Any]:
    from adaptation.lexicon import Outcome

    return {
        "path": str(report.path),
        "form": report.form,
        "encoding": report.encoding,
        "encoding_guessed": report.encoding_guessed,
        "delimiter": report.delimiter,
        **{str(outcome): report.count(outcome) for outcome in Outcome},
        "notes": list(report.notes),
        "rows": [row._asdict() for row in report.rows],
    }


def _print_report(report: Report) -> None:
    from app.desk.lexicons import describe

    click.echo(describe(report))
    remarkable = report.remarkable
    for row in remarkable[:_ROWS_SHOWN]:
        written = f" {row.written!r}" if row.written else ""
        click.echo(f"  line {row.line}: {row.outcome}{written}: {row.reason}. {row.mend}".rstrip())
    if len(remarkable) > _ROWS_SHOWN:
        click.echo(f"  and {len(remarkable) - _ROWS_SHOWN:,} more; --json shows all.")
    for note in islice(report.notes, _ROWS_SHOWN):
        click.echo(f"  {note}")


def _print_findings(findings: list[Finding]) -> None:
    """What is to be said about single terms, those with warnings first, and the tokens of all."""
    counted = [finding.tokens for finding in findings if finding.tokens is not None]
    if counted:
        click.echo(f"Tokens of a term: {sum(counted) / len(counted):.1f} on average, {max(counted)} at most.")
    else:
        click.echo("Tokens are not counted, because no model is installed. Fetch it with: otoscribe models pull")
    lines = [line for finding in findings for line in _finding_lines(finding)]
    lines.sort(key=lambda line: not line[0])
    for _, line in lines[: 2 * _ROWS_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > 2 * _ROWS_SHOWN:
        click.echo(f"  and {len(lines) - 2 * _ROWS_SHOWN:,} more; --json shows all.")


def _finding_lines(finding: Finding) -> Iterator[tuple[bool, str]]:
    """Lines about one term, each with whether it warns."""
    written = finding.term.written
    for pair in finding.look_alikes:
        by = f"{pair.source}'s list" if pair.source in ("FDA", "ISMP") else "likeness"
        yield True, f"{written}: a look-alike of {pair.other} (by {by}); always offered, never put in by itself."
    for warning in finding.warnings:
        yield True, f"{written}: {warning}"
    if finding.common_neighbours:
        yield (
            False,
            f"{written}: sounds like the everyday {', '.join(near.form for near in finding.common_neighbours)}.",
        )
    if finding.neighbours:
        yield False, f"{written}: sounds like {', '.join(near.form for near in finding.neighbours)}."
    if finding.proposed_spoken:
        yield False, f"{written}: taken to be said {' or '.join(finding.proposed_spoken[:3])}."
