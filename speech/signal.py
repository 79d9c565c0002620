"""How far speech stands above the noise around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from speech.voice_activity import CHUNK

LOWEST_DB, HIGHEST_DB = -10.0, 40.0
_SPEECH = 0.5
_NOISE = 0.3
_FEWEST_CHUNKS = 4  # 0.13 s of noise say something about the rest
_QUIETEST = 0.1
_DIGITAL_SILENCE = 1e-10  # about the power that rounding to 16 bits leaves


def estimate_snr_db(samples: NDArray[np.float32], speech_probabilities: NDArray[np.float32]) -> float:
    """The signal-to-noise ratio of an utterance, from -10 to 40 dB.

    `speech_probabilities` holds P(speech) of every chunk of 32 ms. Noise is what sounds where neither a chunk nor its
    neighbours hold speech; where hardly any is left, the quietest tenth of the chunks stands for it. Its power is taken
    off that of the chunks with speech.
    """
    count = min(len(samples) // CHUNK, len(speech_probabilities))
    if not count:
        return HIGHEST_DB
    chunks = samples[: count * CHUNK].reshape(count, CHUNK)
    power = np.einsum("ij,ij->i", chunks, chunks, dtype=np.float64) / CHUNK
    probabilities = speech_probabilities[:count]
    is_speech = probabilities >= _SPEECH
    may_hold_speech = np.pad(probabilities >= _NOISE, 1)
    noises = power[~(may_hold_speech[:-2] | may_hold_speech[1:-1] | may_hold_speech[2:])]
    noise = noises.mean() if len(noises) >= _FEWEST_CHUNKS else np.quantile(power, _QUIETEST)
    speech = power[is_speech].mean() if is_speech.any() else power.mean()
    ratio = max(speech - noise, 0.0) / max(noise, _DIGITAL_SILENCE)
    return float(np.clip(10 * np.log10(max(ratio, 1e-9)), LOWEST_DB, HIGHEST_DB))
