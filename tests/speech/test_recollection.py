"""What was said before, joined to what is said now."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.audio import SAMPLE_RATE_HZ
from speech.recollection import Recollection, Said
from speech.segmenting import LONGEST_GAP_S, Utterance
from speech.voice_activity import CHUNK

CHUNK_S = CHUNK / SAMPLE_RATE_HZ
LEADING, TRAILING = 9, 4  # chunks of silence around the speech of each utterance


def speak(first: int, chunks: int, number: int) -> Utterance:
    """An utterance whose speech begins with a chunk of the stream and is as long; every sample is its number."""
    start = max(0, first - LEADING)
    count = first + chunks + TRAILING - start
    return Utterance(
        start * CHUNK_S,
        np.full(count * CHUNK, number, np.float32),
        first * CHUNK_S,
        (first + chunks) * CHUNK_S,
        np.full(count, 0.5, np.float32),
    )


utterances = st.lists(st.tuples(st.integers(9, 200), st.integers(3, 250)), min_size=1, max_size=12)


@settings(deadline=None)
@given(pauses_and_lengths=utterances)
def test_the_last_ten_seconds_are_heard_again(pauses_and_lengths: list[tuple[int, int]]) -> None:
    recollection = Recollection()
    said: list[Utterance] = []
    at = 0
    for number, (pause, length) in enumerate(pauses_and_lengths):
        utterance = speak(at + pause, length, number)
        at += pause + length
        before = recollection.before(utterance)
        recollection.keep(Said(utterance, (number,)))
        said.append(utterance)
        if before is None:
            is_far = pause * CHUNK_S >= 4  # at four seconds the times' rounding decides
            assert number == 0 or is_far or said[-2].duration_s > 10
            continue
        assert before.tokens == tuple(range(number - len(before.tokens), number))
        assert before.utterance.duration_s <= 10
        heard = utterance.after(before.utterance)
        assert (heard.speech_start_s, heard.speech_end_s) == (utterance.speech_start_s, utterance.speech_end_s)
        assert heard.end_s == pytest.approx(utterance.end_s)
        assert len(heard.speech_probabilities) * CHUNK == len(heard.samples)
        own = round((utterance.speech_start_s - heard.start_s) * SAMPLE_RATE_HZ)
        assert np.all(heard.samples[own:] == number) and len(heard.samples) - own >= length * CHUNK
        told = set(heard.samples[:own].astype(int)) | {number}
        assert told | {0} == {*before.tokens, number, 0}
        assert np.array_equal(heard.samples[: len(before.utterance.samples)], before.utterance.samples)


def test_of_a_long_pause_half_a_second_is_heard() -> None:
    first, second = speak(20, 40, 1), speak(150, 40, 2)
    heard = second.after(first)
    assert heard.duration_s == pytest.approx(first.duration_s + LONGEST_GAP_S + second.duration_s)
    assert np.count_nonzero(heard.samples == 0) == round(LONGEST_GAP_S * SAMPLE_RATE_HZ)


def test_after_a_silence_of_seconds_something_new_begins() -> None:
    recollection = Recollection()
    recollection.keep(Said(speak(20, 40, 1), (1,)))
    assert recollection.before(speak(60 + round(3.9 / CHUNK_S), 40, 2)) is not None
    assert recollection.before(speak(60 + round(4.1 / CHUNK_S), 40, 2)) is None


def test_what_was_forgotten_is_not_heard_again() -> None:
    recollection = Recollection()
    recollection.keep(Said(speak(20, 40, 1), (1,)))
    recollection.forget()
    assert recollection.before(speak(80, 40, 2)) is None


def test_hours_of_speech_take_no_memory() -> None:
    """Utterances are parts of the stream that the session keeps; ten seconds of them stay, and no stream."""
    recollection = Recollection()
    stream = np.zeros(30 * SAMPLE_RATE_HZ, np.float32)
    for number in range(1000):
        at_s = number * 4.0
        recollection.keep(Said(Utterance(at_s, stream[: 100 * CHUNK], at_s, at_s + 3.2), (number,)))
    before = recollection.before(Utterance(4000.0, stream[: 20 * CHUNK], 4000.0, 4000.6))
    assert before is not None and before.tokens == (998, 999)
    assert not np.shares_memory(before.utterance.samples, stream)
