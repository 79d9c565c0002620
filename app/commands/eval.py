"""otoscribe eval: how well a model writes a set of clips whose text is known."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.options import lexicon_option, model_options, open_recognizer
from app.export import check_apart, check_writable, write_file

if TYPE_CHECKING:
    from adaptation.corpus import Clip
    from adaptation.evaluate import ClipResult
    from adaptation.metrics import Report
    from speech.recognizer import Recognizer


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@model_options
@lexicon_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--hypotheses", type=click.Path(path_type=Path), help="Also write what was recognised, a clip a line.")
@click.option("--errors", type=click.Path(path_type=Path), help="Also write every error, for a person to read.")
@click.option("--compare", metavar="MODEL_OR_FILE", help="Another model, or hypotheses written with --hypotheses.")
@click.option("--report", type=click.Path(path_type=Path), help="With --compare: write both as a page (HTML).")
def command(
    manifest: Path,
    model: str,
    language: str,
    backend: str,
    device: str,
    threads: int | None,
    adapter: str | None,
    lexicons: tuple[str, ...],
    as_json: bool,
    hypotheses: Path | None,
    errors: Path | None,
    compare: str | None,
    report: Path | None,
) -> None:
    """Measure the model on the clips of MANIFEST (JSON Lines with audio, text and optionally speaker and terms).

    WER and medical WER are those of the medwer package.

    \b
    Examples:
      otoscribe eval clips/manifest.jsonl --json --hypotheses heard.jsonl --errors errors.txt
      otoscribe eval clips/manifest.jsonl --compare whisper-tiny.en --report page.html
      otoscribe eval clips/manifest.jsonl --lexicon our-terms.csv
    """
    from adaptation.corpus import read_manifest
    from adaptation.metrics import measure
    from adaptation.metrics.listing import write_errors

    if report is not None and compare is None:
        raise click.UsageError("--report shows two systems. Name the other one with --compare.")
    clips = read_manifest(manifest)
    for path in (hypotheses, errors, report):
        if path is not None:
            check_writable(path)  # now, not after an hour of measuring
            check_apart(path, [manifest, *(clip.audio for clip in clips)])
    beside = _find_other(compare, clips) if compare is not None else None

    def recognize(name: str, adapter: str | None) -> list[ClipResult]:
        return _recognize(open_recognizer(name, backend, device, threads, lexicons, adapter), clips, language)

    results = recognize(model, adapter)
    if hypotheses is not None:
        write_file("".join(_line(result) for result in results), hypotheses)
    if errors is not None:
        write_file(write_errors(results), errors)
    if compare is None:
        figures = measure(results)
        click.echo(json.dumps(asdict(figures)) if as_json else _table(figures))
    else:
        other = (compare, recognize(compare, None)) if beside is None else (Path(compare).stem, beside)
        click.echo(_compare((model, results), other, report, as_json))


def _recognize(recognizer: Recognizer, clips: list[Clip], language: str) -> list[ClipResult]:
    from tqdm import tqdm

    from adaptation.evaluate import recognize_clips

    heard = recognize_clips(recognizer, clips, language)
    return list(tqdm(heard, total=len(clips), unit="clip", disable=not sys.stderr.isatty()))


def _find_other(other: str, clips: list[Clip]) -> list[ClipResult] | None:
    """The hypotheses that a file holds; None where `other` is a model, which must be installed."""
    from adaptation.comparison import read_hypotheses
    from app.paths import models_folder
    from speech.store import ModelStore

    if Path(other).suffix == ".jsonl" or Path(other).is_file():
        return read_hypotheses(Path(other), clips)
    ModelStore(models_folder()).open(other)
    return None


def _compare(
    one: tuple[str, list[ClipResult]], other: tuple[str, list[ClipResult]], page: Path | None, as_json: bool
) -> str:
    """Writes the page of two systems, each with its name, and returns what is printed."""
    from adaptation.comparison import System, compare
    from adaptation.comparison_page import write_page

    lengths_s = [result.duration_s for result in one[1]]
    same_lengths = [replace(result, duration_s=length_s) for result, length_s in zip(other[1], lengths_s, strict=True)]
    first, second = System.of(*one), System.of(other[0], same_lengths)
    differences = compare(first, second)
    if page is not None:
        write_file(write_page(f"{first.name} and {second.name}", first, second, differences), page)
    if as_json:
        found = {each.key: {"difference": each.difference, "ci95": each.ci95} for each in differences}
        beside = {"name": second.name, **asdict(second.report), "differences": found}
        return json.dumps({**asdict(first.report), "compared_with": beside})
    return _table(first.report, second.report, head=(first.name, second.name))


def _line(result: ClipResult) -> str:
    value = {
        "audio": str(result.clip.name),
        "text": result.clip.text,
        "hypothesis": result.hypothesis,
        "duration_s": round(result.duration_s, 3),
        "processing_s": round(result.processing_s, 3),
        "words": [{"text": word.text, "confidence": round(word.confidence, 4)} for word in result.words],
    }
    return json.dumps(value, ensure_ascii=False) + "\n"


def _table(*reports: Report, head: tuple[str, ...] = ()) -> str:
    def shown(value: object) -> str:
        if value is None:
            return "–"
        if isinstance(value, list | tuple):
            return " to ".join(f"{number:.4f}" for number in value)
        return f"{value:.4f}" if isinstance(value, float) else str(value)

    rows = [("", *head)] if head else []
    rows += [(name, *(shown(asdict(each)[name]) for each in reports)) for name in asdict(reports[0])]
    return "\n".join(f"{name:<28}{''.join(f'{value:<24}' for value in values)}".rstrip() for name, *values in rows)
