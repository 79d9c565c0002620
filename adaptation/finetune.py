"""Fine-tuning a model for a domain or an author: low-rank adapters, with replay so that nothing else is forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors

from adaptation.adapters import Adapter, weights_digest
from adaptation.corpus import Clip, CorpusError
from adaptation.training import require_training
from speech.errors import OtoscribeError
from speech.vocabulary import Vocabulary
from speech.weights import ModelSettings, read_checkpoint

if TYPE_CHECKING:
    from adaptation.training.batches import Example
    from adaptation.training.loop import Step
    from adaptation.training.network import Network
    from speech.store import InstalledModel

_LONGEST_S = 29.5
_SHORTEST_S = 0.1
_HELD_OUT_SHARE = 0.15
_FEWEST_SPEAKERS = 3  # of whom some are held out


@dataclass(frozen=True)
class FinetuneOptions:
    """`rank` and `modules` of the adapter; `replay` is the share of general speech in what is learned from; `minutes`
    the time after which it ends with the best so far."""

    rank: int = 16
    modules: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
    replay: float = 0.5
    epochs: int = 3
    learning_rate: float = 4e-4
    batch_seconds: float = 32.0
    language: str = "en"
    seed: int = 0
    minutes: float | None = None


def finetune(
    model: InstalledModel,
    clips: Sequence[Clip],
    replay: Sequence[Clip],
    folder: Path,
    options: FinetuneOptions,
    *,
    device: str = "cpu",
    on_step: Callable[[Step], None] | None = None,
) -> Adapter:
    """An adapter from clips with their text; `replay` are clips of general speech with text. A killed run goes on.

    Of three speakers or more some are held out to end the training in time; clips of one speaker tell nothing about
    others, and are too few to spare. CorpusError when fewer than two clips can be used; OtoscribeError when memory runs
    out.
    """
    require_training()
    import torch

    from adaptation.training.batches import Batches, BatchOptions
    from adaptation.training.loop import LoopOptions, train
    from adaptation.training.network import Network

    started = time.monotonic()
    learned, held_out = _split(_usable(clips), options.seed)
    checkpoint = read_checkpoint(model.checkpoint_folder)
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    examples = [example for _, example in learned]
    examples += _drawn(_usable(replay), examples, options)
    padding = (0.1, 1.5) if model.min_padding_s is not None else None
    batching = BatchOptions(seconds=options.batch_seconds, padding_s=padding, seed=options.seed)
    whole = BatchOptions(seconds=options.batch_seconds, padding_s=padding, joined=0.0, cut=0.0, seed=options.seed)
    prompt, mels = vocabulary.prompt(options.language), checkpoint.config["num_mel_bins"]
    torch.manual_seed(options.seed)
    network = Network(checkpoint)
    _insert(network, options)
    with _explained(folder):
        train(
            network,
            Batches(examples, vocabulary, prompt, mels, _augmentation(), batching),
            folder,
            LoopOptions(epochs=options.epochs, learning_rate=options.learning_rate, weight_decay=0.0),
            held_out=Batches([e for _, e in held_out], vocabulary, prompt, mels, None, whole) if held_out else None,
            device=torch.device(device),
            minutes=options.minutes,
            on_step=on_step,
        )
    report = {
        "clips": len(learned),
        "held_out": len(held_out),
        "replayed": len(examples) - len(learned),
        "minutes": round(sum(e.duration_s for e in examples) / 60, 2),
        "options": asdict(options),
        "took_s": round(time.monotonic() - started),
    }
    return Adapter(model.name, weights_digest(model.checkpoint_folder), _matrices(network), report)


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
    if len(speakers) < _FEWEST_SPEAKERS:
        return clips, []
    count = max(1, round(_HELD_OUT_SHARE * len(speakers)))
    chosen = {speakers[int(index)] for index in np.random.default_rng(seed).permutation(len(speakers))[:count]}
    return [c for c in clips if c[0] not in chosen], [c for c in clips if c[0] in chosen]


def _drawn(replay: list[Spoken], examples: Sequence[Example], options: FinetuneOptions) -> list[Example]:
    """As much general speech as makes up the share that `options` ask for."""
    if not replay or not 0.0 < options.replay < 1.0:
        return []
    wanted_s = sum(e.duration_s for e in examples) * options.replay / (1.0 - options.replay)
    drawn: list[Example] = []
    for index in np.random.default_rng(options.seed).permutation(len(replay)):
        if sum(e.duration_s for e in drawn) >= wanted_s:
            break
        drawn.append(replay[int(index)][1])
    return drawn


def _augmentation() -> Any:
    from adaptation.augmentation import Augmentation, AugmentationOptions

    return Augmentation(AugmentationOptions(noise=0.2, voices=0.0, hum=0.05, band=0.05, lowest_snr_db=10.0))


def _insert(network: Network, options: FinetuneOptions) -> None:
    import peft

    network.requires_grad_(False)
    config = peft.LoraConfig(r=options.rank, lora_alpha=options.rank, target_modules=list(options.modules))
    peft.inject_adapter_in_model(config, network.whisper)


def _matrices(network: Network) -> dict[str, tuple[Any, Any]]:
    """(up, down) of every adapted matrix by its name in the checkpoint."""
    ending = ".lora_A.default.weight"
    parameters = dict(network.whisper.named_parameters())
    matrices = {}
    for name, down in parameters.items():
        if name.endswith(ending):
            up = parameters[name.replace("lora_A", "lora_B")]
            pair = up.detach().float().cpu().numpy(), down.detach().float().cpu().numpy()
            matrices[f"{name.removesuffix(ending)}.weight"] = pair
    return matrices
