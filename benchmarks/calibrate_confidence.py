"""Learns how far the words of a model can be trusted, and shows how well that holds for speakers it hasn't heard.

    python benchmarks/calibrate_confidence.py MANIFEST... [--noise MANIFEST] [--model M] [--output FILE] [--clips N]

Each clip is recognised clean, in coloured noise or among other voices, and in one of the recorded noises of --noise,
at -5 to 30 dB. The calibration is learned from the first two; recorded noise, like each speaker in turn, is kept for
the check. FILE is to lie at data/calibration/MODEL.json. About three times the clips' own recognition time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from adaptation.calibration import RECORDED, JudgedWords, best_threshold, join, judge_clips, learn, marking
from adaptation.corpus import read_manifest
from adaptation.metrics.reliability import area_under_curve, calibration_error
from app.commands.options import open_recognizer
from speech.errors import OtoscribeError
from speech.store import DEFAULT_MODEL

FIXED_THRESHOLD = 0.6
BANDS_DB = ((-np.inf, 0.0), (0.0, 10.0), (10.0, 20.0), (20.0, np.inf))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+", metavar="MANIFEST")
    parser.add_argument("--noise", type=Path, help="a manifest of recorded noises for the check")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--output", type=Path, help="where the calibration goes; by default it is only shown")
    parser.add_argument("--clips", type=int, help="of each manifest at most, evenly taken")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    try:
        calibrate(arguments)
    except OtoscribeError as error:
        sys.exit(str(error))


def calibrate(arguments: argparse.Namespace) -> None:
    """Recognises, learns, shows and writes."""
    clips = []
    for manifest in arguments.manifests:
        said = [clip for clip in read_manifest(manifest) if clip.text]
        clips += said[:: max(1, -(-len(said) // arguments.clips))] if arguments.clips else said
    recorded = read_manifest(arguments.noise) if arguments.noise else []
    recognizer = open_recognizer(arguments.model, "onnx", "cpu", arguments.threads)
    rounds = len(clips) * (3 if recorded else 2)
    heard = judge_clips(recognizer, clips, recorded)
    words = join(list(tqdm(heard, total=rounds, unit="clip", disable=not sys.stderr.isatty())))
    taught = words.where(words.noises != RECORDED)
    speakers = len(set(taught.speakers))
    learned_from = f"{len(taught.is_right)} words of {speakers} speakers in {len(clips)} clips, clean and in noise"
    calibration, held_out = learn(words, arguments.model, learned_from)
    print(f"{arguments.model}: {calibration.learned_from}; words less sure than {calibration.threshold} are marked")
    show(words, held_out, calibration.threshold)
    if arguments.output is not None:
        arguments.output.write_text(calibration.to_json(), encoding="utf-8")


def show(words: JudgedWords, held_out: NDArray[np.float64], threshold: float) -> None:
    """Confidence against the raw score, for speakers that the calibration hasn't heard; rows by noise."""
    print(f"{'':24}{'words':>7}{'right':>7} |{'AUC':>7}{'ECE':>7}{'found':>7}{'true':>7}{'F1':>7}", end=" |")
    print(f"{'AUC':>7}{'ECE':>7}{'found':>7}{'true':>7}{'F1':>7}   score of the same strictness")
    print(f"{'':38} | raw score below {FIXED_THRESHOLD:<19} | confidence below {threshold}")
    rows = [("all", np.ones(len(words.is_right), np.bool_))]
    rows += [(f"noise: {kind}", words.noises == kind) for kind in dict.fromkeys(words.noises.tolist())]
    for low, high in BANDS_DB:
        inside = (words.snr_db >= low) & (words.snr_db < high) if high < np.inf else words.snr_db >= low
        rows.append((f"{low:.0f} to {high:.0f} dB", inside))
    for name, chosen in rows:
        if chosen.any():
            here = words.where(chosen)
            print(f"{name:24}{len(here.is_right):7}{here.is_right.mean():7.3f} |", end="")
            for judged, cut in ((here.scores, FIXED_THRESHOLD), (held_out[chosen], threshold)):
                done = marking(judged, here.is_right, cut)
                figures = (area_under_curve(judged, here.is_right), calibration_error(judged, here.is_right))
                shown = [f"{figure:7.3f}" if figure is not None else f"{'–':>7}" for figure in figures]
                print(*shown, f"{done.recall:7.3f}{done.precision:7.3f}{done.f1:7.3f}", sep="", end=" |")
            marked = float((held_out[chosen] < threshold).mean())
            print(f"   {np.quantile(here.scores, marked):.2f}")
    is_taught = words.noises != RECORDED
    print(f"best raw score to mark below: {best_threshold(words.scores[is_taught], words.is_right[is_taught])}")


if __name__ == "__main__":
    main()
