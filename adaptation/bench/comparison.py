"""From what engines did to figures: times, ratios, errors, memory."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import medwer
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from adaptation.bench.measuring import Measured

_RESAMPLES = 2000


@dataclass(frozen=True)
class Quartiles:
    """The middle of some figures, and what a quarter of them lies below and above."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class EngineFigures:
    """Times are medians over rounds for each clip (`clip_times_s`); `clip_s` their spread over clips, `total_s` their
    sum, `processor_s` the sum of the seconds that all cores worked.

    `round_noise` is how far the rounds of a clip lie apart, (slowest - fastest) / median, in the middle of all clips;
    None with one round. `times_ours`: this engine's time over Otoscribe's, clip by clip; above 1 Otoscribe is faster.
    Rates are fractions. `wer_above_ours` is this engine's WER less Otoscribe's with the interval in which 95 % of
    samples of the clips would lie (paired bootstrap; None for a single clip). Otoscribe itself has None in all three.
    """

    name: str
    description: str
    load_s: float
    clip_times_s: tuple[float, ...]
    clip_s: Quartiles
    total_s: float
    processor_s: float
    rtfx: float
    round_noise: float | None
    peak_memory_mb: float | None
    wer: float | None
    medical_wer: float | None
    times_ours: Quartiles | None
    wer_above_ours: float | None
    wer_above_ours_ci95: tuple[float, float] | None


def compare(
    measured: dict[str, Measured], ours: str, references: Sequence[str], lengths_s: Sequence[float]
) -> tuple[EngineFigures, ...]:
    """The figures of each engine, in the order measured; `ours` is the one that the others are set against."""
    beside = (clip_times(measured[ours]), count_errors(references, texts(measured[ours])))
    return tuple(
        _figures(name, engine, references, lengths_s, None if name == ours else beside)
        for name, engine in measured.items()
    )


def clip_times(engine: Measured) -> list[float]:
    """The median over rounds of each clip's wall time."""
    return [statistics.median(heard.wall_s for heard in rounds) for rounds in engine.heard]


def texts(engine: Measured) -> list[str]:
    """What the first round gave for each clip."""
    return [rounds[0].text for rounds in engine.heard]


def quartiles(values: Sequence[float]) -> Quartiles:
    """Of at least one value."""
    low, median, high = np.percentile(values, [25, 50, 75])
    return Quartiles(float(median), float(low), float(high))


def count_errors(references: Sequence[str], hypotheses: Sequence[str]) -> NDArray[np.float64]:
    """float64[clips, 2]: word errors and words of each clip, as medwer counts them."""
    normalize = medwer.Normalizer()
    pairs = [(normalize(r).split(), normalize(h).split()) for r, h in zip(references, hypotheses, strict=True)]
    return np.array([(Levenshtein.distance(r, h), len(r)) for r, h in pairs], np.float64).reshape(-1, 2)


def wer_difference(theirs: NDArray[np.float64], ours: NDArray[np.float64]) -> float | None:
    """Their WER less ours; None without a word to count."""
    words = ours[:, 1].sum()
    return float((theirs[:, 0] - ours[:, 0]).sum() / words) if words else None


def wer_difference_interval(theirs: NDArray[np.float64], ours: NDArray[np.float64]) -> tuple[float, float] | None:
    """The 95 % interval of that by paired bootstrap over clips (Bisani and Ney, 2004); None with fewer than two clips
    in which something is said."""
    words = ours[:, 1]
    if np.count_nonzero(words) < 2:
        return None
    surplus = theirs[:, 0] - ours[:, 0]
    drawn = np.random.default_rng(0).integers(0, len(words), (_RESAMPLES, len(words)))
    drawn_words = words[drawn].sum(axis=1)
    rates = surplus[drawn].sum(axis=1)[drawn_words > 0] / drawn_words[drawn_words > 0]
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)


def _figures(
    name: str,
    engine: Measured,
    references: Sequence[str],
    lengths_s: Sequence[float],
    ours: tuple[list[float], NDArray[np.float64]] | None,
) -> EngineFigures:
    times, hypotheses = clip_times(engine), texts(engine)
    score = medwer.Scorer().corpus(list(references), hypotheses)
    peaks = [heard.peak_memory_bytes for rounds in engine.heard for heard in rounds]
    errors = count_errors(references, hypotheses)
    return EngineFigures(
        name=name,
        description=engine.description,
        load_s=engine.load_s,
        clip_times_s=tuple(times),
        clip_s=quartiles(times),
        total_s=sum(times),
        processor_s=sum(statistics.median(heard.processor_s for heard in rounds) for rounds in engine.heard),
        rtfx=sum(lengths_s) / sum(times),
        round_noise=_round_noise(engine),
        peak_memory_mb=max(peak for peak in peaks if peak is not None) / 1e6 if None not in peaks else None,
        wer=score["wer"],
        medical_wer=score["medical_wer"],
        times_ours=quartiles([theirs / our for theirs, our in zip(times, ours[0], strict=True)]) if ours else None,
        wer_above_ours=wer_difference(errors, ours[1]) if ours else None,
        wer_above_ours_ci95=wer_difference_interval(errors, ours[1]) if ours else None,
    )


def _round_noise(engine: Measured) -> float | None:
    walls = [[heard.wall_s for heard in rounds] for rounds in engine.heard]
    if len(walls[0]) < 2:
        return None
    return statistics.median((max(wall) - min(wall)) / statistics.median(wall) for wall in walls)
