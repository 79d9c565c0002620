"""How well models hear in noise: the same clips with the same recorded noises at falling signal-to-noise ratios.

    python benchmarks/noise.py MANIFEST... --noise MANIFEST --models whisper-base,otoscribe-base [--snr 20,10,5,0]
        [--clips 60] [--threads 2]

A noise is drawn for each clip, the same for all models and ratios. --clips takes so many of each manifest, evenly
spread. The last column is the WER of the last model over that of the first.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import medwer
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adaptation.corpus import Clip, read_manifest
from adaptation.noise import Samples, mix, stretch
from app.paths import models_folder
from speech.audio import Waveform
from speech.errors import OtoscribeError
from speech.recognizer import Recognizer
from speech.store import ModelStore

CLEAN = float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+", metavar="MANIFEST")
    parser.add_argument("--noise", type=Path, required=True)
    parser.add_argument("--models", type=lambda text: text.split(","), default=["whisper-base", "otoscribe-base"])
    parser.add_argument("--snr", type=lambda text: [float(part) for part in text.split(",")], default=[20, 10, 5, 0])
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    noises = [clip.load().samples for clip in read_manifest(asked.noise)]
    store = ModelStore(models_folder())
    recognizers = {name: Recognizer.open(store.open(name), threads=asked.threads) for name in asked.models}
    for manifest in asked.manifests:
        clips = [clip for clip in read_manifest(manifest) if clip.text]
        clips = clips[:: max(1, -(-len(clips) // asked.clips))]
        print(f"\n{manifest.parent.name}, {len(clips)} clips: WER")
        print(f"{'noise':>8}", *(f"{name:>16}" for name in recognizers), f"{'ratio':>7}")
        for snr_db in (CLEAN, *asked.snr):
            sounds = list(with_noise(clips, noises, snr_db))
            rates = [error_rate(recognizer, clips, sounds) for recognizer in recognizers.values()]
            name = "none" if snr_db == CLEAN else f"{snr_db:.0f} dB"
            print(f"{name:>8}", *(f"{rate:>16.1%}" for rate in rates), f"{rates[-1] / rates[0]:>7.2f}", flush=True)


def with_noise(clips: list[Clip], noises: list[Samples], snr_db: float) -> list[Waveform]:
    random = np.random.default_rng(0)
    sounds = []
    for clip in clips:
        speech = clip.load().samples
        noise = stretch(noises[int(random.integers(len(noises)))], len(speech), random)
        sounds.append(Waveform(speech if snr_db == CLEAN else mix(speech, noise, snr_db)))
    return sounds


def error_rate(recognizer: Recognizer, clips: list[Clip], sounds: list[Waveform]) -> float:
    heard = [recognizer.transcribe(sound).text if sound.samples.any() else "" for sound in sounds]
    return float(medwer.Scorer().corpus([clip.text or "" for clip in clips], heard)["wer"])


if __name__ == "__main__":
    try:
        main()
    except OtoscribeError as error:
        sys.exit(str(error))
