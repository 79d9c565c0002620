"""The clock of a microphone, beside a computer's that runs otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.capture.sound_clock import SoundClock


@settings(max_examples=5, deadline=None)
@given(drift=st.floats(-0.01, 0.01), lateness_s=st.lists(st.floats(0, 0.5), min_size=1, max_size=7))
def test_the_clocks_do_not_drift_apart(drift: float, lateness_s: list[float]) -> None:
    """Four hours of a microphone that is too fast or too slow and delivers late: off by no more than it is late."""
    computer_s = 0.0
    clock = SoundClock(lambda: computer_s)
    for number in range(10, 4 * 3600, 10):
        computer_s = number * (1 + drift) + lateness_s[number % len(lateness_s)]
        clock.hear(10.0)
        assert clock.now_s == pytest.approx(number)
        computer_s += 0.4
        assert clock.now_s == pytest.approx(number + 0.4)
