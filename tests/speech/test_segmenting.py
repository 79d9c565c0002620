"""Cutting streams into utterances with the real detector on real speech."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from samples import Sample

from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.segmenting import Segmenter, SegmentingOptions, Utterance, find_utterances
from speech.voice_activity import CHUNK

Samples = NDArray[np.float32]


def silence(seconds: float) -> Samples:
    """Very quiet noise: what a microphone gives in an empty room."""
    count = round(seconds * SAMPLE_RATE_HZ)
    return np.random.default_rng(1).normal(0, 0.0005, count).astype(np.float32)


def in_blocks(samples: Samples, size: int) -> list[Samples]:
    return [samples[first : first + size] for first in range(0, len(samples), size)]


@pytest.fixture(scope="module")
def speech(short_sample: Path) -> Samples:
    return load_audio(short_sample).samples


@pytest.fixture(scope="module")
def conversation(speech: Samples) -> Samples:
    """Speech, a long pause, speech that begins the moment the pause ends, and an end in the middle of a word."""
    return np.concatenate([speech, silence(3.3), speech[SAMPLE_RATE_HZ * 3 : SAMPLE_RATE_HZ * 5 + 77]])


@pytest.fixture(scope="module")
def without_pauses(sample: Sample) -> Samples:
    """80 s of speech from which every quiet moment is cut."""
    samples = load_audio(sample.audio).samples
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    loud = frames[np.abs(frames).max(axis=1) > 0.03].ravel()
    return np.tile(loud, 1 + 80 * SAMPLE_RATE_HZ // len(loud))[: 80 * SAMPLE_RATE_HZ]


def assert_same(found: list[Utterance], expected: list[Utterance]) -> None:
    assert [(u.start_s, u.end_s, u.speech_start_s, u.speech_end_s) for u in found] == [
        (u.start_s, u.end_s, u.speech_start_s, u.speech_end_s) for u in expected
    ]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(found, expected, strict=True))


def assert_faithful(found: list[Utterance], samples: Samples) -> None:
    """Every utterance is a piece of the stream at the place that it names; none overlaps the one before."""
    for utterance in found:
        first = round(utterance.start_s * SAMPLE_RATE_HZ)
        assert np.array_equal(utterance.samples, samples[first : first + len(utterance.samples)])
        assert utterance.start_s <= utterance.speech_start_s < utterance.speech_end_s <= utterance.end_s
        assert utterance.end_s <= len(samples) / SAMPLE_RATE_HZ and utterance.end_s - utterance.start_s <= 30.0
    assert all(a.end_s <= b.start_s for a, b in pairwise(found))


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(0, 40_000), min_size=1, max_size=30), pause_s=st.sampled_from([0.3, 0.6, 2.0]))
def test_the_same_utterances_whatever_the_blocks(conversation: Samples, sizes: list[int], pause_s: float) -> None:
    options = SegmentingOptions(pause_s=pause_s)
    cuts = np.cumsum(sizes)
    blocks = np.split(conversation, cuts[cuts < len(conversation)])
    expected = list(find_utterances(in_blocks(conversation, CHUNK), options))
    assert_same(list(find_utterances(blocks, options)), expected)
    assert_faithful(expected, conversation)
    assert len(expected) >= 2


def test_one_block_or_single_samples(speech: Samples) -> None:
    piece = speech[: 2 * SAMPLE_RATE_HZ]
    expected = list(find_utterances([piece]))
    assert_same(list(find_utterances(in_blocks(piece, 7))), expected)
    assert_faithful(expected, piece)


def test_streams_do_not_disturb_one_another(conversation: Samples, speech: Samples) -> None:
    alone = list(find_utterances(in_blocks(conversation, 4000)))
    first, second = Segmenter(), Segmenter()
    found: list[Utterance] = []
    for mine, other in zip(in_blocks(conversation, 4000), in_blocks(np.tile(speech, 9), 4000), strict=False):
        found += first.push(mine)
        second.push(other)
    assert_same([*found, *first.finish()], alone)


def test_utterances_hold_the_speech_and_little_else(conversation: Samples, speech: Samples) -> None:
    first, second = find_utterances(in_blocks(conversation, 1600))
    again_s = len(speech) / SAMPLE_RATE_HZ + 3.3
    assert first.speech_start_s == pytest.approx(0.43, abs=0.15)  # the sample begins with a moment of silence
    assert second.speech_start_s == pytest.approx(again_s, abs=0.15)
    assert second.start_s == pytest.approx(again_s - SegmentingOptions().padding_s, abs=0.15)
    assert second.end_s == pytest.approx(len(conversation) / SAMPLE_RATE_HZ)  # the last, partial chunk is kept


def test_speech_after_a_long_silence(speech: Samples) -> None:
    stream = np.concatenate([silence(45.0), speech])
    (found,) = find_utterances(in_blocks(stream, 8000))
    assert found.speech_start_s == pytest.approx(45.43, abs=0.15)
    assert_faithful([found], stream)


def test_digital_silence_changes_nothing(speech: Samples) -> None:
    """Behind hours of it, which are skipped, speech is cut as at the beginning of a stream."""
    (alone,) = find_utterances([speech])
    parts = [
        speech,
        np.zeros(2000 * CHUNK, np.float32),
        silence(4.0),
        speech,
        np.zeros(1500 * CHUNK, np.float32),
        speech,
    ]
    found = list(find_utterances([np.concatenate(parts)]))
    ends = np.cumsum([len(part) for part in parts])
    places_s = [(end - len(speech)) / SAMPLE_RATE_HZ for end in (ends[0], ends[3], ends[5])]
    assert len(found) == 3
    for utterance, place_s in zip(found, places_s, strict=True):
        assert utterance.speech_start_s - place_s == pytest.approx(alone.speech_start_s, abs=0.07)
        assert utterance.speech_end_s - place_s == pytest.approx(alone.speech_end_s, abs=0.07)


def test_speech_without_pauses_is_cut_and_nothing_lost(without_pauses: Samples) -> None:
    found = list(find_utterances(in_blocks(without_pauses, 5000)))
    assert_faithful(found, without_pauses)
    assert len(found) >= 3 and max(u.end_s - u.start_s for u in found) > 15
    assert found[0].start_s == 0.0 and found[-1].end_s == pytest.approx(80.0)
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    assert np.array_equal(np.concatenate([u.samples for u in found]), without_pauses)


def test_long_speech_is_cut_at_its_pauses(sample: Sample) -> None:
    """The quietest moments, never within a word: what lies right at a cut is silence."""
    samples = load_audio(sample.audio).samples
    stream = np.concatenate([samples, samples])
    found = list(find_utterances(in_blocks(stream, 3000)))
    assert_faithful(found, stream)
    assert len(found) >= 3
    for before, after in pairwise(found):
        at = round(before.end_s * SAMPLE_RATE_HZ)
        assert np.abs(stream[at - 800 : at + 800]).max() < 0.02
        gap = stream[at : round(after.start_s * SAMPLE_RATE_HZ)]
        assert gap.size == 0 or np.abs(gap).max() < 0.05


def test_silence_and_clicks_are_no_speech() -> None:
    quiet = silence(6.0)
    clicks = quiet.copy()
    for at in (1.0, 2.5, 2.6, 4.0):
        first = round(at * SAMPLE_RATE_HZ)
        clicks[first : first + 160] += np.random.default_rng(2).normal(0, 0.4, 160).astype(np.float32)
    for stream in (quiet, clicks, np.zeros(40_000, np.float32), np.zeros(0, np.float32), silence(0.01)):
        assert list(find_utterances([stream])) == []


def test_silence_takes_no_memory() -> None:
    segmenter = Segmenter()
    for _ in range(20):
        assert segmenter.push(silence(1.0)) == []
    assert segmenter.pending is None and not segmenter.speaking
    assert len(segmenter._samples) < 3 * SAMPLE_RATE_HZ


def test_what_is_under_way_grows_into_the_utterance(speech: Samples) -> None:
    stream = np.concatenate([silence(1.5), speech, silence(1.0)])
    segmenter = Segmenter(SegmentingOptions(pause_s=0.6))
    lengths: list[int] = []
    ended: list[Utterance] = []
    for block in in_blocks(stream, 1600):
        ended += segmenter.push(block)
        pending = segmenter.pending
        if ended:
            break
        if pending is not None:
            lengths.append(len(pending.samples))
            first = round(pending.start_s * SAMPLE_RATE_HZ)
            assert np.array_equal(pending.samples, stream[first : first + len(pending.samples)])
    assert len(lengths) > 10 and lengths == sorted(lengths)
    assert ended[0].start_s == pytest.approx(1.93 - 1.0, abs=0.15)


def test_loud_and_broken_samples_do_not_stop_the_stream(speech: Samples) -> None:
    assert len(list(find_utterances([speech * 50]))) == 1
