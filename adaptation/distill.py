"""Teacher to student: a checkpoint with fewer decoder layers and tokens, or one that needs only the sound there is.

A student's labels are the written text where there is one, and elsewhere what the teacher wrote and believed with its
full 30 s. Either its decoder alone is taught, behind the teacher's own encoder (as Distil-Whisper is, Gandhi et al.
2023); dropping layers at once ruins students that are taught with few hours of sound, so they lose their say step by
step, while the others learn to do without. Or its encoder alone is taught to do without the silence up to 30 s that
Whisper was made with (after ACFT, FUTO 2024: a model with a short context learns to say what it says with the full
one). In both the teacher reads along: what it believes of its own texts, and the states behind that, are learned too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from adaptation.corpus import Clip, CorpusError
from adaptation.training import require_training
from adaptation.training.labels import LONGEST_S, label_clips
from adaptation.vocabulary import restrict_vocabulary, tokens_needed
from speech.audio import load_audio
from speech.context import REGISTERS_KEY, Silence
from speech.errors import OtoscribeError
from speech.recognizer import Recognizer
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings, read_checkpoint

if TYPE_CHECKING:
    from adaptation.training.batches import Batches, Example
    from adaptation.training.loop import LoopOptions, Step
    from adaptation.training.network import Network
    from speech.store import InstalledModel

MIN_PADDING_S = 0.5  # what students are taught to need behind the speech
REPORT_FILE = "report.json"
_PROBES = 32
_PEOPLE_S = 8.0  # replayed clips from this length on lend their voices to the background


@dataclass(frozen=True)
class Preset:
    """How many decoder layers the student has; None keeps the teacher's. With `short_context` the encoder learns, and
    silence need not follow the speech for more than MIN_PADDING_S. `strength` is the share of what was learned that
    the student gets: between its weights and the teacher's lie some that know the new and forget less of the old
    (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models")."""

    name: str
    decoder_layers: int | None = None
    short_context: bool = False
    strength: float = 1.0
    learning_rate: float = 3e-5

    @property
    def min_padding_s(self) -> float | None:
        """What the student's manifest says."""
        return MIN_PADDING_S if self.short_context else None


_PRESETS = (
    Preset("context", short_context=True, learning_rate=4e-6),
    Preset("decoder", strength=0.6),
    *(Preset(f"decoder-{n}", n) for n in (5, 4, 3, 2)),
)
PRESETS = {preset.name: preset for preset in _PRESETS}


@dataclass(frozen=True)
class DistillOptions:
    """`words`: texts whose tokens the student keeps (none: all of the teacher's). `highest_wer`: of a replayed clip's
    known text against what the teacher wrote."""

    preset: Preset
    language: str = "en"
    epochs: int = 4
    learning_rate: float | None = None  # the preset's
    batch_seconds: float = 40.0
    highest_wer: float = 0.15
    seed: int = 0
    words: Sequence[str] = field(default=(), repr=False)


def distill(
    teacher: InstalledModel,
    data: Sequence[Clip],
    replay: Sequence[Clip],
    folder: Path,
    options: DistillOptions,
    *,
    device: str = "cpu",
    on_labels: Callable[[float], None] | None = None,
    on_heard: Callable[[float], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Checkpoint:
    """Trains a student and leaves labels, states, the curve and report.json in `folder`; a run that was killed goes on.

    `data` are clips whose text is learned as written, `replay` such as keep what the teacher knows: general speech,
    labelled by the teacher. CorpusError when there is nothing to learn from; OtoscribeError when memory runs out.
    """
    require_training()
    import torch

    from adaptation.training.loop import LoopOptions, train
    from adaptation.training.network import Network
    from adaptation.training.teacher import Teacher

    started = time.time()
    folder.mkdir(parents=True, exist_ok=True)
    examples = _read_data(data, options) + _label(teacher, [*replay, *_untold(data)], folder, options, on_labels)
    if not examples:
        raise CorpusError("No clip can be learned from", "Give clips with text, or longer speech for --replay.")
    checkpoint, numbers = _student(read_checkpoint(teacher.checkpoint_folder), options)
    examples = [_renumber(example, numbers) for example in examples]
    torch.manual_seed(options.seed)
    network = Network(_with_registers(checkpoint, options.preset)).to(device).eval()
    texts = _Texts.of(network.template, teacher.min_padding_s, options)
    if options.preset.short_context:
        network.teach_encoder_alone()
    else:
        network.teach_decoder_alone()
    if options.preset.short_context or device != "cpu":
        batches = texts.batches(examples, varied=True)
        probe = texts.batches(_probe(examples, options.seed), varied=False)
    else:
        batches, probe = _heard_batches(teacher, examples, texts, folder, on_heard)
    reading = Teacher(Network(checkpoint).to(device), hears=options.preset.short_context)
    loop = LoopOptions(
        epochs=options.epochs,
        learning_rate=options.learning_rate or options.preset.learning_rate,
        faded=_layers_to_fade(network, options.preset.decoder_layers, probe),
    )
    try:
        train(network, batches, folder, loop, teacher=reading, device=torch.device(device), on_step=on_step)
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise OtoscribeError(
            "The memory is full", "Give --batch-seconds a smaller number and run the same command again: it goes on."
        ) from error
    _report(folder, teacher, data, replay, examples, options, loop, time.time() - started)
    return _mix(network.template, network.checkpoint(), options.preset.strength)


def _mix(before: Checkpoint, after: Checkpoint, strength: float) -> Checkpoint:
    if strength == 1.0:
        return after
    mixed = {name: strength * after.tensor(name) + (1 - strength) * before.tensor(name) for name in after.tensors}
    return replace(after, tensors=mixed)


@dataclass(frozen=True)
class _Texts:
    """What makes batches of examples."""

    vocabulary: Vocabulary
    prompt: tuple[int, ...]
    mels: int
    silence: Silence
    options: DistillOptions

    @classmethod
    def of(cls, checkpoint: Checkpoint, min_padding_s: float | None, options: DistillOptions) -> _Texts:
        """What is taught needs as much silence as its preset or, behind an encoder that stays, its teacher."""
        vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
        prompt = tuple(vocabulary.prompt(options.language))
        silence = Silence.of(checkpoint.config, options.preset.min_padding_s or min_padding_s)
        return cls(vocabulary, prompt, checkpoint.config["num_mel_bins"], silence, options)

    def batches(self, examples: Sequence[Example], *, varied: bool) -> Batches:
        """Batches of sound."""
        from adaptation.training.batches import Batches, BatchOptions

        seed = self.options.seed
        options = BatchOptions(self.options.batch_seconds, self.silence, seed=seed)
        if not varied:
            options = replace(options, joined=0.0, cut=0.0)
        augmentation = _augmentation(examples, seed) if varied else None
        return Batches(examples, self.vocabulary, self.prompt, self.mels, augmentation, options)

    def heard_batches(self, examples: Sequence[Example]) -> Batches:
        """Batches of what an encoder made of them."""
        from adaptation.training.batches import BatchOptions
        from adaptation.training.hearing import HeardBatches

        options = BatchOptions(self.options.batch_seconds, self.silence, seed=self.options.seed)
        return HeardBatches(examples, self.vocabulary, self.prompt, self.mels, None, options)


def _heard_batches(
    teacher: InstalledModel,
    examples: list[Example],
    texts: _Texts,
    folder: Path,
    on_heard: Callable[[float], None] | None,
) -> tuple[Batches, Batches]:
    """The same of what the teacher's int8 encoder, which will be the student's, makes of examples that vary once."""
    from adaptation.training.hearing import hear
    from speech.backends.onnx import OnnxBackend

    encoder = OnnxBackend(teacher.graph_folder("int8"), precision="int8")
    varied = texts.batches(examples, varied=True).vary(0)
    heard = hear(encoder, varied, texts.mels, texts.silence, folder / "memories", on_heard)
    return texts.heard_batches(heard), texts.heard_batches(_probe(heard, texts.options.seed))


def _layers_to_fade(network: Network, wanted: int | None, probe: Batches) -> tuple[int, ...]:
    """The decoder layers whose absence raises the loss least, found one after the other.

    They differ by orders of magnitude, and not by their place: without the fourth layer whisper-base loses 0.1 nats a
    token, without its second 11.
    """
    layers = len(network.fading)
    wanted = wanted or layers
    if not 2 <= wanted <= layers:
        raise OtoscribeError(f"A decoder of {layers} layers cannot become one of {wanted}", "Choose another preset.")
    gone: list[int] = []
    while layers - len(gone) > wanted:
        left = (index for index in range(layers) if index not in gone)
        gone.append(min(left, key=lambda index: _loss_without([*gone, index], network, probe)))
    return tuple(sorted(gone))


def _loss_without(gone: list[int], network: Network, probe: Batches) -> float:
    import torch

    from adaptation.training.losses import LossWeights, mean_loss

    network.fading = [0.0 if index in gone else 1.0 for index in range(len(network.fading))]
    with torch.no_grad():
        loss = mean_loss(network, probe, LossWeights(), next(network.parameters()).device)
    network.fading = [1.0] * len(network.fading)
    return loss


def _probe(examples: list[Example], seed: int) -> list[Example]:
    """A few examples, by which layers are chosen."""
    drawn = np.random.default_rng(seed).permutation(len(examples))[:_PROBES]
    return [examples[int(index)] for index in drawn]


def _with_registers(checkpoint: Checkpoint, preset: Preset) -> Checkpoint:
    """The checkpoint with those of its encoder in its config, where that learns to need little silence."""
    from adaptation.training.network import Network
    from adaptation.training.registers import find_registers

    if not preset.short_context or REGISTERS_KEY in checkpoint.config:
        return checkpoint
    registers = find_registers(Network(checkpoint), checkpoint.config["num_mel_bins"])
    return replace(checkpoint, config={**checkpoint.config, REGISTERS_KEY: list(registers)})


def _read_data(data: Sequence[Clip], options: DistillOptions) -> list[Example]:
    """An encoder that learns to do without silence is to hear what the teacher hears, whatever is written."""
    from adaptation.training.batches import Example

    waveforms = [(load_audio(clip.audio), clip.text) for clip in data if clip.text]
    taught = options.preset.short_context
    return [
        Example(w.samples, text, is_taught=taught) for w, text in waveforms if text and 0.1 <= w.duration_s <= LONGEST_S
    ]


def _untold(data: Sequence[Clip]) -> list[Clip]:
    return [clip for clip in data if not clip.text]


def _label(
    teacher: InstalledModel,
    clips: Sequence[Clip],
    folder: Path,
    options: DistillOptions,
    on_labels: Callable[[float], None] | None,
) -> list[Example]:
    from adaptation.training.batches import load_example

    if not clips:
        return []
    recognizer = Recognizer.open(teacher)
    labels = label_clips(
        recognizer,
        clips,
        folder / "labels.jsonl",
        language=options.language,
        highest_wer=options.highest_wer,
        on_progress=on_labels,
    )
    return [example for label in labels if (example := load_example(label)) is not None]


def _student(checkpoint: Checkpoint, options: DistillOptions) -> tuple[Checkpoint, Any]:
    if not options.words:
        return checkpoint, np.arange(checkpoint.config["vocab_size"])
    forms = {form for word in options.words for form in (word, word.lower(), word.capitalize())}
    texts = [prefix + form for form in forms for prefix in ("", " ")]
    return restrict_vocabulary(checkpoint, tokens_needed(checkpoint.tokenizer, texts), (options.language,))


def _renumber(example: Example, numbers: Any) -> Example:
    from adaptation.training.batches import restrict

    return restrict(example, numbers)


def _augmentation(examples: Sequence[Example], seed: int) -> Any:
    from adaptation.augmentation import Augmentation, babble

    people = [example.samples for example in examples if example.duration_s >= _PEOPLE_S]
    if not people:
        return Augmentation()
    draw = np.random.default_rng(seed)
    return Augmentation(voices=lambda length: babble(people, draw, length))


def _report(
    folder: Path,
    teacher: InstalledModel,
    data: Sequence[Clip],
    replay: Sequence[Clip],
    examples: Sequence[Example],
    options: DistillOptions,
    loop: LoopOptions,
    took_s: float,
) -> None:
    digest = hashlib.sha256("".join(f"{clip.name}\t{clip.text}\n" for clip in [*data, *replay]).encode()).hexdigest()
    settings = {name: value for name, value in asdict(options).items() if name != "words"}
    value = {
        "teacher": {"name": teacher.name, "revision": teacher.revision},
        "data": {"clips": len(data), "replayed": len(replay), "sha256_of_names_and_texts": digest},
        "learned_from": {"examples": len(examples), "minutes": round(sum(e.duration_s for e in examples) / 60, 1)},
        "options": {**settings, "words": len(options.words)},
        "loop": asdict(loop),
        "versions": {name: version(name) for name in ("otoscribe", "torch", "transformers", "audiomentations")},
        "took_s": round(took_s),
    }
    (folder / REPORT_FILE).write_text(json.dumps(value, indent=1), encoding="utf-8")
