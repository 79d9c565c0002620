"""Another tempo at the same pitch, sample by sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.capture.tempo import FASTEST, SLOWEST, Tempo


@pytest.mark.parametrize("channels", [1, 2, 4])
@settings(max_examples=25, deadline=None)
@given(
    speed=st.floats(SLOWEST, FASTEST).filter(lambda speed: speed != 1.0),
    rate_hz=st.sampled_from([8000, 16_000, 44_100, 48_000]),
    blocks=st.lists(st.integers(1, 4000), min_size=1, max_size=12),
)
def test_any_blocks_come_out_in_the_time_that_the_speed_asks_for(
    channels: int, speed: float, rate_hz: int, blocks: list[int]
) -> None:
    tempo = Tempo(rate_hz, channels, speed)
    sound = np.random.default_rng(0).integers(-8000, 8000, (sum(blocks), channels)).astype(np.int16)
    parts = [tempo.change(block) for block in np.split(sound, np.cumsum(blocks)[:-1])]
    changed = np.concatenate([*parts, tempo.finish()])
    assert changed.dtype == np.int16 and changed.shape[1] == channels
    assert len(changed) / rate_hz == pytest.approx(len(sound) / rate_hz / speed, abs=0.12)


def test_at_its_own_speed_the_sound_is_untouched() -> None:
    sound = np.arange(4000, dtype=np.int16).reshape(-1, 1)
    tempo = Tempo(16_000, 1, 1.0)
    assert np.array_equal(np.concatenate([tempo.change(sound), tempo.finish()]), sound)


def test_nothing_in_nothing_out() -> None:
    assert Tempo(16_000, 1, 0.5).finish().shape == (0, 1)
