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
from adaptation.metrics.listing import write_errors
from speech.transcript import Word


def result(
    text: str,
    hypothesis: str,
    terms: tuple[str, ...] = (),
    duration_s: float = 10.0,
    processing_s: float = 1.0,
    speaker: str | None = None,
) -> ClipResult:
    return ClipResult(Clip("a.wav", Path("a.wav"), text, speaker, terms), hypothesis, duration_s, processing_s)


def heard(text: str, *words: tuple[str, float]) -> ClipResult:
    """A clip's text, and the words recognised with their confidences."""
    spoken = tuple(Word(word, 0.0, 0.1, confidence) for word, confidence in words)
    return ClipResult(Clip("a.wav", Path("a.wav"), text), " ".join(word for word, _ in words), 1.0, 1.0, spoken)


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


def test_the_interval_is_over_speakers_where_there_are_several() -> None:
    """One speaker of four is not understood at all: as clips, 40 draws even that out; as speakers, four do not."""

    def clips(*speakers: str | None) -> list[ClipResult]:
        return [
            result("one two three four", "" if number == 0 else "one two three four", speaker=speaker)
            for number, speaker in enumerate(speakers)
            for _ in range(10)
        ]

    by_speaker, by_clip = measure(clips("a", "b", "c", "d")), measure(clips(None, "b", "c", "d"))
    assert (by_speaker.ci95_over, by_clip.ci95_over) == ("speakers", "clips")
    assert measure(clips("a", "b")).ci95_over == "clips"
    assert by_speaker.wer == by_clip.wer == 0.25
    assert by_speaker.wer_ci95 is not None and by_clip.wer_ci95 is not None
    assert by_speaker.wer_ci95[0] == 0.0 and by_speaker.wer_ci95[1] > 0.45 > by_clip.wer_ci95[1]
    assert by_clip.wer_ci95[0] > 0.1


@pytest.mark.parametrize(
    ("said", "written", "right", "numbers"),
    [
        ("Take 25 mg twice daily.", "take twenty five milligrams twice daily", 1, 1),
        ("Take 25 mg.", "Take 25 g.", 0, 1),
        ("Take 25 mg.", "Take 25.", 0, 1),
        ("Take 25 mg and 5 mL.", "Take 35 mg and 5 ml", 1, 2),
        ("BP 120/80, pulse 80", "BP 80/120, pulse 80", 2, 3),  # in this order, two of three can be right
        ("0.5 mg/kg", "0.5 mg kg", 1, 1),
        ("saturation 95%", "saturation 95 percent", 1, 1),
        ("one of them took 1 tablet", "one of them took one tablet", 1, 1),
        ("no number here", "no number 7 here", 0, 0),
    ],
)
def test_numbers_with_their_units(said: str, written: str, right: int, numbers: int) -> None:
    report = measure([result(said, written)])
    assert report.numbers == numbers
    assert report.number_exact_match == (pytest.approx(right / numbers) if numbers else None)


@pytest.mark.parametrize(
    ("said", "written", "flips"),
    [
        ("There is no chest pain.", "There is chest pain.", 1),
        ("There is chest pain.", "There is no chest pain.", 1),
        ("She does not smoke and denies alcohol.", "She doesn't smoke and denied alcohol.", 0),
        ("He is afebrile.", "He is febrile.", 1),
        ("The typical case is able to walk.", "The atypical case is unable to walk.", 2),
        ("an inside cross", "a side across", 0),
        ("without fever, no cough", "with fever, a cough", 2),
    ],
)
def test_negations_lost_and_invented(said: str, written: str, flips: int) -> None:
    assert measure([result(said, written)]).negation_flips == flips


def test_sides_and_look_alike_drugs_exchanged() -> None:
    report = measure(
        [
            result("the left knee and the right hip", "the right knee and the left hip"),
            result("the left knee", "the left me"),
            result("the left knee", "the knee"),  # lost, not exchanged
            result("give bupropion now", "give buspirone now"),
            result("give bupropion now", "give booster own now"),
        ]
    )
    assert (report.side_flips, report.drug_swaps) == (2, 1)


def test_insertions_and_f1_by_hand() -> None:
    report = measure(
        [
            result("take aspirin and metformin", "please do take aspirin and met", ("aspirin", "metformin")),
            result("aspirin", "aspirin aspirin"),
        ]
    )
    assert report.insertion_rate == pytest.approx(3 / 5)
    assert (report.term_recall, report.term_precision) == (0.5, pytest.approx(2 / 3))
    assert report.term_f1 == pytest.approx(4 / 7)


def test_confidence_by_hand() -> None:
    report = measure(
        [
            heard("the left lung", ("The", 0.95), ("left", 0.95), ("long.", 0.35)),
            heard("twenty five mg", ("25", 0.85), ("mg", 0.15), ("–", 0.0)),  # a dash is no word
        ]
    )
    # right: 0.95, 0.95, 0.85, 0.15; wrong: 0.35, so that three of four pairs are in order
    assert report.confidence_auc == pytest.approx(3 / 4)
    assert report.confidence_ece == pytest.approx((2 * 0.05 + 0.35 + 0.15 + 0.85) / 5)
    assert measure([result("a", "a")]).confidence_auc is None


def test_number_words_are_judged_together() -> None:
    """Normalised, "twenty five" is 25: one token of two recognised words."""
    right = measure([heard("25 mg", ("twenty", 0.9), ("five", 0.8), ("mg", 0.7))])
    wrong = measure([heard("26 mg", ("twenty", 1.0), ("five", 1.0), ("mg", 1.0))])
    assert right.confidence_ece == pytest.approx(0.2)
    assert measure([heard("5 mg", ("5", 1.0), ("milligrams.", 1.0))]).confidence_ece == 0.0
    assert wrong.confidence_ece == pytest.approx(2 / 3)


def test_errors_are_listed_for_a_person_with_dangerous_ones_first() -> None:
    text = write_errors(
        [
            result("all is well", "all is well"),
            result("many words and all of them wrong", "something else", speaker="b"),
            result("Take 25 mg for the left knee.", "Take 35 mg for the knee today.", ("left knee", "knee")),
            result("many words", "something else"),
        ]
    )
    lines = text.splitlines()
    assert lines[0].startswith("3 of 4 clips have errors")
    assert lines[2] == "a.wav, 3 errors in 7 words"
    assert lines[3] == "    take [25 → 35] mg for the [left → –] knee [– → today]"
    assert lines[4:6] == ["    number: [25 → 35]", "    missed terms: left knee"]
    assert "a.wav, speaker b, 7 errors in 7 words" in lines
    assert "all is well" not in text


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(st.sampled_from(["no", "left", "twenty", "five", "5", "mg", "uh", "[x]", "Lungs,"]), max_size=7),
    written=st.lists(st.sampled_from(["no", "right", "twenty", "5", "mg", "um", "–", "lungs"]), max_size=7),
)
def test_any_clip_can_be_judged_and_listed(said: list[str], written: list[str]) -> None:
    clip = heard(" ".join(said), *((word, 0.5) for word in written))
    report = measure([clip])
    assert report.confidence_ece is None or 0 <= report.confidence_ece <= 0.5
    perfect = measure([heard(" ".join(written), *((word, 1.0) for word in written))])
    assert perfect.confidence_ece in (None, 0.0) and perfect.negation_flips == perfect.side_flips == 0
    assert write_errors([clip]).count("a.wav") == (" ".join(clip_words(said)) != " ".join(clip_words(written)))


def clip_words(words: list[str]) -> list[str]:
    return str(medwer.Normalizer()(" ".join(words))).split()
