"""otoscribe adapt: adapters, which teach a model an author's or a domain's way of speaking."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app import settings
from app.commands.adapt_speak import speak_texts
from app.progress import progress_bar

if TYPE_CHECKING:
    from adaptation.adapter_store import AdapterStore
    from adaptation.gate import Verdict
    from adaptation.metrics import Report
    from speech.store import ModelStore


@click.group()
def command() -> None:
    """Make clips for, train, measure, use, export and remove adapters: small files that change how a model writes.

    \b
    Example:
      otoscribe adapt train mine/manifest.jsonl --name mine
      otoscribe adapt promote mine
    """


command.add_command(speak_texts)


@command.command("train")
@click.argument("manifest", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="What the adapter is called; only with MANIFEST.")
@click.option("--model", help="An installed model; by default that of the settings.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    help="Manifest of general speech, against forgetting; by default some English speech that comes with Otoscribe.",
)
@click.option("--language", help="By default that of the settings.")
@click.option("--author", help="Whose corrections, without MANIFEST; by default the author named in the settings.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--minutes", type=click.FloatRange(min=0.1), help="End after this time with what has been learned.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line for each step of progress, then the result.")
def train_adapter(
    manifest: Path | None,
    name: str | None,
    model: str | None,
    replay: Path | None,
    language: str | None,
    author: str | None,
    device: str,
    minutes: float | None,
    as_json: bool,
) -> None:
    """Learn from the clips of MANIFEST and their texts; without it from the corrections in your signed notes, and then
    use what was learned if it helps you and harms nothing else. A training that was cut off goes on with the same
    command.

    \b
    Example:
      otoscribe adapt train
      otoscribe adapt train mine/manifest.jsonl --name mine --minutes 10
    """
    chosen = settings.load()
    model, language = model or chosen.model_name, language or _language(chosen.language)
    if manifest is None:
        if name is not None or replay is not None:
            raise click.UsageError("--name and --replay go with MANIFEST; corrections need neither.")
        _train_from_corrections(author or chosen.author, model, language, device, minutes, as_json)
    else:
        if name is None:
            raise click.UsageError("With MANIFEST, say what the adapter is to be called: --name NAME")
        _train_from_manifest(manifest, name, model, replay, language, device, minutes, as_json)


def _train_from_manifest(
    manifest: Path,
    name: str,
    model: str,
    replay: Path | None,
    language: str,
    device: str,
    minutes: float | None,
    as_json: bool,
) -> None:
    from adaptation.corpus import read_manifest
    from adaptation.finetune import FinetuneOptions, finetune
    from adaptation.gate import replay_clips
    from app.paths import trainings_folder

    store = _adapters()
    store.require_free(name)
    clips = read_manifest(manifest)
    replayed = read_manifest(replay) if replay is not None else replay_clips() if language == "en" else []
    folder = trainings_folder() / f"adapter-{name}"
    with _progress(as_json) as show:
        adapter = finetune(
            _models().open(model),
            clips,
            replayed,
            folder,
            FinetuneOptions.suited_to(clips, language, minutes),
            device=device,
            on_advance=lambda advance: show(advance.share, f"loss {advance.loss:.3f}", advance.remaining_s),
        )
    store.add_trained(name, adapter)
    shutil.rmtree(folder, ignore_errors=True)
    clip_count, strength = adapter.report["clips"], adapter.report["strength"]
    if as_json:
        click.echo(json.dumps({"name": name, "clips": clip_count, "strength": strength}))
    elif strength:
        click.echo(f"{name} has learned from {clip_count} clips. Measure it: otoscribe adapt evaluate {name}")
    else:
        click.echo(
            f"{name} changes nothing: what was learned from some of the {clip_count} clips did not help with the "
            "others. Try again with more recordings."
        )


def _train_from_corrections(
    author: str, model: str, language: str, device: str, minutes: float | None, as_json: bool
) -> None:
    from app.desk.learning import learn_from, require_author
    from app.records import RecordStore

    with RecordStore.open() as store, _progress(as_json) as show:
        promotion = learn_from(
            store,
            require_author(author),
            model,
            language,
            device=device,
            minutes=minutes,
            on_progress=lambda progress: show(progress.share, progress.doing, progress.remaining_s),
        )
    if as_json:
        click.echo(json.dumps({"name": promotion.name, "verdict": promotion.verdict.to_json()}))
        return
    _tell_verdict(promotion.name, promotion.verdict)
    if promotion.verdict.passed:
        click.echo(f"{model} now writes with {promotion.name}. The way back: otoscribe adapt rollback --model {model}")
    else:
        click.echo(f"{model} writes as before.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_adapters(as_json: bool) -> None:
    """Show the adapters, their models, and which are in use.

    \b
    Example:
      otoscribe adapt list --json
    """
    store = _adapters()
    rows = [
        {
            "name": a.name,
            "model": a.base,
            "in_use": a.is_in_use,
            "size_bytes": a.path.stat().st_size,
            "passed": (store.verdict(a.name) or {}).get("passed"),
        }
        for a in store.all()
    ]
    if as_json:
        click.echo(json.dumps({"adapters": rows}))
        return
    for row in rows:
        judged = "" if row["passed"] is None else "  passed" if row["passed"] else "  refused"
        used = "  in use" if row["in_use"] else ""
        click.echo(f"{row['name']}  of {row['model']}  {row['size_bytes']:,} bytes{judged}{used}")
    if not rows:
        click.echo("There are no adapters. Train one: otoscribe adapt train MANIFEST --name NAME")


@command.command("evaluate")
@click.argument("name")
@click.argument("manifest", type=click.Path(path_type=Path), required=False)
@click.option("--language", help="By default that of the settings.")
@click.option("--author", help="Whose corrections, without MANIFEST; by default the author named in the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_adapter(name: str, manifest: Path | None, language: str | None, author: str | None, as_json: bool) -> None:
    """Measure the adapter NAME beside its model on the clips of MANIFEST, which it must not have learned from; without
    MANIFEST, ask whether it helps you and harms nothing else.

    \b
    Example:
      otoscribe adapt evaluate mine
      otoscribe adapt evaluate mine test/manifest.jsonl
    """
    chosen = settings.load()
    language = language or _language(chosen.language)
    if manifest is not None:
        _measure_on_manifest(name, manifest, language, as_json)
        return
    from app.desk.learning import judge_adapter, require_author
    from app.records import RecordStore

    with RecordStore.open() as store, progress_bar() as show:
        verdict = judge_adapter(
            store,
            require_author(author or chosen.author),
            name,
            language,
            lambda progress: show(progress.share, progress.doing),
        )
    if as_json:
        click.echo(json.dumps(verdict.to_json()))
    else:
        _tell_verdict(name, verdict)


def _measure_on_manifest(name: str, manifest: Path, language: str, as_json: bool) -> None:
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
    if (store.verdict(name) or {}).get("passed") is False:
        click.echo(f"Note that {name} was refused before: otoscribe adapt status", err=True)
    click.echo(f"{store.get(name).base} now writes with {name}. The way back: otoscribe adapt rollback")


@command.command("rollback")
@click.option("--model", help="Of which model; by default that of the settings.")
def roll_back_adapter(model: str | None) -> None:
    """Go back to the adapter that was in use before, or to the plain model.

    \b
    Example:
      otoscribe adapt rollback --model otoscribe-base
    """
    model = model or settings.load().model_name
    used = _adapters().roll_back(model)
    click.echo(f"{model} now writes {f'with {used}' if used else 'as it was made'}.")


@command.command("status")
@click.option("--author", help="Whose corrections; by default the author named in the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_status(author: str | None, as_json: bool) -> None:
    """Say which adapter each model writes with, what is gathered to learn from, and what the last try came to.

    \b
    Example:
      otoscribe adapt status
    """
    from dataclasses import asdict

    from app.desk.learning import summarize, versions
    from app.records import RecordStore

    chosen = settings.load()
    author = author or chosen.author
    with RecordStore.open() as store:
        gathered = summarize(store.learning.clips(author))
    known = versions(author)
    used = {a.base: a.name for a in _adapters().all() if a.is_in_use}
    if as_json:
        last = known[0].verdict if known else None
        kept = {"on": chosen.learning, **asdict(gathered), "last": None if last is None else last.to_json()}
        click.echo(json.dumps({"in_use": used, "learning": kept}))
        return
    for base, name in used.items():
        click.echo(f"{base} writes with {name}.")
    if not used:
        click.echo("No adapter is in use.")
    click.echo(f"Corrections are {'gathered at signing' if chosen.learning else 'not gathered'}.")
    click.echo(
        f"{gathered.utterances} utterances: {gathered.misheard} words or phrases misheard, {gathered.rewritten} "
        f"rewritten, {gathered.doubtful} for you to decide; {gathered.usable} utterances can be learned from."
    )
    if known and known[0].verdict is not None:
        _tell_verdict(known[0].name, known[0].verdict)


@command.command("purge")
@click.option("--author", help="Whose corrections; by default the author named in the settings.")
def purge_corrections(author: str | None) -> None:
    """Remove all corrections that were gathered from you. Notes, recordings and adapters stay.

    \b
    Example:
      otoscribe adapt purge
    """
    from app.desk.learning import purge, require_author
    from app.records import RecordStore

    with RecordStore.open() as store:
        count = purge(store, require_author(author or settings.load().author))
    click.echo(f"What was gathered from {count} utterances is removed.")


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


def _tell_verdict(name: str, verdict: Verdict) -> None:
    """The verdict and every figure behind it."""
    click.echo(f"{name} {'helps you and harms nothing else' if verdict.passed else 'was refused'}:")
    for check in verdict.checks:
        click.echo(f"  {'ok     ' if check.passed else 'refused'}  {check.reason}")
    click.echo(f"  ({verdict.own_clips} of your utterances, {verdict.general_clips} of other people)")


def _language(chosen: str) -> str:
    """Training needs one language; where it is detected, corrections are taken to be English."""
    return "en" if chosen == "auto" else chosen


@contextlib.contextmanager
def _progress(as_json: bool) -> Iterator[Callable[[float, str, float | None], None]]:
    """A bar, or a line of JSON for each step."""
    if as_json:
        yield lambda share, doing, remaining_s: click.echo(
            json.dumps({"share": round(share, 4), "doing": doing, "remaining_s": remaining_s})
        )
        return
    with progress_bar() as show:
        yield lambda share, doing, remaining_s: show(
            share, doing if remaining_s is None else f"{doing}, {remaining_s / 60:.0f} minutes to go"
        )


def _adapters() -> AdapterStore:
    from adaptation.adapter_store import AdapterStore
    from app.paths import adapters_folder

    return AdapterStore(adapters_folder())


def _models() -> ModelStore:
    from app.paths import models_folder
    from speech.store import ModelStore

    return ModelStore(models_folder())
