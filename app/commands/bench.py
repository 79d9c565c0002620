"""otoscribe bench: Otoscribe beside other engines, on the same clips, weights and threads."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from app.progress import progress_bar

PEERS = ("faster-whisper", "whisper.cpp", "transformers", "faster-whisper-batched", "blocks-of-15-s")


def _split_names(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    unknown = next((name for name in names if name not in PEERS), None)
    if unknown is not None:
        raise click.BadParameter(f"{unknown!r} is not one of {', '.join(PEERS)}.")
    return names


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "peers",
    callback=_split_names,
    default=",".join(PEERS[:3]),
    show_default=True,
    help=f"Engines divided by commas: {', '.join(PEERS)}.",
)
@click.option("--model", default="whisper-base", show_default=True, help="An installed model.")
@click.option("--language", default="en", show_default=True, help="A code such as en or de.")
@click.option("--threads", type=click.IntRange(min=1), help="Processor threads of each engine; by default all cores.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Take clips of about this length.")
@click.option("--clips", "count", type=click.IntRange(min=1), help="How many clips; by default all, 10 with --seconds.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Times that each is heard.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    manifest: Path,
    peers: tuple[str, ...],
    model: str,
    language: str,
    threads: int | None,
    seconds: float | None,
    count: int | None,
    rounds: int,
    as_json: bool,
) -> None:
    """Measure Otoscribe beside other engines on the clips of MANIFEST.

    Each engine runs in a process of its own, loaded and warmed up first; they hear each clip in turn. All are given
    the same weights, exported from the model. Recognition alone is timed. docs/bench.md explains the figures.

    \b
    Example:
      otoscribe bench clips/manifest.jsonl --against faster-whisper --seconds 3 --threads 2
    """
    from adaptation.bench.clips import choose_clips
    from adaptation.bench.machine import usable_cores
    from adaptation.bench.run import BenchOptions, run_bench
    from adaptation.bench.table import render_table
    from adaptation.corpus import read_manifest
    from app.paths import data_folder, models_folder
    from speech.store import ModelStore

    installed = ModelStore(models_folder()).open(model)
    clips = choose_clips(read_manifest(manifest), seconds, count)
    options = BenchOptions(peers, threads or usable_cores(), rounds, language)
    with progress_bar() as show:
        report = run_bench(
            installed, clips, options, data_folder() / "peers", lambda share: show(share, "engines in turn")
        )
    click.echo(json.dumps(asdict(report)) if as_json else render_table(report))
