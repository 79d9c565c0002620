"""From recognised clips to figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import medwer
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from adaptation.metrics.bootstrap import interval, resampling_units
from adaptation.metrics.dangers import Danger, count, count_right_quantities, dangers_of
from adaptation.metrics.reliability import area_under_curve, calibration_error
from adaptation.metrics.terms import count_found, count_justified, count_other_errors, plain_term
from adaptation.metrics.words import plain_words, right_words, stretches

if TYPE_CHECKING:
    from adaptation.evaluate import ClipResult

Interval = tuple[float, float]


@dataclass(frozen=True)
class Report:
    """All rates are fractions; None where the set gives nothing to count.

    `wer` and `medical_wer` as in the medwer package. `term_recall`: the share of the clips' listed terms that stand in
    their hypotheses, case and punctuation ignored; `term_precision`: of all listed terms found in hypotheses, the
    share that also stands in that clip's text; `term_f1` their harmonic mean. `other_wer`: errors on words outside the
    listed terms, inserted words counted unless they belong to a term. `hallucinated_words_per_min`: words recognised
    in clips whose text is empty. `insertion_rate`: words too many for each word said.

    `number_exact_match`: of the `numbers` said, the share written with the same digits and units. `negation_flips`,
    `side_flips`, `drug_swaps`: places where a negation was lost or invented, left and right exchanged, a drug written
    for its look-alike. `confidence_auc` and `confidence_ece` judge the confidences of the recognised words: how well
    they tell right from wrong (0.5 is chance), and how far they lie from the share of right words.

    Every ..._ci95 is the interval in which 95 % of samples of speakers (of clips, with fewer than three speakers)
    would lie; `ci95_over` says which.
    """

    utterances: int
    audio_s: float
    wer: float | None
    wer_ci95: Interval | None
    medical_wer: float | None
    term_recall: float | None
    term_precision: float | None
    other_wer: float | None
    rtfx: float | None
    latency_p50_s: float | None
    latency_p95_s: float | None
    hallucinated_words_per_min: float | None
    medical_wer_ci95: Interval | None
    term_recall_ci95: Interval | None
    term_precision_ci95: Interval | None
    term_f1: float | None
    other_wer_ci95: Interval | None
    insertion_rate: float | None
    numbers: int
    number_exact_match: float | None
    number_exact_match_ci95: Interval | None
    negation_flips: int
    side_flips: int
    drug_swaps: int
    confidence_auc: float | None
    confidence_ece: float | None
    ci95_over: str


@dataclass(frozen=True)
class ClipCounts:
    """What is counted in each clip: float64[clips, 2], how many and of how many."""

    wer: NDArray[np.float64]
    medical_wer: NDArray[np.float64]
    term_recall: NDArray[np.float64]
    term_precision: NDArray[np.float64]
    other_wer: NDArray[np.float64]
    insertion_rate: NDArray[np.float64]
    number_exact_match: NDArray[np.float64]
    dangers: list[list[frozenset[Danger]]]


def count_clips(results: Sequence[ClipResult]) -> ClipCounts:
    """The counts of at least one result. What is written in clips in which nothing is said counts as terms and other
    words invented, not as word errors."""
    listed = [[plain for term in result.clip.terms if (plain := plain_term(term))] for result in results]
    vocabulary = {term for terms in listed for term in terms}
    rows: dict[str, list[tuple[int, int]]] = {name: [] for name in ClipCounts.__annotations__ if name != "dangers"}
    dangers = []
    for result, terms in zip(results, listed, strict=True):
        text = result.clip.text or ""
        said, heard = plain_words(text), plain_words(result.hypothesis)
        edits = Levenshtein.editops(said, heard) if said else ()
        term_words = {word for term in result.clip.terms for word in plain_words(term)}
        rows["wer"].append((len(edits), len(said)))
        rows["medical_wer"].append(_medical_errors(said, heard))
        rows["term_recall"].append(count_found(terms, result.hypothesis))
        rows["term_precision"].append(count_justified(vocabulary, text, result.hypothesis))
        rows["other_wer"].append(count_other_errors(said, heard, term_words) if vocabulary else (0, 0))
        rows["insertion_rate"].append((sum(edit.tag == "insert" for edit in edits), len(said)))
        rows["number_exact_match"].append(count_right_quantities(said, heard))
        dangers.append(dangers_of(stretches(said, heard)))
    return ClipCounts(**{name: np.array(row, np.float64) for name, row in rows.items()}, dangers=dangers)


def measure(results: Sequence[ClipResult]) -> Report:
    """The report of at least one result."""
    counts = count_clips(results)
    over, units = resampling_units([result.clip for result in results])
    seconds = np.array([result.processing_s for result in results])
    is_timed = bool(seconds.any())  # another system's text may come without times
    audio_s = sum(result.duration_s for result in results)
    confidence, is_right = judged_words(results)
    recall, precision = rate(counts.term_recall), rate(counts.term_precision)
    kinds = [kind for clip in counts.dangers for kind in clip]
    return Report(
        utterances=len(results),
        audio_s=round(audio_s, 2),
        wer=rate(counts.wer),
        wer_ci95=interval(counts.wer, units),
        medical_wer=rate(counts.medical_wer),
        term_recall=recall,
        term_precision=precision,
        other_wer=rate(counts.other_wer),
        rtfx=audio_s / float(seconds.sum()) if is_timed else None,
        latency_p50_s=float(np.percentile(seconds, 50)) if is_timed else None,
        latency_p95_s=float(np.percentile(seconds, 95)) if is_timed else None,
        hallucinated_words_per_min=_invented(results),
        medical_wer_ci95=interval(counts.medical_wer, units),
        term_recall_ci95=interval(counts.term_recall, units),
        term_precision_ci95=interval(counts.term_precision, units),
        term_f1=_harmonic_mean(recall, precision),
        other_wer_ci95=interval(counts.other_wer, units),
        insertion_rate=rate(counts.insertion_rate),
        numbers=int(counts.number_exact_match[:, 1].sum()),
        number_exact_match=rate(counts.number_exact_match),
        number_exact_match_ci95=interval(counts.number_exact_match, units),
        negation_flips=count(kinds, Danger.NEGATION),
        side_flips=count(kinds, Danger.SIDE),
        drug_swaps=count(kinds, Danger.DRUG),
        confidence_auc=area_under_curve(confidence, is_right),
        confidence_ece=calibration_error(confidence, is_right),
        ci95_over=over,
    )


def rate(counts: NDArray[np.float64]) -> float | None:
    """The rate over all clips; None where there is nothing to count."""
    counted, of = counts.sum(axis=0)
    return float(counted / of) if of else None


def judged_words(results: Sequence[ClipResult]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The confidence of every recognised word, and whether it was said; marks alone are no words."""
    judged = [
        (word.confidence, verdict)
        for result in results
        for word, verdict in zip(
            result.words, right_words(result.clip.text or "", [word.text for word in result.words]), strict=True
        )
        if verdict is not None
    ]
    return np.array([c for c, _ in judged], np.float64), np.array([right for _, right in judged], np.bool_)


@cache
def _scorer() -> medwer.Scorer:
    return medwer.Scorer()


def _medical_errors(said: Sequence[str], heard: Sequence[str]) -> tuple[int, int]:
    """Errors on medical words and how many were said, as medwer counts them."""
    if not said:
        return 0, 0
    scorer = _scorer()
    kept = [medwer.keep_medical(" ".join(side), scorer.entries, scorer.max_tokens) for side in (said, heard)]
    errors, words, _ = medwer.wer(*kept)
    return errors, words


def _harmonic_mean(recall: float | None, precision: float | None) -> float | None:
    if recall is None or precision is None:
        return None
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _invented(results: Sequence[ClipResult]) -> float | None:
    silent = [
        (result.duration_s, len(plain_words(result.hypothesis)))
        for result in results
        if not plain_words(result.clip.text or "")
    ]
    seconds = sum(duration for duration, _ in silent)
    return sum(words for _, words in silent) / (seconds / 60) if seconds else None
