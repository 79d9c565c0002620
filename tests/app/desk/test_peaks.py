"""How loud a recording is from moment to moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, write_wav

from app.desk.peaks import Stopped, open_peaks
from app.paths import waveforms_folder
from speech.errors import AudioError


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """Two seconds of silence, one at half of full scale, and a fraction of the last bin."""
    return write_wav(tmp_path / "a.wav", np.concatenate([np.zeros(2 * RATE_HZ), np.full(RATE_HZ, 0.5), np.ones(10)]))


def test_loud_and_quiet_stand_where_they_are(audio: Path) -> None:
    peaks = open_peaks(audio, "a" * 64, lambda: False)
    assert peaks.duration_s == pytest.approx(3.02)
    assert list(peaks.between(0.0, 4.0, 4)) == [0, 0, 128, 255]
    assert list(peaks.between(-1.0, 3.0, 4)) == [0, 0, 0, 128]
    assert list(peaks.between(1.99, 2.03, 4)) == [0, 128, 128, 128]
    assert list(peaks.between(9.0, 10.0, 2)) == [0, 0]


def test_they_are_measured_once_and_again_where_the_file_is_damaged(audio: Path) -> None:
    first = open_peaks(audio, "b" * 64, lambda: False)
    audio.unlink()
    assert np.array_equal(open_peaks(audio, "b" * 64, lambda: False).heights, first.heights)
    (kept,) = waveforms_folder().iterdir()
    kept.write_bytes(kept.read_bytes()[:20])
    with pytest.raises(AudioError):
        open_peaks(audio, "b" * 64, lambda: False)


def test_nobody_waits_for_what_nobody_wants(audio: Path) -> None:
    with pytest.raises(Stopped):
        open_peaks(audio, "c" * 64, lambda: True)
    assert not list(waveforms_folder().iterdir())
