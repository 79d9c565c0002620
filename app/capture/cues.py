"""Short sounds that tell that a recording begins or has ended. They are played before it begins and after it has ended,
so that no recording contains them."""

from __future__ import annotations

import logging
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CaptureError
from app.capture.loudspeaker import Loudspeaker

_log = logging.getLogger(__name__)

_SAMPLE_RATE_HZ = 48_000
_TONE_S = 0.07
_FADE_S = 0.01
_AMPLITUDE = 0.2


class Cue(Enum):
    """Its two tones, in Hz: upwards for the beginning, downwards for the end."""

    BEGIN = (660.0, 880.0)
    END = (880.0, 660.0)


def cue_samples(cue: Cue, sample_rate_hz: int = _SAMPLE_RATE_HZ) -> NDArray[np.int16]:
    """int16 of shape (n, 1), 0.14 s."""
    times = np.arange(round(_TONE_S * sample_rate_hz)) / sample_rate_hz
    envelope = np.clip(np.minimum(times, _TONE_S - times) / _FADE_S, 0, 1)
    tones = [np.sin(2 * np.pi * frequency * times) * envelope for frequency in cue.value]
    return np.round(np.concatenate(tones) * _AMPLITUDE * 32767).astype(np.int16).reshape(-1, 1)


def play_cue(cue: Cue) -> None:
    """Plays it and returns when it was heard. Without a loudspeaker there is no cue, and recording goes on."""
    try:
        loudspeaker = Loudspeaker(_SAMPLE_RATE_HZ, 1)
    except CaptureError as problem:
        _log.warning("no cue: %s", problem.what)
        return
    try:
        loudspeaker.write(cue_samples(cue))
        loudspeaker.play_out()
    except CaptureError as problem:
        _log.warning("no cue: %s", problem.what)
    finally:
        loudspeaker.close()
