"""Learning how far a model's words can be trusted: clips with known text, clean and in noise, to a `Calibration`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adaptation.corpus import Clip, CorpusError
from adaptation.metrics.words import right_words
from adaptation.noise import BROWN, PINK, WHITE, Samples, babble, coloured_noise, mix, stretch
from speech.audio import Waveform, load_audio
from speech.confidence import FEATURES, Calibration
from speech.recognizer import Recognizer

CLEAN, COLOURED, BABBLE, RECORDED = "clean", "coloured", "babble", "recorded"
_SNR_DB = (-5.0, 30.0)
_VOICES = 4
_FOLDS = 5
_RIDGE = 1.0
_NEWTON_STEPS = 30
_FLAT = 0.01
THRESHOLDS = np.round(np.arange(0.3, 0.701, 0.02), 2)


@dataclass(frozen=True)
class JudgedWords:
    """Recognised words, a row each: what is known of them (float64[words, features]), whether each was said, who
    spoke, in what noise, and how loud that was (the ratio mixed; infinite in clean clips)."""

    features: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    speakers: NDArray[np.str_]
    noises: NDArray[np.str_]
    snr_db: NDArray[np.float64]

    @property
    def scores(self) -> NDArray[np.float64]:
        """The mean probability of each word's tokens: the raw score, which knows neither noise nor neighbours."""
        return np.asarray(1 / (1 + np.exp(-self.features[:, 0])))

    def where(self, chosen: NDArray[np.bool_]) -> JudgedWords:
        """The chosen rows."""
        return JudgedWords(
            self.features[chosen],
            self.is_right[chosen],
            self.speakers[chosen],
            self.noises[chosen],
            self.snr_db[chosen],
        )


class _Rows:
    """A judge that keeps the features and gives each word the number of its row as its confidence, by which the row
    is found again whatever the recogniser does with the words."""

    def __init__(self) -> None:
        self.features: list[NDArray[np.float64]] = []

    def judge(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        first = len(self.features)
        self.features.extend(features)
        return np.arange(first, len(self.features), dtype=np.float64)


def judge_clips(
    recognizer: Recognizer, clips: Sequence[Clip], recorded: Sequence[Clip] = (), seed: int = 0
) -> Iterator[JudgedWords]:
    """The words of each clip, recognised clean, in coloured noise or among other voices, and in recorded noise where
    there is some, at random ratios from -5 to 30 dB. The recogniser's judge is replaced.

    CorpusError, before the first, when a clip has no text.
    """
    unknown = next((clip for clip in clips if not clip.text), None)
    if unknown is not None:
        raise CorpusError(f"{unknown.name} has no text in the manifest", "Learn from clips whose text is known.")
    for number, clip in enumerate(clips):
        random = np.random.default_rng((seed, number))
        speech = load_audio(clip.audio).samples
        others = [each for each in clips if each.speaker != clip.speaker]
        yield _judge(recognizer, clip, speech, CLEAN, np.inf)
        kind = BABBLE if others and random.random() < 1 / 3 else COLOURED
        noise = _babble(speech, others, random) if kind == BABBLE else _coloured(speech, random)
        yield _judge_in(recognizer, clip, speech, noise, kind, random)
        if recorded:
            noise = stretch(_load(recorded[int(random.integers(len(recorded)))]), len(speech), random)
            yield _judge_in(recognizer, clip, speech, noise, RECORDED, random)


def _load(clip: Clip) -> Samples:
    return load_audio(clip.audio).samples


def _babble(speech: Samples, others: Sequence[Clip], random: np.random.Generator) -> Samples:
    voices = [_load(others[index]) for index in random.integers(0, len(others), _VOICES)]
    return babble(len(speech), voices, random)


def _coloured(speech: Samples, random: np.random.Generator) -> Samples:
    return coloured_noise(len(speech), float(random.choice([WHITE, PINK, BROWN])), random)


def _judge_in(
    recognizer: Recognizer, clip: Clip, speech: Samples, noise: Samples, kind: str, random: np.random.Generator
) -> JudgedWords:
    snr_db = float(random.uniform(*_SNR_DB))
    return _judge(recognizer, clip, mix(speech, noise, snr_db), kind, snr_db)


def _judge(recognizer: Recognizer, clip: Clip, samples: Samples, kind: str, snr_db: float) -> JudgedWords:
    recognizer.judge = rows = _Rows()
    words = [word for segment in recognizer.transcribe(Waveform(samples)).segments for word in segment.words]
    verdicts = right_words(clip.text or "", [word.text for word in words])
    kept = [
        (round(word.confidence), verdict) for word, verdict in zip(words, verdicts, strict=True) if verdict is not None
    ]
    features = np.array([rows.features[row] for row, _ in kept], np.float64).reshape(-1, len(FEATURES))
    count = len(kept)
    return JudgedWords(
        np.array(features, np.float64).reshape(-1, len(FEATURES)),
        np.array([verdict for _, verdict in kept], np.bool_),
        np.full(count, clip.speaker or clip.name),
        np.full(count, kind),
        np.full(count, snr_db),
    )


def join(parts: Sequence[JudgedWords]) -> JudgedWords:
    """All rows together, of at least one part."""
    return JudgedWords(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.is_right for part in parts]),
        np.concatenate([part.speakers for part in parts]),
        np.concatenate([part.noises for part in parts]),
        np.concatenate([part.snr_db for part in parts]),
    )


