"""How far a figure would move with other clips or other speakers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adaptation.corpus import Clip

_RESAMPLES = 1000
_SEVERAL = 3  # with two speakers a sample of speakers can be three things only


def resampling_units(clips: Sequence[Clip]) -> tuple[str, NDArray[np.int64]]:
    """What samples are drawn of, and int64[clips], the unit of each clip.

    Speakers, when each clip names one and there are at least three, because what one speaker's clips have in common
    makes intervals over clips too narrow; else clips.
    """
    speakers = [clip.speaker for clip in clips]
    known = {speaker: number for number, speaker in enumerate(dict.fromkeys(speakers))}
    if None in known or len(known) < _SEVERAL:
        return "clips", np.arange(len(clips))
    return "speakers", np.array([known[speaker] for speaker in speakers])


def interval(counts: NDArray[np.float64], units: NDArray[np.int64]) -> tuple[float, float] | None:
    """The 95 % interval of a rate by bootstrap over units (Bisani and Ney, 2004).

    counts[clips, 2] holds what is counted and of how many. None where there is nothing to count.
    """
    rates = _resampled_rates(counts, units)
    return _percentiles(rates) if len(rates) else None


def difference_interval(
    first: NDArray[np.float64], second: NDArray[np.float64], units: NDArray[np.int64]
) -> tuple[float, float] | None:
    """The 95 % interval of the first rate less the second, both of the same clips (paired bootstrap)."""
    rates = [_resampled_rates(counts, units, keep_empty=True) for counts in (first, second)]
    differences = rates[0] - rates[1]
    differences = differences[~np.isnan(differences)]
    return _percentiles(differences) if len(differences) else None


def _resampled_rates(
    counts: NDArray[np.float64], units: NDArray[np.int64], *, keep_empty: bool = False
) -> NDArray[np.float64]:
    """The rate in each sample of units, the same samples at each call; NaN or left out where nothing can be counted."""
    sums = np.zeros((units.max() + 1, 2))
    np.add.at(sums, units, counts)
    if not keep_empty:
        sums = sums[sums.any(axis=1)]
    if not len(sums):
        return np.zeros(0)
    drawn = np.random.default_rng(0).integers(0, len(sums), (_RESAMPLES, len(sums)))
    totals = sums[drawn].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(totals[:, 1] > 0, totals[:, 0] / totals[:, 1], np.nan)
    return rates if keep_empty else rates[~np.isnan(rates)]


def _percentiles(rates: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)
