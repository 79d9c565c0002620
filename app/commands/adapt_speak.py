"""otoscribe adapt speak: texts or terms, spoken on this machine, as clips to learn from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.progress import progress_bar

if TYPE_CHECKING:
    from adaptation.synthesis.scripts import Source

_SHOWN = 5


@click.command("speak")
@click.argument("text_or_lexicon")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder for the clips.")
@click.option(
    "--voice",
    "voices",
    multiple=True,
    help="A package that carries a voice, or the .onnx file of a Piper voice; may be given several times.  "
    "[default: hibari-tts]",
)
@click.option(
    "--count", type=click.IntRange(min=1), help="Clips; by default one of each sentence or term, up to 1,000."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other sentences and paces.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line for each clip done, then the result.")
def speak_texts(
    text_or_lexicon: str, output: Path, voices: tuple[str, ...], count: int | None, seed: int, as_json: bool
) -> None:
    """Let a voice speak the sentences of a text file, or the terms of a lexicon or list in sentences, so that a model
    can learn from writing alone. English only. A run that was cut off goes on with the same command.

    \b
    Example:
      otoscribe adapt speak my-notes.txt --output spoken
      otoscribe adapt train spoken/manifest.jsonl --name notes
    """
    from adaptation.synthesis import DEFAULT_VOICE, open_voice, speak, write_scripts

    scripts, unspoken = write_scripts(_source(text_or_lexicon), count, seed)
    opened = [open_voice(name) for name in voices or (DEFAULT_VOICE,)]
    with progress_bar() as show:

        def tell(done: int, total: int, remaining_s: float) -> None:
            if as_json:
                click.echo(json.dumps({"done": done, "clips": total, "remaining_s": round(remaining_s, 1)}))
            else:
                show(done / total, f"{done} of {total} clips, {remaining_s / 60:.0f} minutes to go")

        dictation = speak(scripts, opened, output, seed, tell)
    left_out = [*unspoken, *dictation.left_out]
    if as_json:
        result = {"manifest": str(dictation.manifest), "clips": dictation.clips}
        click.echo(json.dumps(result | {"duration_s": round(dictation.duration_s, 1), "left_out": left_out}))
        return
    for line in left_out[:_SHOWN]:
        click.echo(line, err=True)
    if len(left_out) > _SHOWN:
        click.echo(f"{len(left_out) - _SHOWN} more were left out.", err=True)
    click.echo(
        f"Clips: {dictation.clips}, {dictation.duration_s / 60:.1f} minutes. "
        f"Learn from them: otoscribe adapt train {dictation.manifest} --name NAME"
    )


def _source(text_or_lexicon: str) -> Source:
    """The lexicon of this name, else the file."""
    from adaptation.lexicon import LexiconStore
    from adaptation.synthesis import read_source
    from app.paths import lexicons_folder, site_lexicons_folder

    store = LexiconStore(lexicons_folder(), site=site_lexicons_folder())
    if text_or_lexicon in {item.name for item in store.listed()}:
        return store.load(text_or_lexicon).terms
    return read_source(Path(text_or_lexicon))
