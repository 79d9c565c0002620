"""otoscribe models: which models there are, fetching, importing, exporting, checking and removing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.paths import models_folder
from app.progress import progress_bar
from speech.errors import ModelError

if TYPE_CHECKING:
    from speech.store import CatalogueEntry, InstalledModel, ModelStore

EXPORT_FORMATS = ("bundle", "ggml", "ctranslate2", "onnx", "safetensors")


@click.group()
def command() -> None:
    """List, fetch, import, export, verify and remove models.

    \b
    Example:
      otoscribe models pull whisper-base
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """Show the models that are installed and those that can be fetched by name.

    Any other Whisper repository of the Hugging Face hub can be fetched as OWNER/NAME.

    \b
    Example:
      otoscribe models list --json
    """
    rows = _rows(_store())
    if as_json:
        click.echo(json.dumps({"models": rows}, ensure_ascii=False))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        size = f"{row['size_bytes'] / 1_000_000:,.0f} MB" if row["size_bytes"] else ""
        click.echo(f"{row['name']:<{width}}  {row['state']:<13}  {size:>9}  {row['licence']:<10}  {row['title']}")


@command.command("pull")
@click.argument("name", default="whisper-base")
def pull_model(name: str) -> None:
    """Fetch and build the model NAME of the catalogue, or a Whisper repository OWNER/NAME of the hub.

    An interrupted pull continues where it was. Behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL or
    HF_ENDPOINT, for your own certificates REQUESTS_CA_BUNDLE.

    \b
    Examples:
      otoscribe models pull
      otoscribe models pull distil-whisper/distil-small.en
    """
    with progress_bar() as on_progress:
        model = _store().pull(name, on_progress)
    _tell_installed(model)


@command.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--name", help="Name for a model imported from a folder; by default that of the folder.")
def import_model(path: Path, name: str | None) -> None:
    """Install a model without network: from a bundle (.zip) or from a folder.

    The folder holds a Whisper model in Hugging Face form (safetensors) or in CTranslate2 form (model.bin).

    \b
    Examples:
      otoscribe models import whisper-base.zip
      otoscribe models import /media/usb/my-fine-tune --name cardiology
    """
    if name is not None and path.is_file():
        raise click.UsageError("--name is for folders; a bundle brings its own name.")
    with progress_bar() as on_progress:
        if path.is_dir():
            model = _store().import_folder(path, name, on_progress)
        else:
            model = _store().import_bundle(path, on_progress)
    _tell_installed(model)


@command.command("export")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), default="bundle", show_default=True)
def export_model(name: str, path: Path, form: str) -> None:
    """Write the installed model NAME to PATH, for machines without network or for other programs.

    bundle is a file for `otoscribe models import`, ggml one for whisper.cpp. The others are folders: ctranslate2 for
    faster-whisper, safetensors for transformers, onnx the graphs in fp32. In a PATH that is a folder already the model
    gets its own name.

    \b
    Examples:
      otoscribe models export whisper-base /media/usb/whisper-base.zip
      otoscribe models export whisper-base whisper-base.bin --format ggml
    """
    with progress_bar() as on_progress:
        if form == "bundle":
            written = _store().export_bundle(name, path, on_progress)
        else:
            from speech.export import export_model

            written = export_model(_store(), name, path, form, on_progress)
    files = [written] if written.is_file() else written.iterdir()
    click.echo(f"Wrote {written} ({sum(file.stat().st_size for file in files) / 1_000_000:,.0f} MB).")


@command.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify_models(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Compare every file of the models (by default all) with its SHA-256; exit 1 when one is damaged.

    \b
    Example:
      otoscribe models verify whisper-base
    """
    store = _store()
    chosen = names or tuple(sorted({model.name for model in store.installed()} | set(store.damaged())))
    problems: dict[str, list[str]] = {}
    for name in chosen:
        with progress_bar() as on_progress:
            problems[name] = store.verify(name, on_progress)
    damaged = [name for name, found in problems.items() if found]
    if as_json:
        found = [{"name": name, "problems": problems[name]} for name in chosen]
        click.echo(json.dumps({"models": found}, ensure_ascii=False))
        context.exit(1 if damaged else 0)
    for name in chosen:
        click.echo(f"{name}: " + ("; ".join(problems[name]) or "whole"))
    if damaged:
        raise ModelError(f"Damaged: {', '.join(damaged)}", f"Fetch again with: otoscribe models pull {damaged[0]}")


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove_models(names: tuple[str, ...]) -> None:
    """Remove installed models, and what interrupted pulls of them left behind.

    \b
    Example:
      otoscribe models remove whisper-tiny.en
    """
    store = _store()
    for name in names:
        store.remove(name)
        click.echo(f"Removed {name}.")


def _store() -> ModelStore:
    from speech.store import ModelStore

    return ModelStore(models_folder())


def _rows(store: ModelStore) -> list[dict[str, Any]]:
    installed = {model.name: model for model in store.installed()}
    damaged = set(store.damaged())
    entries = {entry.name: entry for entry in store.available()}
    names = [*entries, *sorted((set(installed) | damaged) - set(entries))]
    return [_row(name, installed.get(name), entries.get(name), name in damaged) for name in names]


def _row(name: str, model: InstalledModel | None, entry: CatalogueEntry | None, is_damaged: bool) -> dict[str, Any]:
    known = model or entry
    state = "installed" if model else "damaged" if is_damaged else "not installed"
    return {
        "name": name,
        "state": state,
        "title": known.title if known else name,
        "licence": known.licence if known else "",
        "languages": list(known.languages) if known else [],
        "min_padding_s": known.min_padding_s if known else None,
        "origin": entry.origin if entry else model.source if model else "",
        "revision": model.revision if model else None,
        "size_bytes": model.size_bytes if model else entry.installed_bytes if entry else None,
        "download_bytes": entry.download_bytes if entry else None,
        "precisions": list(model.precisions) if model else [],
        "folder": str(model.folder) if model else None,
    }


def _tell_installed(model: InstalledModel) -> None:
    size = model.size_bytes / 1_000_000
    click.echo(f"{model.name} is installed ({size:,.0f} MB, licence {model.licence}) in {model.folder}.")
