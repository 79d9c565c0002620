"""What rooms, microphones and machines do to speech, each draw the same for the same seed.

The effects are audiomentations' (MIT); what is here is the choice of them and of how strong they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]
_LOUDEST = 0.99


@dataclass(frozen=True)
class AugmentationOptions:
    """How often each effect is drawn, and the range of signal-to-noise ratios of added noise and voices."""

    noise: float = 0.3
    voices: float = 0.1
    hum: float = 0.1
    band: float = 0.1
    gain: float = 0.5
    speed: float = 0.3
    lowest_snr_db: float = 0.0
    highest_snr_db: float = 30.0


class Augmentation:
    """Draws effects for one clip after another."""

    def __init__(
        self, options: AugmentationOptions | None = None, voices: Callable[[int], Samples] | None = None
    ) -> None:
        """`voices(n)` gives n samples of other people's speech to put behind the clip's."""
        from audiomentations import AddColorNoise, BandPassFilter, Compose, Gain

        self.options = options or AugmentationOptions()
        self._voices = voices
        snr = {"min_snr_db": self.options.lowest_snr_db, "max_snr_db": self.options.highest_snr_db}
        self._effects = Compose(
            [
                AddColorNoise(**snr, p=self.options.noise),
                BandPassFilter(
                    min_center_freq=800.0, max_center_freq=2400.0, min_bandwidth_fraction=1.5, p=self.options.band
                ),
                Gain(min_gain_db=-18.0, max_gain_db=6.0, p=self.options.gain),
            ]
        )

    def apply(self, samples: Samples, seed: int) -> Samples:
        """The clip as it might have been recorded elsewhere; its length changes with its speed."""
        draw = np.random.default_rng(seed)
        random.seed(seed)  # audiomentations draws from these two
        np.random.seed(seed % 2**32)
        if draw.random() < self.options.speed:
            samples = change_speed(samples, float(draw.uniform(0.9, 1.12)))
        if self._voices is not None and draw.random() < self.options.voices:
            samples = mix(samples, self._voices(len(samples)), float(draw.uniform(8.0, self.options.highest_snr_db)))
        if draw.random() < self.options.hum:
            samples = mix(samples, hum(len(samples), draw), float(draw.uniform(5.0, self.options.highest_snr_db)))
        changed = np.asarray(self._effects(samples, sample_rate=SAMPLE_RATE_HZ), np.float32)
        return changed / max(1.0, float(np.abs(changed).max(initial=0.0)) / _LOUDEST)


def mix(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """The sum, the noise scaled so that the clip's power stands `snr_db` above it; silence stays as it is."""
    signal, disturbance = float(np.mean(samples**2)), float(np.mean(noise**2))
    if signal == 0.0 or disturbance == 0.0:
        return samples
    return np.asarray(samples + noise * np.sqrt(signal / disturbance / 10 ** (snr_db / 10)), np.float32)


def hum(length: int, draw: np.random.Generator) -> Samples:
    """The tones of mains and motors: a low note with falling overtones that swells a little."""
    seconds = np.arange(length) / SAMPLE_RATE_HZ
    note = float(draw.choice([50.0, 60.0, draw.uniform(80.0, 400.0)]))
    tones = [
        np.sin(2 * np.pi * note * k * seconds + draw.uniform(0, 6)) / k ** draw.uniform(0.5, 2) for k in range(1, 9)
    ]
    swell = 1.0 + 0.3 * np.sin(2 * np.pi * float(draw.uniform(0.1, 3.0)) * seconds)
    return np.asarray(sum(tones) * swell, np.float32)


def change_speed(samples: Samples, factor: float) -> Samples:
    """Played `factor` times as fast, pitch and all."""
    import soxr

    rate = round(SAMPLE_RATE_HZ * factor)
    return np.asarray(soxr.resample(samples, rate, SAMPLE_RATE_HZ), np.float32)


def babble(clips: Sequence[Samples], draw: np.random.Generator, length: int, people: int = 4) -> Samples:
    """Several people at once, each from a random place in a random clip."""
    sound = np.zeros(length, np.float32)
    for _ in range(people):
        clip = clips[int(draw.integers(len(clips)))]
        sound += np.resize(np.roll(clip, int(draw.integers(len(clip)))), length)
    return sound
