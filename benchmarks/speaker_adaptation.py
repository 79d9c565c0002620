"""What half of a speaker's clips teach about the other half: an adapter for each, measured on the clips it never saw.

    python benchmarks/speaker_adaptation.py MANIFEST [--model otoscribe-base] [--minutes 2] [--speaker NAME]
        [--learning-rate 6e-4] [--rank 16] [--epochs 4] [--general MANIFEST]

Every speaker with at least so many minutes takes part; both halves learn and are measured in turn. Replay is what ships
with the gate. With --general, each adapter is also measured on other people's speech.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from adaptation.adapter_store import AdapterStore
from adaptation.corpus import Clip, read_manifest
from adaptation.evaluate import recognize_clips
from adaptation.finetune import FinetuneOptions, finetune
from adaptation.gate import replay_clips
from adaptation.metrics import count_clips
from adaptation.metrics.report import rate
from app.paths import models_folder
from speech.recognizer import Recognizer
from speech.store import InstalledModel, ModelStore


def main() -> None:
    """Prints a line for each half, one for each speaker, and the mean over speakers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", default="otoscribe-base")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--learning-rate", type=float, default=FinetuneOptions().learning_rate)
    parser.add_argument("--rank", type=int, default=FinetuneOptions().rank)
    parser.add_argument("--speaker")
    parser.add_argument("--epochs", type=int, default=FinetuneOptions().epochs)
    parser.add_argument("--general", type=Path)
    asked = parser.parse_args()
    model = ModelStore(models_folder()).open(asked.model)
    options = replace(
        FinetuneOptions(),
        learning_rate=asked.learning_rate,
        rank=asked.rank,
        epochs=asked.epochs,
    )
    general = read_manifest(asked.general) if asked.general else []
    plain = Recognizer.open(model)
    if general:
        print(f"general speech before: {wer(plain, general)[0]:.1f} %", flush=True)
    changes = []
    for speaker, clips in speakers(read_manifest(asked.manifest), asked.minutes):
        if asked.speaker not in (None, speaker):
            continue
        before, after = [], []
        for learned, held_out in ((clips[::2], clips[1::2]), (clips[1::2], clips[::2])):
            began = time.monotonic()
            before.append(wer(plain, held_out))
            adapted, strength, learned_s = adapt(model, learned, options)
            after.append(wer(adapted, held_out))
            print(
                f"  {speaker}: {len(learned)} clips learned in {learned_s:.0f} s, strength {strength:g}: "
                f"{before[-1][0]:.1f} -> {after[-1][0]:.1f} % of {before[-1][1]} words"
                + (f"; general speech {wer(adapted, general)[0]:.1f} %" if general else "")
                + f"; {time.monotonic() - began:.0f} s in all",
                flush=True,
            )
        rates = [sum(r * w for r, w in half) / sum(w for _, w in half) for half in (before, after)]
        changes.append(rates[1] / rates[0] - 1.0)
        print(f"{speaker}: {rates[0]:.1f} -> {rates[1]:.1f} %, {100 * changes[-1]:+.0f} %", flush=True)
    print(f"mean over {len(changes)} speakers: {100 * sum(changes) / len(changes):+.1f} %")


def speakers(clips: Sequence[Clip], minutes: float) -> list[tuple[str, list[Clip]]]:
    """The speakers with so many minutes and their clips."""
    found: dict[str, list[Clip]] = {}
    for clip in clips:
        found.setdefault(clip.speaker or "", []).append(clip)
    return [(name, own) for name, own in found.items() if sum(c.load().duration_s for c in own) >= 60 * minutes]


def adapt(model: InstalledModel, clips: Sequence[Clip], options: FinetuneOptions) -> tuple[Recognizer, float, float]:
    """The model after learning from the clips, how strongly, and the seconds that took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        adapter = finetune(model, clips, replay_clips(), Path(folder) / "training", options)
        learned_s = time.monotonic() - began
        store = AdapterStore(Path(folder) / "adapters")
        store.add("half", adapter)
        return Recognizer.open(store.merged("half", model)), adapter.report["strength"], learned_s


def wer(recognizer: Recognizer, clips: Sequence[Clip]) -> tuple[float, int]:
    """Word errors in percent, and the number of words."""
    counts = count_clips(list(recognize_clips(recognizer, clips, "en")))
    return 100 * (rate(counts.wer) or 0.0), round(sum(float(total) for _, total in counts.wer))


if __name__ == "__main__":
    main()
