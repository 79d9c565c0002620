"""Noise to try recognition in: coloured, of other voices, recorded; mixed in at a given signal-to-noise ratio."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
WHITE, PINK, BROWN = 0.0, 1.0, 2.0
_LOWEST_HZ = 20.0


def coloured_noise(count: int, exponent: float, random: np.random.Generator) -> Samples:
    """`count` samples whose power falls with frequency to that exponent: white 0, pink 1, brown 2; level off below
    20 Hz."""
    spectrum = np.fft.rfft(random.normal(size=count))
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ), _LOWEST_HZ)
    return np.fft.irfft(spectrum / frequencies ** (exponent / 2), count).astype(np.float32)


def babble(count: int, voices: Sequence[Samples], random: np.random.Generator) -> Samples:
    """Several people talking at once, equally loud, each from a random place on."""
    parts = [stretch(voice / max(float(np.sqrt(power(voice))), 1e-6), count, random) for voice in voices]
    return np.asarray(np.sum(parts, axis=0), np.float32)


def stretch(noise: Samples, count: int, random: np.random.Generator) -> Samples:
    """A part of the noise of `count` samples from a random place on; repeated where it is shorter."""
    start = int(random.integers(0, len(noise)))
    return np.asarray(np.resize(np.roll(noise, -start), count), np.float32)


def mix(speech: Samples, noise: Samples, snr_db: float) -> Samples:
    """Speech with noise of the same length at that ratio of their powers, made quieter where it would clip."""
    loudness = np.sqrt(power(speech) / max(power(noise), 1e-12) / 10 ** (snr_db / 10))
    mixed = speech + noise * np.float32(loudness)
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max(initial=0.0))), np.float32)


def power(samples: Samples) -> float:
    """Mean square."""
    return float(np.mean(np.square(samples, dtype=np.float64)))
