"""Log-mel features as Whisper was trained on, in numpy.

After openai/whisper's audio.py (MIT): 25 ms Hann windows every 10 ms, Slaney's mel scale (Auditory Toolbox, 1998) with
area-normalised triangles, log10, the lowest values raised to 8 below the highest, then scaled.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from speech.audio import SAMPLE_RATE_HZ

WINDOW = 400
HOP = 160
FRAMES_PER_S = SAMPLE_RATE_HZ // HOP
LONGEST_S = 30.0
LONGEST_FRAMES = 3000
_FLOOR = 1e-10
_DYNAMIC_RANGE = 8.0


def log_mel(samples: NDArray[np.float32], mels: int, frames: int = LONGEST_FRAMES) -> NDArray[np.float32]:
    """samples[n] at 16 kHz → float32[1, mels, frames]; silence is appended, or the audio cut, to `frames` x 10 ms.

    The windows over appended silence are not computed: their power is zero.
    """
    heard = samples[: frames * HOP]
    count = min(frames, len(heard) // HOP + 3)  # two more windows still reach into the audio
    margin = WINDOW // 2
    padded = np.zeros(margin + frames * HOP + margin, np.float32)
    padded[margin : margin + len(heard)] = heard
    padded[:margin] = padded[2 * margin : margin : -1]  # torch.stft mirrors both ends
    padded[-margin:] = padded[-margin - 2 : -2 * margin - 2 : -1]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    energy = np.full((mels, frames), np.log10(_FLOOR), np.float32)
    energy[:, :count] = np.log10(np.maximum(mel_filters(mels) @ power.T.astype(np.float32), _FLOOR))
    energy = np.maximum(energy, energy.max() - _DYNAMIC_RANGE)
    return np.asarray((energy + 4.0) / 4.0, np.float32)[None]


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def mel_filters(mels: int) -> NDArray[np.float32]:
    """float32[mels, 201]: triangles spaced evenly in Slaney's mels from 0 to 8 kHz, each of unit area."""
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ)
    corners = _mel_to_hz(np.linspace(0.0, _hz_to_mel(SAMPLE_RATE_HZ / 2), mels + 2))
    widths = np.diff(corners)
    ramps = corners[:, None] - frequencies[None, :]
    rising = -ramps[:-2] / widths[:-1, None]
    falling = ramps[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (corners[2:] - corners[:-2]))[:, None], np.float32)


_LINEAR_HZ_PER_MEL = 200.0 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def _hz_to_mel(hz: float) -> float:
    return float(_BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP) if hz >= _BREAK_HZ else hz / _LINEAR_HZ_PER_MEL


def _mel_to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _BREAK_HZ * np.exp(_LOG_STEP * (np.maximum(mels, _BREAK_MEL) - _BREAK_MEL))
    return np.where(mels >= _BREAK_MEL, above, mels * _LINEAR_HZ_PER_MEL)
