"""A long dictation put together from real clips, against faster-whisper's own pipeline for long files, and against
our own network over blocks of 15 s wherever they fall.

    python benchmarks/long_file.py MANIFEST... [--minutes 10] [--pause 0.6] [--keep FOLDER] [--against ...] [--json]

Clips follow each other in the manifests' order until the file is long enough; the text is theirs, one after the other.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import side_by_side

if TYPE_CHECKING:
    from adaptation.corpus import Clip


def main() -> None:
    parser = side_by_side.parser(__doc__, "blocks-of-15-s,faster-whisper-batched")
    parser.set_defaults(rounds=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pause", type=float, default=0.6, help="seconds of silence between clips")
    parser.add_argument("--keep", type=Path, help="a folder to leave the file in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clip = join_clips(arguments, arguments.keep or Path(folder))
        report = side_by_side.measure([clip], arguments)
    side_by_side.tell(f"{report.lengths_s[0] / 60:.1f} minutes", report, arguments)


def join_clips(arguments: argparse.Namespace, folder: Path) -> Clip:
    """long.wav in `folder`, as long as asked for or as all clips together, which is said."""
    import numpy as np

    from speech.audio import SAMPLE_RATE_HZ

    wanted = round(arguments.minutes * 60 * SAMPLE_RATE_HZ)
    pause = np.zeros(round(arguments.pause * SAMPLE_RATE_HZ), np.float32)
    parts: list[np.ndarray] = []
    texts: list[str] = []
    length = 0
    for clip, samples in side_by_side.cut_at_speech(side_by_side.clips_with_text(arguments.manifests)):
        parts += [samples, pause]
        texts.append(clip.text or "")
        length += len(samples) + len(pause)
        if length >= wanted:
            break
    if length < wanted:
        print(f"All clips together are {length / SAMPLE_RATE_HZ / 60:.1f} minutes long.", file=sys.stderr)
    return side_by_side.write_clip(np.concatenate(parts), " ".join(texts), folder / "long.wav")


if __name__ == "__main__":
    side_by_side.run(main)
