"""otoscribe distill: a smaller, faster student from a larger teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.progress import progress_bar
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from adaptation.corpus import Clip
    from adaptation.distill import DistillOptions
    from speech.store import InstalledModel
    from speech.weights import Checkpoint


@click.command()
@click.option("--teacher", default="whisper-base", show_default=True, help="An installed model.")
@click.option("--preset", required=True, help="decoder; decoder-5, -4, -3, -2 for fewer layers; or context.")
@click.option(
    "--data", multiple=True, type=click.Path(path_type=Path), help="Manifest of clips whose text is learned as written."
)
@click.option(
    "--replay", multiple=True, type=click.Path(path_type=Path), help="Manifest of speech that the teacher labels."
)
@click.option("--name", required=True, help="What the student is called in the model store.")
@click.option("--language", default="en", show_default=True)
@click.option("--words", type=click.Path(path_type=Path), help="Text file: keep only the tokens that its lines need.")
@click.option("--epochs", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--batch-seconds", type=click.FloatRange(min=1.0), default=64.0, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
def command(
    teacher: str,
    preset: str,
    data: tuple[Path, ...],
    replay: tuple[Path, ...],
    name: str,
    language: str,
    words: Path | None,
    epochs: int,
    batch_seconds: float,
    seed: int,
    device: str,
) -> None:
    """Teach a student what TEACHER knows, from clips with text (--data) and general speech (--replay).

    The decoder presets teach what writes and leave what hears as it is; context teaches what hears to need half a
    second of silence behind the speech instead of Whisper's 30 s. A run that was killed goes on when the same command
    is given again.

    \b
    Example:
      otoscribe distill --teacher whisper-base --preset decoder-5 --data notes/manifest.jsonl \\
          --replay librispeech/manifest.jsonl --name mine
      otoscribe transcribe letter.m4a --model mine
    """
    from adaptation.corpus import read_manifest
    from adaptation.distill import PRESETS, DistillOptions
    from app.paths import models_folder, trainings_folder
    from speech.store import ModelFacts, ModelStore
    from speech.weights import write_checkpoint

    if preset not in PRESETS:
        raise click.UsageError(f"There is no preset {preset!r}. Choose from: {', '.join(PRESETS)}.")
    if not data and not replay:
        raise click.UsageError("Give speech to learn from with --data or --replay.")
    store = ModelStore(models_folder())
    store.require_free(name)
    options = DistillOptions(
        PRESETS[preset],
        language=language,
        epochs=epochs,
        batch_seconds=batch_seconds,
        seed=seed,
        words=_read_words(words) if words is not None else (),
    )
    clips, replayed = ([clip for path in paths for clip in read_manifest(path)] for paths in (data, replay))
    model = store.open(teacher)
    folder = trainings_folder() / name
    student = _teach(model, (clips, replayed), folder, options, device)
    taught, padding_s = f"taught by {model.name}", options.preset.min_padding_s or model.min_padding_s
    facts = ModelFacts(name, name, model.licence, taught, languages=(language,), min_padding_s=padding_s)
    write_checkpoint(student, folder / "checkpoint")
    made = store.import_folder(folder / "checkpoint", facts=facts)
    click.echo(f"{name} is ready ({made.size_bytes / 1e6:.0f} MB): otoscribe transcribe AUDIO --model {name}")
    click.echo(f"What was done is written in {folder}.", err=True)


def _teach(
    teacher: InstalledModel,
    clips: tuple[list[Clip], list[Clip]],
    folder: Path,
    options: DistillOptions,
    device: str,
) -> Checkpoint:
    from adaptation.distill import distill

    with progress_bar() as show:
        return distill(
            teacher,
            *clips,
            folder,
            options,
            device=device,
            on_labels=lambda share: show(share, "the teacher listens"),
            on_heard=lambda share: show(share, "the student listens"),
            on_step=lambda step: show(
                step.step / step.steps, f"loss {step.loss:.3f}, {step.remaining_s / 60:.0f} minutes to go"
            ),
        )


def _read_words(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise OtoscribeError(f"The words in {path} cannot be read", "Give a UTF-8 text file, a word a line.") from error
