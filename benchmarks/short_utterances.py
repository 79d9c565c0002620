"""Utterances of 3, 5, 8 and 11 s, cut at the ends of speech: what a clinician waits for after a sentence.

    python benchmarks/short_utterances.py MANIFEST... [--lengths 3,5,8,11] [--clips 10] [--against ...] [--json]

Silence before and behind the speech is cut away, then the clips nearest to each length are taken.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import side_by_side

FURTHEST = 0.15  # of the length asked for


def main() -> None:
    parser = side_by_side.parser(__doc__, "faster-whisper,whisper.cpp")
    parser.add_argument("--lengths", default="3,5,8,11", help="seconds, divided by commas")
    parser.add_argument("--clips", type=int, default=10, help="of each length")
    arguments = parser.parse_args()
    lengths = [float(length) for length in arguments.lengths.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        measure_lengths(lengths, Path(folder), arguments)


def measure_lengths(lengths: list[float], folder: Path, arguments: argparse.Namespace) -> None:
    """A report for each length that there are clips of."""
    from speech.audio import SAMPLE_RATE_HZ

    cut = list(side_by_side.cut_at_speech(side_by_side.clips_with_text(arguments.manifests)))
    for length in lengths:
        by_distance = sorted(cut, key=lambda pair: abs(len(pair[1]) / SAMPLE_RATE_HZ - length))[: arguments.clips]
        near = [pair for pair in by_distance if abs(len(pair[1]) / SAMPLE_RATE_HZ - length) <= FURTHEST * length]
        if not near:
            print(f"No clip is about {length:g} s long.", file=sys.stderr)
            continue
        clips = [
            side_by_side.write_clip(samples, clip.text or "", folder / f"{length:g}-{number}.wav")
            for number, (clip, samples) in enumerate(near)
        ]
        side_by_side.tell(f"{length:g} s", side_by_side.measure(clips, arguments), arguments)


if __name__ == "__main__":
    side_by_side.run(main)
