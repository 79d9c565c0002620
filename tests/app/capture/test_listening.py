import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import noise, place_of

from app.capture.level import SILENCE_DBFS, LevelMeter, level_dbfs
from app.capture.listening import Listening


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_a_listener_hears_16_khz_whatever_is_recorded(rate_hz: int) -> None:
    heard: list[np.ndarray] = []
    listening = Listening(heard.append, rate_hz)
    seconds = np.arange(2 * rate_hz) / rate_hz
    chirp = np.round(16_000 * np.sin(2 * np.pi * (200 + 300 * seconds) * seconds)).astype(np.int16)
    for block in np.array_split(chirp, 37):
        listening.take_in(block)
    listening.take_in(np.empty(0, dtype=np.int16), is_last=True)

    at_16_khz = np.concatenate(heard)
    assert at_16_khz.dtype == np.float32
    assert at_16_khz.size == pytest.approx(32_000, abs=2)
    wanted_s = np.arange(at_16_khz.size) / 16_000
    wanted = 16_000 / 32_768 * np.sin(2 * np.pi * (200 + 300 * wanted_s) * wanted_s)
    assert np.abs(at_16_khz - wanted)[200:-200].max() < 0.01


def test_blocks_follow_each_other_without_a_seam() -> None:
    heard: list[np.ndarray] = []
    listening = Listening(heard.append, 16_000)
    said = np.round(noise(1) * 32767).astype(np.int16)
    for block in np.array_split(said, 50):
        listening.take_in(block)
    assert place_of(said / 32768, np.concatenate(heard)) == (0, pytest.approx(1))


@given(st.lists(st.integers(-32768, 32767), max_size=200))
def test_levels_lie_between_silence_and_full_scale(samples: list[int]) -> None:
    assert SILENCE_DBFS <= level_dbfs(np.array(samples, dtype=np.int16)) <= 0


def test_the_level_of_a_full_sine_is_3_db_below_full_scale() -> None:
    sine = np.round(32767 * np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000)).astype(np.int16)
    assert level_dbfs(sine) == pytest.approx(20 * math.log10(math.sqrt(0.5)), abs=0.01)
    assert level_dbfs(np.zeros(100, dtype=np.int16)) == SILENCE_DBFS


def test_small_blocks_make_few_levels() -> None:
    meter = LevelMeter(16_000)
    levels = [meter.add(np.full(64, 1000, dtype=np.int16)) for _ in range(250)]
    told = [level for level in levels if level is not None]
    assert len(told) == 25
    assert told == [pytest.approx(20 * math.log10(1000 / 32768))] * 25
