"""Metrics against examples worked by hand and against the medwer package."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import medwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adaptation.corpus import Clip
from adaptation.evaluate import ClipResult
from adaptation.metrics import Report, measure


def result(
    text: str, hypothesis: str, terms: tuple[str, ...] = (), duration_s: float = 10.0, processing_s: float = 1.0
) -> ClipResult:
    return ClipResult(Clip("a.wav", Path("a.wav"), text, terms=terms), hypothesis, duration_s, processing_s)


def test_word_errors_by_hand() -> None:
    report = measure(
        [
            result("she has no chest pain", "she has chest pains"),  # one deleted, one replaced, of five
            result("the lungs are clear", "The lungs, are very clear."),  # one inserted, of four
            result("come back in spring", "come back in spring"),
        ]
    )
    assert report.utterances == 3 and report.wer == pytest.approx(3 / 13)
    assert report.wer_ci95 is not None
    low, high = report.wer_ci95
    assert 0 <= low < 3 / 13 < high <= 0.4
    assert report.term_recall is report.term_precision is report.other_wer is None


@settings(max_examples=40, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(*[st.lists(st.sampled_from(["the", "aspirin", "pain", "5", "mg", "lungs,"]), max_size=6)] * 2),
        min_size=1,
        max_size=5,
    )
)
def test_rates_are_those_of_medwer(pairs: list[tuple[list[str], list[str]]]) -> None:
    references, hypotheses = ([" ".join(side) for side in column] for column in zip(*pairs, strict=True))
    report = measure([result(r, h) for r, h in zip(references, hypotheses, strict=True)])
    score = medwer.Scorer().corpus(references, hypotheses)
    assert (report.wer, report.medical_wer) == (score["wer"], score["medical_wer"])
    json.loads(json.dumps(asdict(report), allow_nan=False))


def test_terms_by_hand() -> None:
    report = measure(
        [
            result("metformin and aspirin", "Metformin and a spring", ("Metformin", "aspirin")),
            result("atrial fibrillation again", "atrial fibrillation, aspirin", ("atrial fibrillation",)),
            result("no terms here", "no aspirins here"),
        ]
    )
    assert report.term_recall == pytest.approx(2 / 3)  # aspirin was missed
    assert report.term_precision == pytest.approx(2 / 3)  # aspirin was written where nobody said it


def test_terms_are_counted_as_often_as_they_are_listed() -> None:
    twice = measure([result("aspirin then aspirin", "aspirin then", ("aspirin", "aspirin"))])
    assert twice.term_recall == pytest.approx(0.5) and twice.term_precision == 1.0
    too_often = measure([result("aspirin then", "aspirin aspirin", ("aspirin",))])
    assert too_often.term_recall == 1.0 and too_often.term_precision == pytest.approx(0.5)


def test_terms_ignore_case_and_punctuation_and_are_whole_words() -> None:
    report = measure([result("Beta-blocker (new).", "a beta blocker, new", ("beta-blocker",))])
    assert report.term_recall == 1.0
    assert measure([result("the art", "the artery", ("art",))]).term_recall == 0.0


def test_terms_without_letters_are_not_counted() -> None:
    report = measure([result("a plus", "a plus", ("+", "plus"))])
    assert (report.term_recall, report.term_precision) == (1.0, 1.0)


def test_other_words_by_hand() -> None:
    """Replacing a term is not an error on other words; replacing, dropping or inserting others is."""
    report = measure([result("give metformin twice daily now", "give met for min daily often", ("metformin",))])
    # give | metformin → met, + for, + min, twice dropped or replaced, | daily | now → often: the term is left out
    assert report.other_wer == pytest.approx(3 / 4)
    spoilt = measure([result("give metformin now", "give aspirin now", ("metformin",))])
    assert spoilt.other_wer == 0.0 and spoilt.term_recall == 0.0


def test_words_invented_on_silence() -> None:
    report = measure(
        [
            result("", "thank you", duration_s=20.0),
            result("", "", duration_s=40.0),
            result("hello there", "hello there general", duration_s=600.0),
        ]
    )
    assert report.hallucinated_words_per_min == pytest.approx(2.0)
    assert measure([result("hello", "hello")]).hallucinated_words_per_min is None


def test_clips_without_any_text() -> None:
    report = measure([result("", ""), result("", "")])
    assert report.wer is report.medical_wer is report.wer_ci95 is None
    assert report.hallucinated_words_per_min == 0.0
    json.dumps(asdict(report), allow_nan=False)


def test_speed() -> None:
    report = measure([result("a", "a", duration_s=10.0, processing_s=seconds) for seconds in (1.0, 2.0, 7.0)])
    assert isinstance(report, Report)
    assert report.audio_s == 30.0 and report.rtfx == pytest.approx(3.0)
    assert report.latency_p50_s == 2.0 and report.latency_p95_s == pytest.approx(6.5)


def test_the_interval_narrows_with_more_clips() -> None:
    widths = []
    for copies in (4, 64):
        results = [result("one two three four", "one two three"), result("one two three four", "one two three four")]
        interval = measure(results * copies).wer_ci95
        assert interval is not None
        widths.append(interval[1] - interval[0])
    assert widths[1] < widths[0] / 2
