"""Transcripts in written form: texts cut at the pauses, words with the times and confidence of what was said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dictation import PUNCTUATIONS, FormattingOptions, WrittenTranscript, WrittenWord, format_text, write_transcript
from speech.transcript import Segment, Transcript, Word

WORDS = """
twenty five hundred milligrams one over eighty comma period full stop new line paragraph heading plan colon quote
unquote open close bracket the Patient denies no metformin b i d Seen. today, pain? hyphen follow up question mark 5 mg
"""
SAID = st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join)


def transcript(*texts: str, language: str = "en", unsure: frozenset[str] = frozenset()) -> Transcript:
    """A word a second; those named are unsure."""
    segments, second = [], 0
    for text in texts:
        words = [
            Word(word, float(second + at), second + at + 0.75, 0.3 if word in unsure else 0.9)
            for at, word in enumerate(text.split())
        ]
        segments.append(Segment(float(second), float(second + len(words)), text, 0.8, tuple(words)))
        second += len(words)
    return Transcript("a.wav", "m", "b", language, float(second), 0.1, tuple(segments))


def write(*texts: str, unsure: frozenset[str] = frozenset(), punctuation: str = "both") -> WrittenTranscript:
    return write_transcript(transcript(*texts, unsure=unsure), FormattingOptions(punctuation=punctuation))


def times(written: WrittenTranscript) -> list[tuple[str, float, float, str]]:
    assert all(isinstance(word, WrittenWord) for word in written.words)
    return [
        (word.text, word.start_s, word.end_s, word.spoken) for word in written.words if isinstance(word, WrittenWord)
    ]


def test_written_words_have_the_times_of_what_was_said_for_them() -> None:
    assert times(write("aspirin twenty five milligrams comma daily")) == [
        ("Aspirin", 0.0, 0.75, "aspirin"),
        ("25", 1.0, 3.75, "twenty five milligrams"),
        ("mg,", 1.0, 3.75, "twenty five milligrams comma"),
        ("daily", 5.0, 5.75, "daily"),
    ]


def test_a_number_goes_over_a_pause_and_stays_whole() -> None:
    written = write("blood pressure one twenty", "over eighty period", "next patient")
    assert [segment.text for segment in written.segments] == ["Blood pressure 120/80.", "", "Next patient"]
    assert written.text == "Blood pressure 120/80. Next patient"
    assert times(written)[2] == ("120/80.", 2.0, 5.75, "one twenty over eighty period")


def test_lines_that_were_said_are_the_lines_and_else_each_segment_is_one() -> None:
    said = write("stable period new line", "home period new paragraph", "thanks")
    assert said.text == said.lines == said.paragraphs == "Stable.\nHome.\n\nThanks"
    assert said.as_written.text == said.words_as_heard.text == said.text
    plain = write("no fever", "no cough")
    assert (plain.text, plain.lines, plain.paragraphs) == (
        "No fever no cough",
        "No fever\nno cough",
        "No fever\n\nno cough",
    )


def test_one_doubtful_number_makes_the_dose_doubtful_but_a_mark_does_not() -> None:
    written = write("metformin five milligrams period", unsure=frozenset({"five", "period"}))
    assert [(word.text, word.confidence) for word in written.words] == [("Metformin", 0.9), ("5", 0.3), ("mg.", 0.3)]
    assert [word.confidence for word in write("stable period", unsure=frozenset({"period"})).words] == [0.9]


def test_json_keeps_the_words_as_heard() -> None:
    written = write("five milligrams")
    (segment,) = written.words_as_heard.segments
    assert (segment.text, [word.text for word in segment.words]) == ("5 mg", ["five", "milligrams"])


@pytest.mark.parametrize("options", [None, FormattingOptions()])
def test_what_has_no_rules_stays(options: FormattingOptions | None) -> None:
    heard = transcript("cinq  milligrammes", "", "virgule", language="fr" if options else "en")
    written = write_transcript(heard, options)
    assert written.text == "cinq  milligrammes virgule"
    assert [word.text for word in written.words] == ["cinq", "milligrammes", "virgule"]
    assert [segment.text for segment in written.segments] == [segment.text for segment in heard.segments]


@settings(deadline=None, max_examples=60)
@given(st.lists(SAID, max_size=4), st.sampled_from(PUNCTUATIONS))
def test_no_text_and_no_word_is_lost_at_the_cuts(texts: list[str], punctuation: str) -> None:
    heard = transcript(*texts)
    written = write_transcript(heard, FormattingOptions(punctuation=punctuation))
    joined = " ".join(text for text in texts if text)
    assert written.text == format_text(joined, options=FormattingOptions(punctuation=punctuation)).text
    assert written.as_written.text == written.text
    assert len(written.segments) == len(heard.segments)
    spoken = [word for segment in heard.segments for word in segment.words]
    tokens = re.findall(r"\S+", written.text)
    assert [word.text for word in written.words] == tokens
    for word in written.words:
        assert any(word.start_s == each.start_s for each in spoken) and any(word.end_s == each.end_s for each in spoken)
        assert word.start_s < word.end_s
