"""otoscribe notes: the notes of the record, listed, read, searched, signed and handed on as documents."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import paths, settings
from app.dictation.fields import find_fields
from app.export import FILE_ENDINGS, FORMATS, Document, render_text
from app.export.body import clean, one_line
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.records import Note, NoteSummary, NoteVersion, Recording, RecordStore


@click.group()
def command() -> None:
    """List, show, search, sign and export notes.

    \b
    Example:
      otoscribe notes search "chest pain"
    """


@command.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many notes to show.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many of the newest to pass over.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_notes(limit: int, offset: int, as_json: bool) -> None:
    """Show the notes, the last changed first.

    \b
    Example:
      otoscribe notes list --limit 10
    """
    with _open_store() as store:
        found = store.list_notes(limit, offset)
    _print_summaries(found, as_json, "There are no notes.")


@command.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many notes to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search_notes(query: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Show the notes in which every word of QUERY occurs, the best match first.

    Part of a word is enough; case and accents do not matter; an argument of several words is looked for as it is.

    \b
    Example:
      otoscribe notes search statin müller
      otoscribe notes search "chest pain"
    """
    typed = " ".join(f'"{part}"' if " " in part and '"' not in part else part for part in query)
    with _open_store() as store:
        found = store.search(typed, limit)
    _print_summaries(found, as_json, "No note has all of these words.")


@command.command("show")
@click.argument("number", type=int)
@click.option("--version", type=int, help="Show an earlier version; otoscribe notes versions lists them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the recordings and their transcripts.")
def show_note(number: int, version: int | None, as_json: bool) -> None:
    """Show the note NUMBER.

    \b
    Example:
      otoscribe notes show 12
    """
    with _open_store() as store:
        note = store.get_note(number)
        if version is not None:
            chosen = _find_version(store, number, version)
            click.echo(json.dumps(_version_json(chosen), ensure_ascii=False) if as_json else clean(chosen.text))
            return
        recordings = store.recordings(number)
    if as_json:
        shown = _note_json(note) | {"recordings": [_recording_json(recording) for recording in recordings]}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(render_text(Document.of_note(note)), nl=False)
    for recording in recordings:
        click.echo(f"\nRecording ({recording.duration_s:.1f} s): {recording.path}")


@command.command("versions")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the text of each version.")
def list_versions(number: int, as_json: bool) -> None:
    """Show who changed the note NUMBER and when.

    \b
    Example:
      otoscribe notes versions 12
    """
    with _open_store() as store:
        versions = store.versions(number)
    if as_json:
        click.echo(json.dumps({"versions": [_version_json(version) for version in versions]}, ensure_ascii=False))
        return
    for version in versions:
        length = len(version.text.split())
        click.echo(f"{version.number:>4}  {_local(version.created_at)}  {length:>5} words  {one_line(version.author)}")


@command.command("sign")
@click.argument("number", type=int)
@click.option("--author", help="Who signs; by default the author named in the settings.")
@click.option("--with-open-fields", is_flag=True, help="Sign although fields of a template are not filled.")
def sign_note(number: int, author: str | None, with_open_fields: bool) -> None:
    """Sign the note NUMBER; afterwards it changes only through addenda.

    \b
    Example:
      otoscribe notes sign 12 --author "Dr. A. Okafor"
    """
    with _open_store() as store:
        open_fields = len(find_fields(store.get_note(number).text))
        if open_fields and not with_open_fields:
            raise OtoscribeError(
                f"Note {number} has {open_fields} fields that are not filled",
                "Fill them, or sign it with --with-open-fields.",
            )
        note = store.sign(number, _author(author))
        _gather(store, note)
    click.echo(f"Note {note.id}: {one_line(Document.of_note(note).status)}.")


def _gather(store: RecordStore, note: Note) -> None:
    """Keeps what was corrected in a signed note to learn from it, where the settings say so."""
    chosen = settings.load()
    if chosen.learning:
        from app.desk.gathering import compare_note, to_keep

        heard = compare_note(note, store.recordings(note.id), chosen.formatting_options)
        store.learning.keep(note.id, note.signed_by or note.author, to_keep(heard))


