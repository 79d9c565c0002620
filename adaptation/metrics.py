"""How good what was recognised is: word errors, medical terms, inventions on silence, speed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import medwer
import numpy as np
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from adaptation.evaluate import ClipResult

_RESAMPLES = 1000


@dataclass(frozen=True)
class Report:
    """All rates are fractions; None where the set gives nothing to count.

    `wer` and `medical_wer` as in the medwer package. `term_recall`: the share of the clips' listed terms that stand in
    their hypotheses, case and punctuation ignored; `term_precision`: of all listed terms found in hypotheses, the
    share that also stands in that clip's text. `other_wer`: errors on words outside the listed terms, inserted words
    counted unless they belong to a term. `hallucinated_words_per_min`: words recognised in clips whose text is empty.
    """

    utterances: int
    audio_s: float
    wer: float | None
    wer_ci95: tuple[float, float] | None
    medical_wer: float | None
    term_recall: float | None
    term_precision: float | None
    other_wer: float | None
    rtfx: float
    latency_p50_s: float
    latency_p95_s: float
    hallucinated_words_per_min: float | None


def measure(results: Sequence[ClipResult]) -> Report:
    """The report of at least one result."""
    normalize = medwer.Normalizer()
    references = [result.clip.text or "" for result in results]
    hypotheses = [result.hypothesis for result in results]
    score = medwer.Scorer().corpus(references, hypotheses)
    pairs = [(normalize(r).split(), normalize(h).split()) for r, h in zip(references, hypotheses, strict=True)]
    listed = [[plain for term in result.clip.terms if (plain := _plain(term))] for result in results]
    term_words = [{word for term in result.clip.terms for word in normalize(term).split()} for result in results]
    recall, precision = _terms(references, hypotheses, listed)
    seconds = np.array([result.processing_s for result in results])
    audio_s = sum(result.duration_s for result in results)
    return Report(
        utterances=len(results),
        audio_s=round(audio_s, 2),
        wer=score["wer"],
        wer_ci95=_interval([(Levenshtein.distance(r, h), len(r)) for r, h in pairs if r]),
        medical_wer=score["medical_wer"],
        term_recall=recall,
        term_precision=precision,
        other_wer=_other_wer(pairs, term_words) if any(listed) else None,
        rtfx=audio_s / float(seconds.sum()),
        latency_p50_s=float(np.percentile(seconds, 50)),
        latency_p95_s=float(np.percentile(seconds, 95)),
        hallucinated_words_per_min=_invented(results, pairs),
    )


def _plain(text: str) -> str:
    """Words in lower case between single spaces, punctuation gone."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _occurrences(term: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(term)}(?!\w)", text))


def _terms(
    references: Sequence[str], hypotheses: Sequence[str], listed: Sequence[Sequence[str]]
) -> tuple[float | None, float | None]:
    vocabulary = {term for terms in listed for term in terms}
    wanted = found = written = right = 0
    for reference, hypothesis, terms in zip(references, hypotheses, listed, strict=True):
        said, heard = _plain(reference), _plain(hypothesis)
        for term, count in Counter(terms).items():
            wanted += count
            found += min(count, _occurrences(term, heard))
        words = set(heard.split())
        for term in vocabulary:
            if words.issuperset(term.split()) and (count := _occurrences(term, heard)):
                written += count
                right += min(count, _occurrences(term, said))
    return found / wanted if wanted else None, right / written if written else None


def _other_wer(pairs: Sequence[tuple[list[str], list[str]]], term_words: Sequence[set[str]]) -> float | None:
    errors = words = 0
    for (reference, hypothesis), terms in zip(pairs, term_words, strict=True):
        words += sum(word not in terms for word in reference)
        for operation in Levenshtein.editops(reference, hypothesis):
            if operation.tag == "insert":
                errors += hypothesis[operation.dest_pos] not in terms
            else:
                errors += reference[operation.src_pos] not in terms
    return errors / words if words else None


def _interval(edits: Sequence[tuple[int, int]]) -> tuple[float, float] | None:
    """The 95 % interval of the WER by bootstrap over clips (Bisani and Ney, 2004)."""
    if not edits:
        return None
    table = np.array(edits, np.float64)
    drawn = np.random.default_rng(0).integers(0, len(table), (_RESAMPLES, len(table)))
    sums = table[drawn].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
    return float(low), float(high)


def _invented(results: Sequence[ClipResult], pairs: Sequence[tuple[list[str], list[str]]]) -> float | None:
    silent = [(result.duration_s, len(h)) for result, (r, h) in zip(results, pairs, strict=True) if not r]
    seconds = sum(duration for duration, _ in silent)
    return sum(words for _, words in silent) / (seconds / 60) if seconds else None
