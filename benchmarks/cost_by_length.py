"""What recognition costs by the length of an utterance, from 1 to 28 s, as a table and a plot.

    python benchmarks/cost_by_length.py MANIFEST... --plot FILE [--clips 24] [--against ...] [--json]

Clips are cut at the ends of speech and taken evenly over the lengths that there are. The plot (PNG, SVG or PDF by the
file's ending) has a point a clip and engine; the share of errors stands in the table.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import side_by_side

if TYPE_CHECKING:
    from adaptation.bench.run import BenchReport
    from adaptation.corpus import Clip

SHORTEST_S, LONGEST_S = 1.0, 28.0


def main() -> None:
    parser = side_by_side.parser(__doc__, "faster-whisper,whisper.cpp")
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--plot", type=Path, required=True, help="where the picture goes")
    arguments = parser.parse_args()
    check_place(arguments.plot)
    with tempfile.TemporaryDirectory() as folder:
        report = side_by_side.measure(clips_over_lengths(arguments, Path(folder)), arguments)
    draw(report, arguments.plot)
    side_by_side.tell(f"Cost against length ({arguments.plot})", report, arguments)


def check_place(path: Path) -> None:
    """Exits when the plot cannot be written there, before minutes are spent on measuring."""
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        sys.exit(f"{path} cannot be written. Choose another place for the plot.")


def clips_over_lengths(arguments: argparse.Namespace, folder: Path) -> list[Clip]:
    """For each of evenly spaced lengths the nearest clip that is left."""
    import numpy as np

    from speech.audio import SAMPLE_RATE_HZ

    left = list(side_by_side.cut_at_speech(side_by_side.clips_with_text(arguments.manifests)))
    longest_s = min(LONGEST_S, max(len(samples) for _, samples in left) / SAMPLE_RATE_HZ)
    clips = []
    for number, wanted_s in enumerate(np.linspace(SHORTEST_S, longest_s, min(arguments.clips, len(left)))):
        distances = [abs(len(samples) / SAMPLE_RATE_HZ - wanted_s) for _, samples in left]
        clip, samples = left.pop(int(np.argmin(distances)))
        clips.append(side_by_side.write_clip(samples, clip.text or "", folder / f"{number}.wav"))
    return clips


def draw(report: BenchReport, path: Path) -> None:
    """Seconds of work over seconds of speech, a colour an engine."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for engine in report.engines:
        axes.plot(report.lengths_s, engine.clip_times_s, "o", markersize=4, label=engine.name)
    axes.set(xlabel="length of the utterance, s", ylabel="time, s", xlim=(0, None), ylim=(0, None))
    axes.set_title(f"{report.model}, {report.threads} threads, {report.machine.processor}", fontsize="medium")
    axes.legend()
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    side_by_side.run(main)
