"""Learning confidence: on words whose chances are known, and on real recognitions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import Sample

from adaptation.calibration import (
    BABBLE,
    CLEAN,
    COLOURED,
    RECORDED,
    JudgedWords,
    best_threshold,
    fit,
    join,
    judge_clips,
    learn,
    marking,
)
from adaptation.corpus import Clip, CorpusError
from adaptation.metrics.reliability import area_under_curve, calibration_error
from speech.confidence import FEATURES, Calibration
from speech.recognizer import Recognizer
from speech.store import InstalledModel


def drawn(count: int, seed: int, noise: str = CLEAN) -> tuple[JudgedWords, np.ndarray]:
    """Words that are right with a known chance, which depends on the score and more on the ratio to the noise."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(count, len(FEATURES))) * np.arange(1, len(FEATURES) + 1) + 3.0
    chance = 1 / (1 + np.exp(-(0.7 * features[:, 0] + 0.5 * features[:, 3] - 2.5)))
    words = JudgedWords(
        features,
        random.random(count) < chance,
        np.array([f"speaker {number % 7}" for number in range(count)]),
        np.full(count, noise),
        np.full(count, 20.0),
    )
    return words, chance


def test_known_chances_are_learned() -> None:
    words, _ = drawn(6000, 1)
    fresh, chance = drawn(3000, 2)
    confidence = Calibration("m", fit(words), 0.5).judge(fresh.features)
    assert np.abs(confidence - chance).mean() < 0.02
    error = calibration_error(confidence, fresh.is_right)
    assert error is not None and error < 0.03


def test_confidence_of_unheard_speakers_beats_the_score() -> None:
    words, _ = drawn(4000, 3)
    calibration, held_out = learn(words, "m", "drawn words")
    areas = [area_under_curve(judged, words.is_right) for judged in (words.scores, held_out)]
    errors = [calibration_error(judged, words.is_right) for judged in (words.scores, held_out)]
    assert areas[1] > areas[0] + 0.03 and errors[1] < errors[0] / 2  # type: ignore[operator]
    assert (calibration.model, calibration.learned_from) == ("m", "drawn words")
    assert 0.3 <= calibration.threshold <= 0.7


def test_a_speaker_is_judged_without_what_that_speaker_taught() -> None:
    """One speaker's words are right just when they seem wrong: others' confidences must not show it in theirs."""
    words, _ = drawn(2100, 4)
    odd = words.speakers == "speaker 0"
    inverted = replace(words, is_right=np.where(odd, words.features[:, 0] < 3.0, words.is_right))
    assert learn(words, "m", "")[1][odd] == pytest.approx(learn(inverted, "m", "")[1][odd])


def test_recorded_noise_is_judged_and_not_learned_from() -> None:
    words, _ = drawn(2000, 5)
    noisy, _ = drawn(500, 6, RECORDED)
    lied = replace(noisy, is_right=~noisy.is_right)
    calibration, held_out = learn(join([words, lied]), "m", "")
    assert calibration == learn(words, "m", "")[0] and len(held_out) == 2500 and (held_out > 0).all()


def test_too_little_to_learn_from_is_told() -> None:
    words, _ = drawn(400, 7)
    for few in (words.where(np.arange(400) < 30), replace(words, speakers=np.full(400, "alone"))):
        with pytest.raises(CorpusError, match="too few words"):
            learn(few, "m", "")


def test_marking_by_hand() -> None:
    confidence = np.array([0.1, 0.35, 0.45, 0.65, 0.9, 0.95])
    is_right = np.array([False, True, False, False, True, True])
    done = marking(confidence, is_right, 0.5)
    assert (done.recall, done.precision, done.f1) == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert best_threshold(confidence, is_right) == 0.68  # above 0.65 all three wrong words are marked, up to 0.7


@pytest.mark.slow
def test_real_clips_are_judged_clean_and_in_noise(
    base_model: InstalledModel, sample: Sample, short_sample: Path
) -> None:
    recognizer = Recognizer.open(base_model)
    said = "The patient has a dry cough and a low-grade fever since Monday."
    clips = [Clip("short", short_sample, said, "a"), Clip("again", short_sample, said, "b")]
    parts = list(judge_clips(recognizer, clips, [Clip("noise", sample.audio, "")]))
    words = join(parts)
    assert len(parts) == 6 and set(words.noises) <= {CLEAN, COLOURED, BABBLE, RECORDED}
    clean = words.where(words.noises == CLEAN)
    assert set(clean.speakers) == {"a", "b"} and np.isinf(clean.snr_db).all()
    assert 0.3 < clean.is_right.mean() < 0.8  # the second sentence was not said, as far as the text goes
    assert words.features.shape[1] == len(FEATURES) and np.isfinite(words.features).all()
    noisy = words.where(words.noises != CLEAN)
    assert ((noisy.snr_db >= -5) & (noisy.snr_db <= 30)).all()
    with pytest.raises(CorpusError, match="no text"):
        next(judge_clips(recognizer, [Clip("x", short_sample, None)]))
