"""otoscribe eval: how well a model writes a set of clips whose text is known."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.options import model_options, open_recognizer
from app.export import check_writable, write_file

if TYPE_CHECKING:
    from adaptation.evaluate import ClipResult
    from adaptation.metrics import Report


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@model_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--hypotheses", type=click.Path(path_type=Path), help="Also write what was recognised, a clip a line.")
@click.option("--errors", type=click.Path(path_type=Path), help="Also write every error, for a person to read.")
def command(
    manifest: Path,
    model: str,
    language: str,
    backend: str,
    device: str,
    threads: int | None,
    as_json: bool,
    hypotheses: Path | None,
    errors: Path | None,
) -> None:
    """Measure the model on the clips of MANIFEST (JSON Lines with audio, text and optionally speaker and terms).

    WER and medical WER are those of the medwer package.

    \b
    Example:
      otoscribe eval clips/manifest.jsonl --json --hypotheses heard.jsonl --errors errors.txt
    """
    from tqdm import tqdm

    from adaptation.corpus import read_manifest
    from adaptation.evaluate import recognize_clips
    from adaptation.metrics import measure
    from adaptation.metrics.listing import write_errors

    clips = read_manifest(manifest)
    for path in (hypotheses, errors):
        if path is not None:
            check_writable(path)  # now, not after an hour of measuring
    recognizer = open_recognizer(model, backend, device, threads)
    results = []
    for result in tqdm(
        recognize_clips(recognizer, clips, language),
        total=len(clips),
        unit="clip",
        disable=not sys.stderr.isatty(),
    ):
        results.append(result)
    if hypotheses is not None:
        write_file("".join(_line(result) for result in results), hypotheses)
    if errors is not None:
        write_file(write_errors(results), errors)
    report = measure(results)
    click.echo(json.dumps(asdict(report)) if as_json else _table(report))


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


def _table(report: Report) -> str:
    def shown(value: object) -> str:
        if value is None:
            return "–"
        if isinstance(value, list | tuple):
            return " to ".join(f"{number:.4f}" for number in value)
        return f"{value:.4f}" if isinstance(value, float) else str(value)

    return "\n".join(f"{name:<28}{shown(value)}" for name, value in asdict(report).items())
