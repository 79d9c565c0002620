"""What the gate makes of good corrections and of poisoned ones: real trainings, real clips.

    python benchmarks/learning_gate.py MANIFEST --speaker S --other T [--model otoscribe-base]

Three candidates learn for speaker S and are judged on clips of S that none has learned from: one from S's own clips,
one from the same with each text at another clip, one from the clips of speaker T. The first ought to pass, the others
not.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adaptation.adapter_store import AdapterStore
from adaptation.corpus import Clip, read_manifest
from adaptation.finetune import FinetuneOptions
from adaptation.gate import Verdict, canary_clips, replay_clips
from adaptation.learning import TrainingSet, divide, learn
from app.paths import models_folder
from speech.store import ModelStore


def main() -> None:
    """Prints each verdict with its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--speaker", required=True)
    parser.add_argument("--other", required=True)
    parser.add_argument("--model", default="otoscribe-base")
    parser.add_argument("--epochs", type=int, default=FinetuneOptions().epochs)
    parser.add_argument("--learning-rate", type=float, default=FinetuneOptions().learning_rate)
    asked = parser.parse_args()
    model = ModelStore(models_folder()).open(asked.model)
    options = FinetuneOptions(epochs=asked.epochs, learning_rate=asked.learning_rate)
    for name, clips in training_sets(read_manifest(asked.manifest), asked.speaker, asked.other):
        with tempfile.TemporaryDirectory() as folder:
            store, work = AdapterStore(Path(folder) / "adapters"), Path(folder) / "training"
            promotion = learn(
                store, model, clips, name, work, replay=replay_clips(), canary=canary_clips(), options=options
            )
        show(name, promotion.verdict)


def training_sets(clips: list[Clip], speaker: str, other: str) -> Iterator[tuple[str, TrainingSet]]:
    """The good set and the two poisoned ones, all with the same held-out clips."""
    own = divide([clip for clip in clips if clip.speaker == speaker])
    yield "own", own
    texts = [clip.text for clip in own.learned]
    shifted = zip(own.learned, [*texts[1:], *texts[:1]], strict=True)
    yield "wrong-texts", TrainingSet(tuple(replace(clip, text=text) for clip, text in shifted), own.held_out)
    yield "another-voice", TrainingSet(divide([clip for clip in clips if clip.speaker == other]).learned, own.held_out)


def show(name: str, verdict: Verdict) -> None:
    """The verdict, a line for each check."""
    print(f"{name}: {'promoted' if verdict.passed else 'refused'} ({verdict.own_clips} clips held out)", flush=True)
    for check in verdict.checks:
        interval = "" if check.ci95 is None else f"  [{check.ci95[0]:+.3f}, {check.ci95[1]:+.3f}]"
        print(f"  {'ok     ' if check.passed else 'refused'} {check.reason}{interval}", flush=True)


if __name__ == "__main__":
    main()