def learn(words: JudgedWords, model: str, learned_from: str) -> tuple[Calibration, NDArray[np.float64]]:
    """A calibration, and the confidence that each word gets from one learned without its speaker.

    Words in recorded noise are judged only, not learned from. The threshold is `best_threshold` by those confidences
    of the words learned from. CorpusError with too few words or speakers.
    """
    is_taught = words.noises != RECORDED
    taught = words.where(is_taught)
    wrong = int((~taught.is_right).sum())
    if min(wrong, len(taught.is_right) - wrong) < 2 * len(FEATURES) or len(set(words.speakers)) < 2:
        raise CorpusError(
            "There are too few words to learn from", "Add clips of other speakers, in which some words go wrong."
        )
    held_out = np.zeros(len(words.is_right))
    folds = _folds(words.speakers)
    for fold in range(_FOLDS):
        here = folds == fold
        if here.any():
            weights = fit(words.where(is_taught & ~here))
            held_out[here] = Calibration(model, weights, 0.5).judge(words.features[here])
    threshold = best_threshold(held_out[is_taught], taught.is_right)
    return Calibration(model, fit(taught), threshold, learned_from), held_out


def _folds(speakers: NDArray[np.str_]) -> NDArray[np.int64]:
    """The fold of each word: all of a speaker in one, the ones with many words spread evenly."""
    names, place, counts = np.unique(speakers, return_inverse=True, return_counts=True)
    fold_of = np.zeros(len(names), np.int64)
    fold_of[np.argsort(-counts, kind="stable")] = np.arange(len(names)) % _FOLDS
    return np.asarray(fold_of[place])


def fit(words: JudgedWords) -> tuple[float, ...]:
    """The weights of a logistic regression by Newton's method, with a light ridge on standardised features; the last
    is the intercept (Hastie, Tibshirani and Friedman, 2009, 4.4.1)."""
    mean, scale = words.features.mean(axis=0), words.features.std(axis=0) + 1e-9
    table = np.column_stack([(words.features - mean) / scale, np.ones(len(words.features))])
    ridge = np.diag([_RIDGE] * len(mean) + [1e-9])
    weights = np.zeros(table.shape[1])
    for _ in range(_NEWTON_STEPS):
        expected = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (expected - words.is_right) + ridge @ weights
        curvature = (table * (expected * (1 - expected))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(curvature, slope)
    plain = weights[:-1] / scale
    return (*map(float, plain), float(weights[-1] - plain @ mean))


@dataclass(frozen=True)
class Marking:
    """What a threshold does: the share of wrong words that are marked, of marked words that are wrong, and their F1."""

    recall: float
    precision: float
    f1: float


def marking(confidence: NDArray[np.float64], is_right: NDArray[np.bool_], threshold: float) -> Marking:
    """Of words below the threshold."""
    marked = confidence < threshold
    found, wrong = int((marked & ~is_right).sum()), int((~is_right).sum())
    count = int(marked.sum())
    return Marking(
        found / wrong if wrong else 0.0,
        found / count if count else 0.0,
        2 * found / (wrong + count) if wrong + count else 0.0,
    )


def best_threshold(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """The threshold between 0.3 and 0.7 that finds wrong words best.

    The curve of F1 is flat at its top, where chance would decide: it is the middle of all that come within 0.01 of it.
    """
    scores = np.array([marking(confidence, is_right, float(threshold)).f1 for threshold in THRESHOLDS])
    good = THRESHOLDS[scores >= scores.max() - _FLAT]
    return float(good[len(good) // 2])
