"""Whether stated confidences mean what they say, and whether they tell right words from wrong ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Words of about the same confidence: their mean confidence, the share that is right, how many."""

    confidence: float
    right: float
    words: int


def reliability(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> list[Bin]:
    """Ten bins of equal width over confidences from 0 to 1, empty ones left out."""
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(float(confidence[inside].mean()), float(is_right[inside].mean()), int(inside.sum()))
        for inside in (place == number for number in range(BINS))
        if inside.any()
    ]


def calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float | None:
    """ECE: the distance between confidence and share of right words, bin by bin, weighted by words (Naeini et al.,
    2015; Guo et al., 2017). None without words."""
    if not len(confidence):
        return None
    gaps = [each.words * abs(each.confidence - each.right) for each in reliability(confidence, is_right)]
    return float(sum(gaps) / len(confidence))


def area_under_curve(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float | None:
    """AUC: how often a right word is more confident than a wrong one, ties counted half (Mann and Whitney, 1947).

    None unless there are both.
    """
    right, wrong = int(is_right.sum()), int((~is_right).sum())
    if not right or not wrong:
        return None
    _, place, count = np.unique(confidence, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(count) - (count - 1) / 2
    return float((mean_rank[place][is_right].sum() - right * (right + 1) / 2) / (right * wrong))
