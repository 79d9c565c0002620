"""What time it is in the sound that a microphone gives."""

import time
from collections.abc import Callable


class SoundClock:
    """Seconds since the first sound, on the microphone's own clock, which is never quite the computer's.

    Each block that comes sets it, so that the two cannot drift apart; in between it goes on with the computer's.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._heard_s = 0.0
        self._heard_at = now()

    def hear(self, duration_s: float) -> None:
        """A block of this duration has just come."""
        self._heard_s += duration_s
        self._heard_at = self._now()

    @property
    def now_s(self) -> float:
        return self._heard_s + self._now() - self._heard_at
