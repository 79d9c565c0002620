"""What speaks for and against a recognised word: the model's probabilities, its neighbours, noise, length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speech.decoding import Hypothesis
from speech.segmenting import Utterance
from speech.signal import estimate_snr_db
from speech.vocabulary import TokenWord

_LEAST = 1e-4  # of a probability, so that its logit is finite


def word_features(
    hypothesis: Hypothesis, words: Sequence[TokenWord], durations_s: NDArray[np.float64], utterance: Utterance
) -> NDArray[np.float64]:
    """float64[words, features], in the order of `speech.confidence.FEATURES`, of at least one word."""
    scores = np.array(hypothesis.log_probabilities)
    mean = np.array([scores[word.core].mean() for word in words])
    least = np.array([scores[word.core].min() for word in words])
    letters = np.log(1 + np.array([sum(map(str.isalnum, word.text)) for word in words]))
    tokens = np.log([word.core.stop - word.core.start for word in words])
    before, after = np.append(mean[:1], mean[:-1]), np.append(mean[1:], mean[-1:])
    snr_db = estimate_snr_db(utterance.samples, utterance.speech_probabilities)
    seconds = np.maximum(durations_s, 0.02)
    columns = (
        _logit(mean),
        _logit(least),
        np.full(len(words), hypothesis.average_log_probability),
        np.full(len(words), snr_db / 10),
        letters,
        tokens,
        _logit((before + after) / 2),
        _logit(np.minimum(before, after)),
        np.minimum(seconds, 1.0),
        np.log(np.minimum(seconds, 2.0)) - letters,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _logit(log_probability: NDArray[np.float64]) -> NDArray[np.float64]:
    probability = np.clip(np.exp(log_probability), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(probability / (1 - probability)))
