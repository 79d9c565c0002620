"""otoscribe adapt: adapters, which teach a model an author's or a domain's way of speaking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.progress import progress_bar

if TYPE_CHECKING:
    from adaptation.adapter_store import AdapterStore
    from adaptation.metrics import Report
    from speech.store import ModelStore


@click.group()
def command() -> None:
    """Train, measure, use, export and remove adapters: small files that change how a model writes.

    \b
    Example:
      otoscribe adapt train mine/manifest.jsonl --name mine
      otoscribe adapt promote mine
    """


@command.command("train")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the adapter is called.")
@click.option("--model", default="whisper-base", show_default=True, help="An installed model.")
@click.option("--replay", type=click.Path(path_type=Path), help="Manifest of general speech, against forgetting.")
@click.option("--language", default="en", show_default=True)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--minutes", type=click.FloatRange(min=0.1), help="End after this time with what has been learned.")
def train_adapter(
    manifest: Path, name: str, model: str, replay: Path | None, language: str, device: str, minutes: float | None
) -> None:
    """Learn from the clips of MANIFEST and their texts. A killed training goes on with the same command.

    \b
    Example:
      otoscribe adapt train mine/manifest.jsonl --name mine --replay librispeech/manifest.jsonl --minutes 10
    """
    from adaptation.corpus import read_manifest
    from adaptation.finetune import FinetuneOptions, finetune
    from app.paths import trainings_folder

    store = _adapters()
    store.require_free(name)
    clips = read_manifest(manifest)
    replayed = read_manifest(replay) if replay is not None else []
    folder = trainings_folder() / f"adapter-{name}"
    with progress_bar() as show:
        adapter = finetune(
            _models().open(model),
            clips,
            replayed,
            folder,
            FinetuneOptions(language=language, minutes=minutes),
            device=device,
            on_step=lambda step: show(
                step.step / step.steps, f"loss {step.loss:.3f}, {step.remaining_s / 60:.0f} minutes to go"
            ),
        )
    store.add(name, adapter)
    click.echo(f"{name} has learned from {adapter.report['clips']} clips. Measure it: otoscribe adapt evaluate {name}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_adapters(as_json: bool) -> None:
    """Show the adapters, their models, and which are in use.

    \b
    Example:
      otoscribe adapt list --json
    """
    rows = [
        {"name": a.name, "model": a.base, "in_use": a.is_in_use, "size_bytes": a.path.stat().st_size}
        for a in _adapters().all()
    ]
    if as_json:
        click.echo(json.dumps({"adapters": rows}))
        return
    for row in rows:
        click.echo(
            f"{row['name']}  of {row['model']}  {row['size_bytes']:,} bytes{'  in use' if row['in_use'] else ''}"
        )
    if not rows:
        click.echo("There are no adapters. Train one: otoscribe adapt train MANIFEST --name NAME")


@command.command("evaluate")
@click.argument("name")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--language", default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_adapter(name: str, manifest: Path, language: str, as_json: bool) -> None:
    """Measure the adapter NAME beside its model on the clips of MANIFEST, which it must not have learned from.

    \b
    Example:
      otoscribe adapt evaluate mine test/manifest.jsonl
    """
    from adaptation.corpus import read_manifest
    from adaptation.evaluate import recognize_clips
    from adaptation.metrics import measure
    from speech.recognizer import Recognizer

    clips = read_manifest(manifest)
    store = _adapters()
    model = _models().open(store.get(name).base)
    reports: dict[str, Report] = {}
    for title, installed in ((model.name, model), (name, store.merged(name, model))):
        recognizer = Recognizer.open(installed)
        with progress_bar() as show:
            results = []
            for result in recognize_clips(recognizer, clips, language):
                results.append(result)
                show(len(results) / len(clips), title)
        reports[title] = measure(results)
    figures = ("wer", "medical_wer", "term_recall", "hallucinated_words_per_min")
    if as_json:
        click.echo(json.dumps({title: {f: getattr(report, f) for f in figures} for title, report in reports.items()}))
        return
    for figure in figures:
        values = [getattr(report, figure) for report in reports.values()]
        if None not in values:
            click.echo(f"{figure:<28}{values[0]:.4f} → {values[1]:.4f}")


@command.command("promote")
@click.argument("name")
def promote_adapter(name: str) -> None:
    """Use the adapter NAME whenever its model writes.

    \b
    Example:
      otoscribe adapt promote mine
    """
    store = _adapters()
    store.promote(name)
    click.echo(f"{store.get(name).base} now writes with {name}. The way back: otoscribe adapt rollback")


@command.command("rollback")
@click.option("--model", default="whisper-base", show_default=True, help="Of which model.")
def roll_back_adapter(model: str) -> None:
    """Go back to the adapter that was in use before, or to the plain model.

    \b
    Example:
      otoscribe adapt rollback --model whisper-base
    """
    used = _adapters().roll_back(model)
    click.echo(f"{model} now writes {f'with {used}' if used else 'as it was made'}.")


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_status(as_json: bool) -> None:
    """Say which adapter each model writes with.

    \b
    Example:
      otoscribe adapt status
    """
    used = {a.base: a.name for a in _adapters().all() if a.is_in_use}
    if as_json:
        click.echo(json.dumps({"in_use": used}))
        return
    for base, name in used.items():
        click.echo(f"{base} writes with {name}.")
    if not used:
        click.echo("No adapter is in use.")


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="What it is called here; by default as the file.")
def import_adapter(path: Path, name: str | None) -> None:
    """Keep the adapter in the file PATH.

    \b
    Example:
      otoscribe adapt import mine.safetensors
    """
    from adaptation.adapters import read_adapter

    name = name or path.name.removesuffix(".safetensors")
    _adapters().add(name, read_adapter(path))
    click.echo(f"{name} is here. Use it: otoscribe adapt promote {name}")


@command.command("export")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
def export_adapter(name: str, path: Path) -> None:
    """Write the adapter NAME to the file PATH. What your voice has taught is personal: hand it on only on purpose.

    \b
    Example:
      otoscribe adapt export mine mine.safetensors
    """
    from adaptation.adapters import write_adapter
    from app.export import check_writable

    check_writable(path)
    write_adapter(_adapters().get(name), path)
    click.echo(f"{name} is written to {path}.")


@command.command("remove")
@click.argument("name")
def remove_adapter(name: str) -> None:
    """Remove the adapter NAME, and its use.

    \b
    Example:
      otoscribe adapt remove mine
    """
    _adapters().remove(name)
    click.echo(f"{name} is removed.")


def _adapters() -> AdapterStore:
    from adaptation.adapter_store import AdapterStore
    from app.paths import adapters_folder

    return AdapterStore(adapters_folder())


def _models() -> ModelStore:
    from app.paths import models_folder
    from speech.store import ModelStore

    return ModelStore(models_folder())
