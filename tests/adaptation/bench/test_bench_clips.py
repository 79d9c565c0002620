"""Which clips are measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sounds import noise, write_wav

from adaptation.bench.clips import choose_clips
from adaptation.corpus import Clip, CorpusError
from speech.errors import AudioError

LENGTHS_S = (1.0, 4.0, 2.0, 3.2, 5.0)


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    return [Clip(f"{length}", write_wav(tmp_path / f"{length}.wav", noise(length)), "text") for length in LENGTHS_S]


def names(clips: list[Clip]) -> list[str]:
    return [clip.name for clip in clips]


def test_nearest_in_length_in_the_order_of_the_set(clips: list[Clip]) -> None:
    assert names(choose_clips(clips, seconds=3.0, count=3)) == ["4.0", "2.0", "3.2"]
    assert names(choose_clips(clips, seconds=100.0, count=1)) == ["5.0"]
    assert len(choose_clips(clips * 3, seconds=3.0)) == 10


def test_without_a_length_spread_over_the_set(clips: list[Clip]) -> None:
    assert choose_clips(clips) == clips
    assert names(choose_clips(clips, count=3)) == ["1.0", "2.0", "5.0"]
    assert choose_clips(clips, count=9) == clips


def test_clips_without_text_are_refused(clips: list[Clip], tmp_path: Path) -> None:
    silent = Clip("unknown", clips[0].audio, None)
    with pytest.raises(CorpusError, match="unknown has no text"):
        choose_clips([*clips, silent])


def test_files_that_are_no_audio_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(np.random.default_rng(0).bytes(999))
    with pytest.raises(AudioError, match=r"a\.wav"):
        choose_clips([Clip("a", tmp_path / "a.wav", "text")], seconds=3.0)
