"""Utterances packed into windows: nothing said is lost, nothing is heard twice, and only silence is left out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.audio import SAMPLE_RATE_HZ
from speech.packing import KEPT_SILENCE_S, Window, group, pack
from speech.segmenting import Utterance
from speech.voice_activity import CHUNK

CHUNK_S = CHUNK / SAMPLE_RATE_HZ
PADDING = 31  # chunks


def utterance(start: int, spans: list[tuple[int, int]], end: int) -> Utterance:
    """In chunks; each sample holds the number of its chunk, so that its place in the stream can be read from it."""
    samples = np.repeat(np.arange(start, end, dtype=np.float32), CHUNK)
    pauses = tuple((a[1] * CHUNK_S, b[0] * CHUNK_S) for a, b in pairwise(spans) if b[0] - a[1] >= 8)
    probabilities = np.arange(start, end, dtype=np.float32)
    return Utterance(start * CHUNK_S, samples, spans[0][0] * CHUNK_S, spans[-1][1] * CHUNK_S, probabilities, pauses)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Utterance], set[int]]:
    """Utterances of a stream as the segmenter cuts them, and all chunks in which somebody speaks."""
    utterances: list[Utterance] = []
    spoken: set[int] = set()
    at = 0
    for _ in range(draw(st.integers(1, 12))):
        contiguous = bool(utterances) and draw(st.booleans())
        begin = at if contiguous else at + draw(st.integers(1, 300))
        spans: list[tuple[int, int]] = []
        first = begin + (0 if contiguous else PADDING)
        while not spans or draw(st.booleans()):
            last = first + draw(st.integers(4, 120))
            if last - begin > 850:
                break
            spans.append((first, last))
            first = last + draw(st.integers(1, 60))
        at = spans[-1][1] + (PADDING if draw(st.booleans()) else 0)
        utterances.append(utterance(begin, spans, at))
        spoken |= {chunk for a, b in spans for chunk in range(a, b)}
    return utterances, spoken


@settings(deadline=None, max_examples=50)
@given(streams(), st.sampled_from([10.0, 15.0, 29.5]))
def test_all_speech_is_packed_once_in_order_within_the_length(
    stream: tuple[list[Utterance], set[int]], longest_s: float
) -> None:
    utterances, spoken = stream
    windows = list(pack(utterances, longest_s))
    heard = [int(chunk) for window in windows for chunk in window.samples[::CHUNK]]
    assert all(a < b for a, b in pairwise(heard))
    assert spoken <= set(heard)
    for window in windows:
        alone = len(window.utterances) == 1
        assert window.duration_s <= longest_s or alone
        for part, offset_s in zip(window.utterances, window.offsets_s, strict=True):
            at = round(offset_s / CHUNK_S)
            assert window.samples[at * CHUNK] == round(part.start_s / CHUNK_S) == part.speech_probabilities[0]
            assert len(part.speech_probabilities) * CHUNK == len(part.samples)
            assert part.start_s <= part.speech_start_s < part.speech_end_s <= part.end_s + 1e-9


@settings(deadline=None, max_examples=50)
@given(streams())
def test_only_the_middle_of_long_pauses_is_left_out(stream: tuple[list[Utterance], set[int]]) -> None:
    for window in pack(stream[0], 29.5):
        for before, after in pairwise(window.utterances):
            assert after.start_s >= before.end_s
            assert before.end_s - before.speech_end_s <= KEPT_SILENCE_S + CHUNK_S
            assert after.speech_start_s - after.start_s <= KEPT_SILENCE_S + CHUNK_S


def test_half_a_second_is_left_on_either_side_of_a_long_pause() -> None:
    first, second = utterance(0, [(31, 100)], 131), utterance(400, [(431, 500)], 531)
    (window,) = pack([first, second], 29.5)
    before, after = window.utterances
    assert before.end_s - before.speech_end_s == pytest.approx(KEPT_SILENCE_S, abs=CHUNK_S)
    assert after.speech_start_s - after.start_s == pytest.approx(KEPT_SILENCE_S, abs=CHUNK_S)


def test_a_file_of_one_utterance_is_heard_as_it_is() -> None:
    whole = utterance(5, [(36, 200), (215, 400)], 431)
    (window,) = pack([whole], 29.5)
    assert window.utterances == (whole,)


def test_an_utterance_is_split_at_its_latest_pause_that_fits() -> None:
    first = utterance(0, [(31, 531)], 562)
    second = utterance(700, [(731, 900), (920, 1000), (1030, 1500)], 1531)
    windows = list(pack([first, second], 29.5))
    assert [len(window.utterances) for window in windows] == [2, 1]
    assert windows[0].utterances[1].speech_end_s == 1000 * CHUNK_S
    assert windows[1].utterances[0].speech_start_s == 1030 * CHUNK_S
    assert windows[1].start_s == windows[0].end_s == pytest.approx(1015 * CHUNK_S)


def test_times_in_a_window_belong_to_the_nearest_utterance() -> None:
    window = Window((utterance(0, [(10, 50)], 60), utterance(200, [(220, 260)], 300)))
    times_s = np.array([0, 49, 64, 66, 80, 159]) * CHUNK_S  # speech ends at 50 and begins again at 80
    assert window.utterances_at(times_s).tolist() == [0, 0, 0, 1, 1, 1]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=80), st.integers(1, 8))
def test_groups_are_alike_and_windows_do_not_wait_for_ever(lengths: list[int], rows: int) -> None:
    windows = [
        Window((utterance(1000 * number, [(1000 * number, 1000 * number + length)], 1000 * number + length),))
        for number, length in enumerate(lengths)
    ]
    taken = 0

    def counted() -> object:
        nonlocal taken
        for window in windows:
            taken += 1
            yield window

    given_out: list[Window] = []
    for alike in group(counted(), rows, lambda window: len(window.samples) // (100 * CHUNK)):
        assert 1 <= len(alike) <= rows
        assert len({len(window.samples) // (100 * CHUNK) for window in alike}) == 1
        assert taken - len(given_out) <= 32
        given_out += alike
    assert sorted(window.start_s for window in given_out) == [window.start_s for window in windows]
