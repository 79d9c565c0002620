"""Confidence: the files it is learned into, and that it falls where the recogniser goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adaptation.corpus import read_manifest
from adaptation.metrics.words import right_words
from adaptation.noise import PINK, coloured_noise, mix
from speech.audio import Waveform, load_audio
from speech.confidence import FEATURES, Calibration, load_calibration
from speech.recognizer import Recognizer
from speech.transcript import Word

WEIGHTS = st.lists(
    st.floats(-9, 9).map(lambda value: round(value, 4)), min_size=len(FEATURES) + 1, max_size=len(FEATURES) + 1
)


@settings(deadline=None)
@given(weights=WEIGHTS, threshold=st.integers(30, 70))
def test_a_calibration_is_read_back_as_it_was_written(weights: list[float], threshold: int) -> None:
    calibration = Calibration("owner/model", tuple(weights), threshold / 100, "7 words")
    assert Calibration.from_json(calibration.to_json()) == calibration


@pytest.mark.parametrize("key", ["schema", "weights", "intercept", "threshold", "learned_from"])
def test_a_file_that_lacks_something_or_is_of_other_features_is_refused(key: str) -> None:
    value = json.loads(load_calibration("whisper-base").to_json())
    del value[key]
    with pytest.raises(ValueError, match="not a calibration"):
        Calibration.from_json(json.dumps(value))
    value = json.loads(load_calibration("whisper-base").to_json())
    value["weights"]["colour of the voice"] = 1.0
    with pytest.raises(ValueError, match="other features"):
        Calibration.from_json(json.dumps(value))


def test_shipped_calibrations_mark_within_the_band_and_serve_models_without_their_own() -> None:
    own = load_calibration("whisper-base")
    assert own.model == "whisper-base" and 0.3 <= own.threshold <= 0.7
    assert load_calibration("openai/whisper-medium") == own


def test_a_surer_model_makes_surer_words() -> None:
    """More probable tokens, all else equal, never lower the confidence."""
    features = np.zeros((3, len(FEATURES)))
    features[:, [0, 1, 6, 7]] = np.array([-2.0, 0.0, 4.0])[:, None]
    features[:, 2] = [-1.0, -0.5, -0.1]
    features[:, 3], features[:, 4], features[:, 8] = 3.0, 1.6, 0.3
    confidences = load_calibration("whisper-base").judge(features)
    assert (np.diff(confidences) > 0).all() and 0 < confidences[0] < 0.6 and 0.9 < confidences[-1] < 1


def heard(recognizer: Recognizer, samples: np.ndarray) -> list[Word]:
    return [word for segment in recognizer.transcribe(Waveform(samples)).segments for word in segment.words]


@pytest.mark.slow
def test_confidence_follows_what_is_right(recognizer: Recognizer, short_sample: Path) -> None:
    """In noise of -3 dB some words go wrong; confidences fall with them, and just the wrong ones are doubtful."""
    said = read_manifest(short_sample.with_name("manifest.jsonl"))[-1].text or ""
    speech = load_audio(short_sample).samples
    noisy = mix(speech, coloured_noise(len(speech), PINK, np.random.default_rng(2)), -3.0)
    shares = []
    for samples in (speech, noisy):
        words = heard(recognizer, samples)
        verdicts = right_words(said, [word.text for word in words])
        shares.append(np.mean([verdict for verdict in verdicts if verdict is not None]))
        assert np.mean([word.confidence for word in words]) == pytest.approx(shares[-1], abs=0.1)
    assert shares[0] == 1.0 and shares[1] < 0.95
    threshold = load_calibration("whisper-base").threshold
    pairs = zip(words, verdicts, strict=True)
    right_ones, wrong_ones = [], []
    for word, verdict in pairs:
        (right_ones if verdict else wrong_ones).append(word.confidence < threshold)
    assert np.mean(wrong_ones) > 0.6 and np.mean(right_ones) < 0.1


@pytest.mark.slow
def test_a_segment_is_as_sure_as_its_words_are_on_average(recognizer: Recognizer, short_sample: Path) -> None:
    for segment in recognizer.transcribe(short_sample).segments:
        assert segment.confidence == pytest.approx(np.mean([word.confidence for word in segment.words]))
