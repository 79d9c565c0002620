"""When each word was said and how sure the model is of it.

Times after openai/whisper's timing.py (MIT): the cross-attention of the alignment heads, normalised over tokens,
median-filtered over time and averaged, is followed by dynamic time warping; a token begins where the path reaches it.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.confidence import WordJudge
from speech.decoding import Hypothesis
from speech.evidence import word_features
from speech.packing import Window
from speech.segmenting import Utterance
from speech.transcript import Segment, Word
from speech.vocabulary import TokenWord, Vocabulary

SECONDS_PER_POSITION = 0.02
_REACH = 3
_SORT_UP_TO_MEDIAN = (
    *((0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6)),
    *((2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4)),
)


def align_segments(
    vocabulary: Vocabulary,
    weights: NDArray[np.float32],
    hypothesis: Hypothesis,
    *,
    prompt_length: int,
    language: str,
    window: Window,
    judge: WordJudge,
) -> list[Segment]:
    """The hypothesis divided among the utterances of its window, with word times from the start of the stream.

    `weights` are the alignment heads' for prompt and hypothesis, [heads, tokens, positions]. No word lies outside the
    speech of its utterance; its confidence is what `judge` has in it. No segments where there is no text.
    """
    words = vocabulary.words(list(hypothesis.tokens), language)
    if not words:
        return []
    positions = max(1, min(weights.shape[2], round(window.duration_s / SECONDS_PER_POSITION)))
    # the position before a token is the one that predicts it; the last row predicts the end of text
    times_s = token_starts(weights[:, prompt_length - 1 :, :positions]) * SECONDS_PER_POSITION
    # a word begins on the path where the one before ends, often in the pause before its utterance; its middle does not
    begins, stops = (times_s[[at(word.core) for word in words]] for at in (attrgetter("start"), attrgetter("stop")))
    numbers = window.utterances_at((begins + stops) / 2)
    segments = []
    start = 0
    for number, (utterance, offset_s) in enumerate(zip(window.utterances, window.offsets_s, strict=True)):
        own = [word for word, at in zip(words, numbers, strict=True) if at == number]
        if own:
            stop = len(hypothesis.tokens) if own[-1] is words[-1] else own[-1].tokens.stop
            text = vocabulary.decode(list(hypothesis.tokens[start:stop])).strip()
            start = stop
            placed = _place_words(own, times_s - offset_s + utterance.start_s, hypothesis, utterance, judge)
            confidence = float(np.mean([word.confidence for word in placed]))
            segments.append(Segment(placed[0].start_s, placed[-1].end_s, text, confidence, placed))
    return segments


def _place_words(
    words: list[TokenWord],
    times_s: NDArray[np.floating[Any]],
    hypothesis: Hypothesis,
    utterance: Utterance,
    judge: WordJudge,
) -> tuple[Word, ...]:
    # the path begins and ends with the sound; the silence around the speech belongs to no word
    latest_s = max(utterance.speech_start_s, utterance.speech_end_s - SECONDS_PER_POSITION)
    starts = np.clip(times_s, utterance.speech_start_s, latest_s)
    ends = np.minimum(np.maximum(times_s, utterance.speech_start_s), utterance.speech_end_s)
    begins = np.array([starts[word.core.start] for word in words])
    stops = np.maximum([ends[word.core.stop] for word in words], begins + SECONDS_PER_POSITION)
    confidences = judge.judge(word_features(hypothesis, words, stops - begins, utterance))
    return tuple(
        Word(word.text, float(begin), float(stop), float(confidence))
        for word, begin, stop, confidence in zip(words, begins, stops, confidences, strict=True)
    )


def token_starts(weights: NDArray[np.float32]) -> NDArray[np.int64]:
    """weights[heads, n, positions] → the first position of each of the n tokens on the best path."""
    mean = weights.mean(axis=1, keepdims=True)
    normal = (weights - mean) / np.maximum(weights.std(axis=1, keepdims=True), 1e-6)
    path = warp(-median_of_seven(normal).mean(axis=0))
    first = np.concatenate([[True], np.diff(path[:, 0]) > 0])
    return np.asarray(path[first, 1])


def median_of_seven(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value's median with its three neighbours on either side along the last axis, mirrored at the ends.

    By N. Devillard's sorting network (1998, public domain) on whole arrays: a fifth of numpy.median's time.
    """
    length = values.shape[-1]
    padding = [(0, 0)] * (values.ndim - 1) + [(_REACH, _REACH)]
    padded = np.pad(values, padding, mode="reflect" if length > _REACH else "edge")
    window = [padded[..., offset : offset + length] for offset in range(2 * _REACH + 1)]
    for low, high in _SORT_UP_TO_MEDIAN:
        window[low], window[high] = np.minimum(window[low], window[high]), np.maximum(window[low], window[high])
    return window[_REACH]


def warp(cost: NDArray[Any]) -> NDArray[np.int64]:
    """Dynamic time warping: the cheapest path [steps, 2] from corner to corner of cost[n, m], rows and columns rising.

    Computed a row at a time: the cheapest way along a row to each of its places is that from where the row was entered,
    and the sum of the costs from there.
    """
    n, m = cost.shape
    total = np.full((n + 1, m + 1), np.inf)
    total[0, 0] = 0.0
    for row, own in enumerate(cost.astype(np.float64)):
        entered = np.minimum(total[row, :-1], total[row, 1:])
        along = np.cumsum(own)
        total[row + 1, 1:] = along + np.minimum.accumulate(entered - along + own)
    i, j = n, m
    path = []
    while i > 0 and j > 0:
        path.append((i - 1, j - 1))
        before = (total[i - 1, j - 1], total[i - 1, j], total[i, j - 1])
        taken = before.index(min(before))
        i, j = i - int(taken != 2), j - int(taken != 1)
    return np.array(path[::-1], np.int64)
