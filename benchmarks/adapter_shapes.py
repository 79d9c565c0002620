"""What shapes of an adapter are worth: the loss on a part of a speaker's clips after learning from the others.

    python benchmarks/adapter_shapes.py MANIFEST --speaker NAME [--model otoscribe-base] [--ranks 4 16 64]
        [--matrices q_proj,v_proj fc1,fc2]

Half of the clips take part. Each shape, a rank of some of the matrices of all layers, learns from the same clips and
replay, in the same order, with the options of `otoscribe adapt train`; a third is left out at a time, as there. Losses
are of all left-out labels, in nats.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

from adaptation.corpus import read_manifest
from adaptation.finetune import EVERY_MATRIX, FinetuneOptions, read_examples
from adaptation.gate import replay_clips
from adaptation.training.lessons import Lessons, choose_strength
from app.paths import models_folder
from speech.store import ModelStore


def main() -> None:
    """Prints a line for each rank of each choice of matrices."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--speaker", required=True)
    parser.add_argument("--model", default="otoscribe-base")
    parser.add_argument("--ranks", type=int, nargs="+", default=[4, 16, 64])
    parser.add_argument("--matrices", nargs="+", default=[",".join(EVERY_MATRIX)], help="names with commas between")
    asked = parser.parse_args()
    model = ModelStore(models_folder()).open(asked.model)
    clips = [clip for clip in read_manifest(asked.manifest) if clip.speaker == asked.speaker][::2]
    learned, _, general = read_examples(model, clips, replay_clips(), FinetuneOptions())
    examples = [example for _, example in learned]
    print(f"{asked.speaker}: {len(examples)} clips, {sum(e.duration_s for e in examples):.0f} s", flush=True)
    for matrices, rank in product(asked.matrices, asked.ranks):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            options = replace(FinetuneOptions(), rank=rank, matrices=tuple(matrices.split(",")))
            lessons = Lessons(model, general, Path(folder), options, "cpu", lambda advance: None)
            strength, losses = choose_strength(lessons, examples)
            changes = lessons.beginning().changes()
        numbers = sum(up.size + down.size for up, down in changes.values())
        change = losses[str(strength)] / losses["0.0"] - 1.0
        print(
            f"rank {rank:3} of {matrices}: loss {100 * change:+.1f} % at strength {strength:g} ({losses}), "
            f"{numbers / 1e6:.1f} million numbers, {time.monotonic() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
