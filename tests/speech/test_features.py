"""Log-mel features against transformers' own."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.features import LONGEST_FRAMES, log_mel, mel_filters

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from transformers import WhisperFeatureExtractor


def reference(samples: np.ndarray, mels: int) -> np.ndarray:
    extractor = WhisperFeatureExtractor(feature_size=mels)
    features = extractor(samples, sampling_rate=16_000, return_tensors="np")["input_features"]
    return np.asarray(features)


def sound(length: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    loudness = np.interp(np.arange(length), [0, max(1, length // 2), max(2, length)], [0.01, 0.9, 0.001])
    return (random.normal(0, 0.2, length) * loudness).astype(np.float32)


@pytest.mark.parametrize("mels", [80, 128])
def test_filters_are_those_of_the_reference(mels: int) -> None:
    assert np.abs(mel_filters(mels) - WhisperFeatureExtractor(feature_size=mels).mel_filters.T).max() < 1e-6


@settings(max_examples=12, deadline=None)
@given(length=st.integers(1, 480_000), mels=st.sampled_from([80, 128]), seed=st.integers(0, 99))
def test_same_features_as_the_reference(length: int, mels: int, seed: int) -> None:
    samples = sound(length, seed)
    ours = log_mel(samples, mels)
    assert ours.shape == (1, mels, LONGEST_FRAMES) and ours.dtype == np.float32
    assert np.abs(ours - reference(samples, mels)).max() < 2e-3


@pytest.mark.parametrize("length", [1, 2, 150, 199, 200, 201, 399, 400, 401, 479_800, 480_000])
def test_very_short_and_full_windows(length: int) -> None:
    samples = sound(length, 7)
    assert np.abs(log_mel(samples, 80) - reference(samples, 80)).max() < 2e-3


def test_sound_beyond_thirty_seconds_is_cut() -> None:
    samples = sound(500_000, 1)
    assert np.array_equal(log_mel(samples, 80), log_mel(samples[:480_000], 80))


def test_silence_is_even_and_finite() -> None:
    for length in (0, 16_000):
        features = log_mel(np.zeros(length, np.float32), 80)
        assert np.ptp(features) < 1e-5 and features[0, 0, 0] == pytest.approx(-1.5)


@settings(max_examples=20, deadline=None)
@given(length=st.integers(1_000, 40_000), frames=st.integers(150, 1000))
def test_a_shorter_context_holds_the_same_frames(length: int, frames: int) -> None:
    """Apart from the last frames, where the reference's context ends in a mirror image."""
    samples = sound(length, 2)
    short, whole = log_mel(samples, 80, frames), log_mel(samples[: frames * 160], 80)
    assert short.shape == (1, 80, frames)
    assert np.abs(short[:, :, :-2] - whole[:, :, : frames - 2]).max() < 2e-3
