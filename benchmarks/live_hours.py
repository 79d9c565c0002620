"""Whether a live session stays as small as it begins: hours of it, as fast as the machine hears.

    python benchmarks/live_hours.py MANIFEST... [--hours 4] [--pause 20] [--model NAME]

Clips follow each other with a pause of room noise between them. Every half hour of sound a line tells the memory of the
process, the share of a core it took, and how many utterances were written; the last one tells how memory grew.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adaptation.corpus import Clip, read_manifest
from app.paths import models_folder
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.recognizer import Recognizer
from speech.store import ENGLISH_MODEL, ModelStore
from speech.streaming import Final

BLOCK = SAMPLE_RATE_HZ // 10
NOISE_LEVEL = 0.0005
HALF_HOUR_S = 1800.0
HEAD = "hours   MB  of a core  utterances"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--pause", type=float, default=20.0, help="seconds between clips")
    parser.add_argument("--model", default=ENGLISH_MODEL)
    arguments = parser.parse_args()
    clips = [clip for manifest in arguments.manifests for clip in read_manifest(manifest)]
    recognizer = Recognizer.open(ModelStore(models_folder()).open(arguments.model))
    process = psutil.Process()
    memory: list[float] = []
    finals = 0
    started = time.process_time()
    print(HEAD)
    told_s = 0.0
    heard = _Heard(clips, arguments.hours * 3600, arguments.pause)
    for event in recognizer.listen(heard):
        finals += isinstance(event, Final)
        if heard.seconds - told_s >= HALF_HOUR_S:
            told_s += HALF_HOUR_S
            memory.append(process.memory_info().rss / 1e6)
            share = (time.process_time() - started) / heard.seconds
            print(f"{heard.seconds / 3600:5.1f} {memory[-1]:4.0f}  {share:9.0%}  {finals:10}", flush=True)
    if len(memory) > 1:
        print(f"From the first half hour to the last memory grew by {memory[-1] - memory[0]:+.0f} MB.")


class _Heard:
    """Blocks of 0.1 s until so much sound has gone by, counted in `seconds`."""

    def __init__(self, clips: Sequence[Clip], seconds: float, pause_s: float) -> None:
        self._clips = clips
        self._wanted_s = seconds
        self._pause = round(pause_s * SAMPLE_RATE_HZ)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        random = np.random.default_rng(0)
        for clip in itertools.cycle(self._clips):
            pause = random.normal(0, NOISE_LEVEL, self._pause).astype(np.float32)
            sound = np.concatenate([load_audio(clip.audio).samples, pause])
            for first in range(0, len(sound), BLOCK):
                if self.seconds >= self._wanted_s:
                    return
                block = sound[first : first + BLOCK]
                self.seconds += len(block) / SAMPLE_RATE_HZ
                yield block


if __name__ == "__main__":
    main()
