"""Fine-tuning a model for a domain or an author: low-rank adapters, with replay so that nothing else is forgotten."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import safetensors

from adaptation.adapters import Adapter, weights_digest
from adaptation.corpus import Clip, CorpusError
from adaptation.own_writing import in_own_writing
from adaptation.training import require_training
from speech.errors import OtoscribeError
from speech.recognizer import Recognizer

if TYPE_CHECKING:
    from adaptation.training.batches import Example
    from adaptation.training.lessons import Advance
    from speech.store import InstalledModel

EVERY_MATRIX = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")  # of a layer
_LONGEST_S = 29.5
_SHORTEST_S = 0.1
_HELD_OUT_SHARE = 0.15
_FEWEST_SPEAKERS = 3  # of whom some are held out


@dataclass(frozen=True)
class FinetuneOptions:
    """`rank` of the adapter and the `matrices` of each layer that it changes; `decoder` is how fast the decoder learns
    beside the encoder; `replay` is the share of general speech in what is learned from, `joined` that of examples that
    become several clips in a row; `minutes` the time after which it ends with what it has."""

    rank: int = 16
    matrices: tuple[str, ...] = EVERY_MATRIX
    decoder: float = 0.4
    replay: float = 0.3
    joined: float = 0.0
    epochs: int = 4
    learning_rate: float = 6e-4
    batch_seconds: float = 12.0
    language: str = "en"
    seed: int = 0
    minutes: float | None = None

    @classmethod
    def suited_to(cls, clips: Sequence[Clip], language: str, minutes: float | None) -> FinetuneOptions:
        """Many speakers with their texts teach how to write as much as how to hear, a voice or two less so."""
        if not _are_many({clip.speaker or "" for clip in clips}):
            return cls(language=language, minutes=minutes)
        return cls(
            decoder=1.0,
            replay=0.5,
            joined=0.25,
            epochs=3,
            learning_rate=4e-4,
            batch_seconds=32.0,
            language=language,
            minutes=minutes,
        )


def finetune(
    model: InstalledModel,
    clips: Sequence[Clip],
    replay: Sequence[Clip],
    folder: Path,
    options: FinetuneOptions,
    *,
    device: str = "cpu",
    on_advance: Callable[[Advance], None] = lambda advance: None,
) -> Adapter:
    """An adapter from clips with their text; `replay` are clips of general speech with text. A killed run goes on.

    Of three speakers or more some are held out to end the training in time. Of fewer, learned are the words of a text
    that the model mishears: the rest stays in its own writing. Parts of their clips are left out in turn to find the
    strength of the change that lowers the loss most on what it was not learned from: none, where nothing does.

    CorpusError when fewer than two clips can be used; OtoscribeError when memory runs out.
    """
    require_training()
    from adaptation.training.curve import read_curve
    from adaptation.training.lessons import Lessons, choose_strength
    from adaptation.training.loop import CURVE_FILE

    started = time.monotonic()
    learned, held_out, general = read_examples(model, clips, replay, options)
    folder = folder / _digest([*learned, *held_out], options)
    with _explained(folder):
        lessons = Lessons(model, general, folder, options, device, on_advance)
        examples = [example for _, example in learned]
        if held_out:
            strength, losses = 1.0, dict[str, float]()
            network = lessons.learn("whole", examples, [example for _, example in held_out])
        else:
            strength, losses = choose_strength(lessons, examples)
            network = lessons.learn("whole", examples) if strength else lessons.beginning()
    report = {
        "clips": len(learned),
        "held_out": len(held_out),
        "replayed": len(general),
        "minutes": round(sum(example.duration_s for example in examples) / 60, 2),
        "strength": strength,
        "losses": losses,
        "options": asdict(options),
        "versions": {name: version(name) for name in ("otoscribe", "torch", "transformers", "peft")},
        "curve": read_curve(folder / "whole" / CURVE_FILE),
        "took_s": round(time.monotonic() - started),
    }
    return Adapter(model.name, weights_digest(model.checkpoint_folder), network.changes(strength), report)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turns what the memory and the disk refuse into OtoscribeError."""
    import torch

    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise OtoscribeError(
            "The memory is full", "Close other programs and run the same command again: it goes on where it was."
        ) from error
    except (OSError, safetensors.SafetensorError) as error:
        raise OtoscribeError(
            f"The training cannot be kept in {folder}",
            "Free some space and run the same command again; what writes now is unchanged.",
        ) from error


Spoken = tuple[str, "Example"]  # speaker and clip


def read_examples(
    model: InstalledModel, clips: Sequence[Clip], replay: Sequence[Clip], options: FinetuneOptions
) -> tuple[list[Spoken], list[Spoken], list[Example]]:
    """What is learned from, what is held out, and the general speech beside it; CorpusError as `finetune`."""
    if not _are_many({clip.speaker or "" for clip in clips}):
        clips = _in_own_writing(model, clips, options.language)
    learned, held_out = _split(_usable(clips), options.seed)
    drawn = _drawn(replay, sum(example.duration_s for _, example in learned), options)
    return learned, held_out, [e for _, e in _usable(_in_own_writing(model, drawn, options.language))]


def _drawn(replay: Sequence[Clip], own_s: float, options: FinetuneOptions) -> list[Clip]:
    """As much general speech as makes up its share of what is learned from, of clips that can be used."""
    drawn, left_s = [], own_s * options.replay / (1.0 - options.replay)
    for index in np.random.default_rng(options.seed).permutation(len(replay)):
        if left_s <= 0.0:
            break
        for _, example in _usable([replay[int(index)]]):
            drawn.append(replay[int(index)])
            left_s -= example.duration_s
    return drawn


def _in_own_writing(model: InstalledModel, clips: Sequence[Clip], language: str) -> list[Clip]:
    recognizer = Recognizer.open(model)
    return [
        replace(clip, text=in_own_writing(recognizer.transcribe(clip.load(), language=language).text, clip.text))
        for clip in clips
        if clip.text
    ]


def _usable(clips: Sequence[Clip]) -> list[Spoken]:
    from adaptation.training.batches import Example

    found = []
    for clip in clips:
        if clip.text:
            waveform = clip.load()
            if _SHORTEST_S <= waveform.duration_s <= _LONGEST_S:
                found.append((clip.speaker or "", Example(waveform.samples, clip.text)))
    return found


def _split(clips: list[Spoken], seed: int) -> tuple[list[Spoken], list[Spoken]]:
    """(learned from, held out): whole speakers, or none."""
    if len(clips) < 2:
        raise CorpusError(
            "Fewer than two clips have a text and a length of 0.1 to 29.5 s", "Give more recordings with their text."
        )
    speakers = sorted({speaker for speaker, _ in clips})
    if not _are_many(set(speakers)):
        return clips, []
    count = max(1, round(_HELD_OUT_SHARE * len(speakers)))
    chosen = {speakers[int(index)] for index in np.random.default_rng(seed).permutation(len(speakers))[:count]}
    return [c for c in clips if c[0] not in chosen], [c for c in clips if c[0] in chosen]


def _are_many(speakers: set[str]) -> bool:
    return len(speakers) >= _FEWEST_SPEAKERS


def _digest(clips: Sequence[Spoken], options: FinetuneOptions) -> str:
    """What a training that goes on must have in common with the one that was killed."""
    digest = hashlib.sha256(repr(replace(options, minutes=None)).encode())
    for _, example in clips:
        digest.update(f"{len(example.samples)} {example.text}\n".encode())
        digest.update(example.samples.tobytes())
    return digest.hexdigest()[:16]