@command.command("export")
@click.argument("number", type=int)
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), help="By default what --output ends with, or docx."
)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; by default in your documents.")
@click.option("--template", type=click.Path(path_type=Path), help="A Word template of your own, for docx.")
@click.option("--author", help="Who exports, for the audit trail; by default the author named in the settings.")
def export_note(
    number: int, format_: str | None, output: Path | None, template: Path | None, author: str | None
) -> None:
    """Write the note NUMBER as a document and print where it lies. Below a draft stand the words to check.

    \b
    Example:
      otoscribe notes export 12 --format docx --output letter.docx
    """
    from app.desk.doubts import words_to_check
    from app.export import export_docx

    format_ = format_ or _format_of(output)
    if template and format_ != "docx":
        raise click.UsageError("--template is for --format docx.")
    with _open_store() as store:
        note = store.get_note(number)
        document = Document.of_note(note, words_to_check(note, store.recordings(number), settings.load()))
        output = output or paths.documents_folder() / f"note-{number}{FILE_ENDINGS[format_]}"
        if template:
            export_docx(document, output, template)
        else:
            FORMATS[format_](document, output)
        store.record_export(number, format_, _author(author))
    click.echo(str(output))


def _open_store() -> RecordStore:
    from app.records import RecordStore

    return RecordStore.open()


def _author(given: str | None) -> str:
    return given if given is not None else settings.load().author


def _format_of(output: Path | None) -> str:
    endings = {ending: name for name, ending in FILE_ENDINGS.items()}
    return endings.get(output.suffix.lower(), "docx") if output else "docx"


def _find_version(store: RecordStore, number: int, version: int) -> NoteVersion:
    from app.records import RecordsError

    for found in store.versions(number):
        if found.number == version:
            return found
    raise RecordsError(
        f"Note {number} has no version {version}", f"otoscribe notes versions {number} shows what there is."
    )


def _print_summaries(found: list[NoteSummary], as_json: bool, none: str) -> None:
    if as_json:
        click.echo(json.dumps({"notes": [_summary_json(summary) for summary in found]}, ensure_ascii=False))
        return
    if not found:
        click.echo(none)
    for summary in found:
        heading = " · ".join(one_line(part) for part in (summary.patient, summary.title) if part.strip())
        click.echo(f"{summary.id:>5}  {_local(summary.updated_at)}  {summary.status:<7}  {heading or '(no title)'}")
        if summary.snippet:
            click.echo(f"       {_styled(summary.snippet)}")


def _styled(snippet: str) -> str:
    """The matches in bold where the terminal shows that."""
    from app.records import MATCH_CLOSES, MATCH_OPENS

    before, *rest = clean(snippet).split(MATCH_OPENS)
    shown = [before]
    for part in rest:
        match, _, after = part.partition(MATCH_CLOSES)
        shown += [click.style(match, bold=True), after]
    return "".join(shown)


def _local(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _summary_json(summary: NoteSummary) -> dict[str, Any]:
    from app.records import without_marks

    return {
        "id": summary.id,
        "title": summary.title,
        "patient": summary.patient,
        "author": summary.author,
        "status": summary.status,
        "created_at": summary.created_at.isoformat(),
        "updated_at": summary.updated_at.isoformat(),
        "snippet": without_marks(summary.snippet),
    }


def _note_json(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "title": note.title,
        "patient": note.patient,
        "author": note.author,
        "status": note.status,
        "version": note.version,
        "text": note.text,
        "created_at": note.created_at.isoformat(),
        "updated_at": note.updated_at.isoformat(),
        "signed_at": note.signed_at.isoformat() if note.signed_at else None,
        "signed_by": note.signed_by,
        "addenda": [
            {"text": addendum.text, "author": addendum.author, "created_at": addendum.created_at.isoformat()}
            for addendum in note.addenda
        ],
    }


def _version_json(version: NoteVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "title": version.title,
        "patient": version.patient,
        "text": version.text,
        "author": version.author,
        "created_at": version.created_at.isoformat(),
    }


def _recording_json(recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "path": str(recording.path),
        "sha256": recording.sha256,
        "duration_s": recording.duration_s,
        "sample_rate_hz": recording.sample_rate_hz,
        "created_at": recording.created_at.isoformat(),
        "model": recording.model,
        "adapter": recording.adapter,
        "transcript": recording.transcript.to_json() if recording.transcript else None,
    }
