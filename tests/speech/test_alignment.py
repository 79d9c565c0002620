"""Word times: the warping against brute force, and against sound whose silences are known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from speech.alignment import align_segments, median_of_seven, token_starts, warp
from speech.audio import SAMPLE_RATE_HZ, Waveform, load_audio
from speech.batching import align_batch
from speech.decoding import DecodingOptions, decode
from speech.packing import Window
from speech.recognizer import Recognizer
from speech.segmenting import Utterance

COSTS = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=7),
    elements=st.floats(-10, 10).map(lambda value: round(value, 2)),
)


def cheapest(cost: np.ndarray) -> float:
    """The least sum over every path from corner to corner."""

    @cache
    def reach(row: int, column: int) -> float:
        if (row, column) == (0, 0):
            return float(cost[0, 0])
        before = [(row - 1, column - 1), (row - 1, column), (row, column - 1)]
        return float(cost[row, column]) + min(reach(r, c) for r, c in before if r >= 0 and c >= 0)

    return reach(cost.shape[0] - 1, cost.shape[1] - 1)


@settings(max_examples=200, deadline=None)
@given(cost=COSTS)
def test_warping_finds_a_cheapest_path(cost: np.ndarray) -> None:
    path = warp(cost)
    assert path[0].tolist() == [0, 0] and path[-1].tolist() == [cost.shape[0] - 1, cost.shape[1] - 1]
    assert {tuple(step) for step in np.diff(path, axis=0)} <= {(1, 1), (1, 0), (0, 1)}
    assert cost[path[:, 0], path[:, 1]].sum() == pytest.approx(cheapest(cost), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(lengths=st.lists(st.integers(8, 30), min_size=1, max_size=12), heads=st.integers(1, 3))
def test_tokens_begin_where_the_attention_moves_on(lengths: list[int], heads: int) -> None:
    """Attention that rests on one stretch of sound after another."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    positions = np.arange(ends[-1])
    weights = np.stack([(positions >= a) & (positions < b) for a, b in zip(starts, ends, strict=True)])
    weights = np.repeat(weights[None].astype(np.float32) + 0.01, heads, 0)
    found = token_starts(weights / weights.sum(axis=2, keepdims=True))
    assert len(found) == len(lengths) and found[0] == 0
    assert np.abs(found - starts).max() <= 4  # the median filter rounds edges


@settings(max_examples=100, deadline=None)
@given(shape=st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 20)), seed=st.integers(0, 999))
def test_any_attention_gives_rising_times_within_the_sound(shape: tuple[int, int, int], seed: int) -> None:
    starts = token_starts(np.random.default_rng(seed).random(shape, np.float32))
    assert len(starts) == shape[1]
    assert (np.diff(starts) >= 0).all() and starts.min() >= 0 and starts.max() < shape[2]


def voiced(samples: np.ndarray) -> tuple[float, float]:
    """Where sound begins and ends, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return loud[0] / SAMPLE_RATE_HZ, loud[-1] / SAMPLE_RATE_HZ


@pytest.mark.slow
def test_times_are_right_around_known_silences(recognizer: Recognizer, short_sample: Path) -> None:
    """Two sentences, cut apart at the pause between them and moved away from one another."""
    whole = load_audio(short_sample).samples
    middle = round(_longest_pause(whole) * SAMPLE_RATE_HZ)
    pieces = whole[:middle], whole[middle:]
    silences_s = 1.7, 4.3, 2.6
    parts: list[np.ndarray] = []
    truth: list[tuple[float, float]] = []
    at_s = 0.0
    for silence_s, piece in zip(silences_s[:2], pieces, strict=True):
        at_s += silence_s
        parts += [np.zeros(round(silence_s * SAMPLE_RATE_HZ), np.float32), piece]
        start_s, end_s = voiced(piece)
        truth.append((at_s + start_s, at_s + end_s))
        at_s += len(piece) / SAMPLE_RATE_HZ
    parts.append(np.zeros(round(silences_s[2] * SAMPLE_RATE_HZ), np.float32))
    sound = Waveform(np.concatenate(parts))
    transcript = recognizer.transcribe(sound)
    assert len(transcript.segments) == 2
    for segment, (start_s, end_s) in zip(transcript.segments, truth, strict=True):
        assert segment.start_s == pytest.approx(start_s, abs=0.3)
        assert segment.end_s == pytest.approx(end_s, abs=0.3)
    words = [word for segment in transcript.segments for word in segment.words]
    assert all(a.start_s <= b.start_s and a.end_s <= b.start_s + 0.021 for a, b in pairwise(words))
    assert all(0 <= word.start_s < word.end_s <= sound.duration_s for word in words)
    fever = next(word for word in words if word.text.lower().startswith("fever"))
    assert truth[0][0] + 1 < fever.start_s < truth[0][1]


@pytest.mark.slow
def test_a_later_start_moves_every_word_with_it(recognizer: Recognizer, short_sample: Path) -> None:
    samples = load_audio(short_sample).samples
    shift_s = 7.31
    delayed = np.concatenate([np.zeros(round(shift_s * SAMPLE_RATE_HZ), np.float32), samples])
    first, second = (recognizer.transcribe(Waveform(sound)) for sound in (samples, delayed))
    pairs = list(
        zip(
            (word for segment in first.segments for word in segment.words),
            (word for segment in second.segments for word in segment.words),
            strict=True,
        )
    )
    assert [a.text for a, _ in pairs] == [b.text for _, b in pairs] and len(pairs) > 15
    assert max(abs(b.start_s - a.start_s - shift_s) for a, b in pairs) < 0.3


@pytest.mark.slow
def test_attention_noted_while_writing_gives_the_times_of_a_pass_of_its_own(
    recognizer: Recognizer, short_sample: Path
) -> None:
    samples = load_audio(short_sample).samples
    memory, prompt = recognizer.encode(samples), recognizer.vocabulary.prompt("en")
    noted = decode(recognizer.backend, recognizer.vocabulary, memory, prompt, DecodingOptions())
    assert noted.attention is not None and noted.attention.shape[1] == len(prompt) + len(noted.tokens)
    length_s = len(samples) / SAMPLE_RATE_HZ
    whole = Utterance(0.0, samples, 0.0, length_s)
    window = Window((whole,))
    first, second = (
        align_segments(
            recognizer.vocabulary,
            align_batch(recognizer.backend, recognizer.vocabulary, memory, prompt, [each])[0],
            each,
            prompt_length=len(prompt),
            language="en",
            window=window,
            judge=recognizer.judge,
        )[0].words
        for each in (noted, replace(noted, attention=None))
    )
    assert len(first) > 15 and [word.text for word in first] == [word.text for word in second]
    assert np.abs(np.array([a.start_s - b.start_s for a, b in zip(first, second, strict=True)])).max() < 0.1


def _longest_pause(samples: np.ndarray) -> float:
    """The middle of the longest quiet stretch inside, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    longest = int(np.diff(loud).argmax())
    return float(loud[longest] + loud[longest + 1]) / 2 / SAMPLE_RATE_HZ


@settings(deadline=None)
@given(
    values=arrays.arrays(
        np.float32, st.tuples(st.integers(1, 3), st.integers(4, 40)), elements=st.floats(-9, 9, width=32)
    )
)
def test_the_median_is_that_of_seven_neighbours(values: np.ndarray) -> None:
    padded = np.pad(values, ((0, 0), (3, 3)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1)
    assert np.array_equal(median_of_seven(values), np.median(windows, axis=2))
