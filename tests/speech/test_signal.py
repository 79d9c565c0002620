"""The estimated signal-to-noise ratio against ratios that are known because the noise was mixed in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adaptation.noise import BROWN, PINK, WHITE, coloured_noise, mix
from speech.audio import load_audio
from speech.segmenting import find_utterances
from speech.signal import HIGHEST_DB, LOWEST_DB, estimate_snr_db
from speech.voice_activity import CHUNK

QUIET_S = 1.0


def estimate(samples: np.ndarray) -> float:
    (utterance,) = find_utterances([samples])
    return estimate_snr_db(utterance.samples, utterance.speech_probabilities)


@pytest.fixture(scope="module")
def speech(short_sample: Path) -> np.ndarray:
    """The two sentences between two seconds of nothing."""
    quiet = np.zeros(round(QUIET_S * 16_000), np.float32)
    return np.concatenate([quiet, load_audio(short_sample).samples, quiet])


@pytest.mark.parametrize("colour", [WHITE, PINK, BROWN])
@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0, 30.0])
def test_known_ratios(speech: np.ndarray, colour: float, snr_db: float) -> None:
    noise = coloured_noise(len(speech), colour, np.random.default_rng(3))
    # speech sounds in two thirds of the time only, so its own ratio is a little above that of the whole
    assert estimate(mix(speech, noise, snr_db)) == pytest.approx(snr_db + 1.5, abs=3.0)


def test_clean_speech_is_at_the_top_and_no_speech_at_the_bottom(speech: np.ndarray) -> None:
    assert estimate(speech) == HIGHEST_DB
    noise = coloured_noise(CHUNK * 30, WHITE, np.random.default_rng(0))
    assert estimate_snr_db(noise, np.zeros(30, np.float32)) < 0.0


@settings(max_examples=60, deadline=None)
@given(
    chunks=st.integers(0, 40),
    loudness=st.sampled_from([0.0, 1e-6, 0.01, 1.0]),
    probabilities=st.lists(st.floats(0, 1, width=32), max_size=45),
)
def test_any_sound_gives_a_finite_ratio(chunks: int, loudness: float, probabilities: list[float]) -> None:
    samples = (np.random.default_rng(1).normal(size=chunks * CHUNK + 7) * loudness).astype(np.float32)
    assert LOWEST_DB <= estimate_snr_db(samples, np.array(probabilities, np.float32)) <= HIGHEST_DB


def test_every_chunk_of_an_utterance_has_its_probability(speech: np.ndarray) -> None:
    (utterance,) = find_utterances([speech])
    assert len(utterance.speech_probabilities) in (len(utterance.samples) // CHUNK, len(utterance.samples) // CHUNK + 1)
    inside = slice(round(1.2 * 16_000 / CHUNK), round(2.5 * 16_000 / CHUNK))
    assert utterance.speech_probabilities[inside].mean() > 0.8
    assert utterance.speech_probabilities[:15].max() < 0.5
