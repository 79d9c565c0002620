"""A recording's text as a note takes it: long ones in paragraphs, with every word where it was said."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.desk.rewriting import divide, place_words
from app.dictation import FormattingOptions, write_transcript
from speech.transcript import Segment, Transcript, Word

SAID = st.sampled_from(["fever", "and", "no", "new paragraph", "twenty", "five milligrams", "pain.", "right?", "𝒶"])
UTTERANCES = st.lists(st.lists(SAID, min_size=1, max_size=40), max_size=60)


def transcript(utterances: list[list[str]]) -> Transcript:
    segments = []
    at_s = 0.0
    for said in utterances:
        words = []
        for word in " ".join(said).split():
            words.append(Word(word, at_s, at_s + 0.4, 0.9))
            at_s += 0.5
        segments.append(Segment(words[0].start_s, at_s, " ".join(word.text for word in words), 0.9, tuple(words)))
    return Transcript("a.wav", "m", "b", "en", at_s, 0.0, tuple(segments))


@settings(max_examples=60, deadline=None)
@given(UTTERANCES)
def test_division_changes_nothing_but_white_space(utterances: list[list[str]]) -> None:
    written = write_transcript(transcript(utterances), FormattingOptions())
    placed = place_words(written, 7)
    assert placed.text.split() == written.text.split()
    assert placed.text.count("\n") >= written.text.count("\n")
    if all(len(line) <= 2500 for line in written.text.split("\n")):
        assert placed.text == written.text
    for anchor in placed.anchors:
        assert anchor.recording_id == 7
        assert placed.text[anchor.start : anchor.end] == placed.words[anchor.word].text


def test_a_long_dictation_gets_paragraphs_where_sentences_and_utterances_end() -> None:
    said = [["The", "patient", "reports", "no", "fever."], ["She", "sleeps", "well", "and"], ["eats", "well."]]
    text = divide(write_transcript(transcript(said * 100), FormattingOptions()))
    paragraphs = text.split("\n\n")
    assert len(paragraphs) > 5
    assert all(700 <= len(each) < 1500 and each.endswith(".") for each in paragraphs)


def test_a_short_one_stays_as_it_is() -> None:
    written = write_transcript(transcript([["No", "fever."], ["No", "cough."]]), FormattingOptions())
    assert divide(written) == written.text == "No fever. No cough."
