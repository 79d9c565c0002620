"""otoscribe transcribe: audio files to text, subtitles, JSON or documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app import settings
from app.commands.options import identify_knowledge, lexicon_option, model_options, open_recognizer
from app.dictation import WrittenTranscript, write_transcript
from app.export import FILE_ENDINGS, FORMATS, TRANSCRIPT_FORMATS, Document, check_apart, check_writable, write_file
from app.paths import private_folder
from app.progress import progress_bar
from speech.errors import AudioError, OtoscribeError

if TYPE_CHECKING:
    from app.dictation import FormattingOptions
    from app.journal import FileJournal
    from speech.recognizer import Recognizer

_ENDINGS = {"text": ".txt", "json": ".json", "srt": ".srt", "vtt": ".vtt", **FILE_ENDINGS}
_DOCUMENTS = ("docx", "pdf")


@click.command()
@click.argument("audio", nargs=-1, required=True, type=click.Path(path_type=Path))
@model_options
@lexicon_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*TRANSCRIPT_FORMATS, *_DOCUMENTS]),
    default=None,
    help="What to write; by default as the name of --output ends, else text.",
)
@click.option(
    "--formatting/--no-formatting",
    default=None,
    help="Write numbers, doses and said marks as medicine does, by the rules in the settings, or the text as "
    "recognised; by default as the settings say.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="File to write, or for several audio files a folder for them."
)
def command(
    audio: tuple[Path, ...],
    model: str,
    language: str,
    backend: str,
    device: str,
    threads: int | None,
    adapter: str | None,
    lexicons: tuple[str, ...],
    form: str | None,
    formatting: bool | None,
    output: Path | None,
) -> None:
    """Write down what is said in AUDIO, any file or video that FFmpeg reads.

    Without --output, text goes to the screen (JSON: a line per file) and documents are placed beside their audio.
    Lines and paragraphs are those that were said; where none were, each stretch of speech is one.
    When it is stopped in a long file, the same command goes on where it was.

    \b
    Examples:
      otoscribe transcribe letter.m4a
      otoscribe transcribe letter.m4a --no-formatting --format json
      otoscribe transcribe ward/*.wav --format docx --output letters/
      otoscribe transcribe letter.m4a --lexicon cardiology --lexicon our-terms.csv
    """
    form = form or _form_of(output)
    targets = _targets(audio, form, output)
    if output is not None and len(audio) > 1:
        private_folder(output)
    for place in filter(None, targets):
        check_writable(place)  # now, not after an hour of recognising
        check_apart(place, audio)
    if not any(path.exists() for path in audio):
        raise AudioError(f"There is no file {audio[0]}", "Check the path.")  # before a model is loaded
    chosen = settings.load()
    options = (chosen if formatting is None else replace(chosen, formatting=formatting)).formatting_options
    recognizer = open_recognizer(model, backend, device, threads, lexicons, adapter)
    knowledge = identify_knowledge(model, adapter, lexicons)
    failed = 0
    for number, (path, target) in enumerate(zip(audio, targets, strict=True), start=1):
        try:
            caption = f"{number}/{len(audio)} {path.name}"
            with _journal(path, [*knowledge, recognizer.backend.name, language]) as journal:
                written = _transcribe(recognizer, path, language, caption, options, journal)
                _write(written, form, target)
                if journal is not None:
                    journal.remove()
            for warning in written.heard.warnings:
                if warning not in recognizer.notices.lines:  # those were told when they came up
                    _say(path, warning)
        except OtoscribeError as error:
            if len(audio) == 1:
                raise
            click.echo(str(error), err=True)
            failed += 1
    if failed:
        raise OtoscribeError(f"{failed} of {len(audio)} files failed", "The lines above say why; the others are done.")


def _form_of(output: Path | None) -> str:
    ending = output.suffix.lower() if output is not None else ""
    return next((form for form, usual in _ENDINGS.items() if usual == ending), "text")


def _targets(audio: tuple[Path, ...], form: str, output: Path | None) -> list[Path | None]:
    """Where each transcript goes; None is the screen. Asked wrongly when two would go to one place."""
    if output is not None and len(audio) == 1 and not output.is_dir():
        return [output]
    if output is not None and not output.is_dir() and (output.exists() or output.suffix):
        raise click.UsageError("With several audio files --output must be a folder.")
    if output is None and form not in _DOCUMENTS:
        return [None] * len(audio)
    targets = [(output or path.parent) / f"{path.stem}{_ENDINGS[form]}" for path in audio]
    if len(set(targets)) < len(targets):
        raise click.UsageError("Two audio files have the same name; write them to different folders.")
    beside = [
        target for target, path in zip(targets, audio, strict=True) if target.parent.resolve() == path.parent.resolve()
    ]
    if there := next((target for target in beside if target.exists()), None):
        raise click.UsageError(f"{there} is there already; say with --output where to write.")
    return list(targets)


@contextmanager
def _journal(path: Path, circumstances: list[str]) -> Iterator[FileJournal | None]:
    """Where a long file's progress is kept; says so when there is some already."""
    from app.journal import LONG_S, open_journal
    from speech.audio import measure_duration

    if (measure_duration(path) or LONG_S) < LONG_S:
        yield None
        return
    with open_journal(path, [version("otoscribe"), *circumstances], partial(_say, path)) as journal:
        if journal is not None and journal.known_until_s:
            minutes, seconds = divmod(int(journal.known_until_s), 60)
            _say(path, f"Goes on at {minutes}:{seconds:02}, where it was stopped.")
        yield journal


def _say(path: Path, what: str) -> None:
    click.echo(f"{path}: {what}", err=True)


def _transcribe(
    recognizer: Recognizer,
    path: Path,
    language: str,
    caption: str,
    options: FormattingOptions | None,
    journal: FileJournal | None,
) -> WrittenTranscript:
    with progress_bar() as show:
        heard = recognizer.transcribe(
            path, language=language, on_progress=lambda done: show(done, caption), journal=journal
        )
    return write_transcript(heard, options)


def _write(written: WrittenTranscript, form: str, target: Path | None) -> None:
    if form in _DOCUMENTS:
        assert target is not None
        title = Path(written.heard.audio).stem
        FORMATS[form](Document(title, "", "", datetime.now().astimezone(), written.paragraphs), target)
        return
    if form == "text":
        text = written.lines
    else:
        text = TRANSCRIPT_FORMATS[form](written.words_as_heard if form == "json" else written.as_written)
    text = text.rstrip("\n") + "\n"
    if target is None:
        click.echo(text, nl=False)
    else:
        write_file(text, target)
