"""Noise: its colour, its loudness, and that nothing clips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adaptation.noise import BROWN, PINK, WHITE, babble, coloured_noise, mix, power, stretch


@pytest.mark.parametrize(("colour", "decibels_an_octave"), [(WHITE, 0.0), (PINK, -3.0), (BROWN, -6.0)])
def test_colours_fall_as_they_are_named(colour: float, decibels_an_octave: float) -> None:
    noise = coloured_noise(1 << 17, colour, np.random.default_rng(0))
    spectrum = np.abs(np.fft.rfft(noise)) ** 2
    frequencies = np.fft.rfftfreq(len(noise), 1 / 16_000)
    octaves = [spectrum[(frequencies >= low) & (frequencies < 2 * low)].mean() for low in (100, 200, 400, 800, 1600)]
    assert np.diff(10 * np.log10(octaves)) == pytest.approx(decibels_an_octave, abs=0.7)


@settings(max_examples=50, deadline=None)
@given(snr_db=st.floats(-10, 40), loudness=st.floats(1e-3, 3), seed=st.integers(0, 99))
def test_mixed_at_the_ratio_asked_for_and_never_clipped(snr_db: float, loudness: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    speech = (np.sin(np.arange(4000) / 9) * 0.5).astype(np.float32)
    noise = (random.normal(size=4000) * loudness).astype(np.float32)
    mixed = mix(speech, noise, snr_db)
    assert np.abs(mixed).max() <= 1.0 + 1e-6
    quieter = float(np.linalg.lstsq(np.stack([speech, noise], 1), mixed, rcond=None)[0][0])
    rest = mixed - quieter * speech
    assert 10 * np.log10(power(quieter * speech) / power(rest)) == pytest.approx(snr_db, abs=0.1)


@settings(deadline=None)
@given(length=st.integers(1, 50), count=st.integers(0, 120))
def test_noise_of_any_length_fills_the_clip(length: int, count: int) -> None:
    noise = np.arange(1, length + 1, dtype=np.float32)
    assert len(stretch(noise, count, np.random.default_rng(0))) == count


def test_voices_in_a_babble_are_equally_loud() -> None:
    random = np.random.default_rng(1)
    low, high = (np.sin(np.arange(16_000) * step).astype(np.float32) for step in (0.02, 0.5))
    spectrum = np.abs(np.fft.rfft(babble(16_000, [low * 0.01, high], random)))
    peaks = [spectrum[: 16_000 // 10].max(), spectrum[16_000 // 20 :].max()]
    assert peaks[0] == pytest.approx(peaks[1], rel=0.2)
