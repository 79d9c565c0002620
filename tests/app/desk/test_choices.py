"""Other wordings as the note would have them: for its own words, in its own form, with what could harm named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adaptation.lexicon import Lexicon, Term
from adaptation.lexicon.compiled import CompiledLexicon
from app.desk.cautions import Caution
from app.desk.choices import Question, find_choices
from app.desk.marks import put_in
from app.dictation import FormattingOptions, write_transcript
from speech.recognizer import Recognizer
from speech.resources import shipped
from speech.store import InstalledModel
from speech.transcript import Segment, Transcript, Word

LISTED = ("metoprolol", "gabapentin", "hypotension")
SHORT = shipped("samples/short.flac")


@pytest.fixture(scope="module")
def lexicon() -> CompiledLexicon:
    return CompiledLexicon.of([Lexicon("listed", tuple(Term(each) for each in LISTED))])


def question(text: str, asked: str, transcript: Transcript | None = None) -> Question:
    """About the written words that begin with `asked`; words with a ? are doubted. A word each second."""
    words = tuple(
        Word(word.replace("?", ""), float(at), at + 0.9, 0.2 if "?" in word else 0.98)
        for at, word in enumerate(text.split())
    )
    segment = Segment(0.0, float(len(words)), text.replace("?", ""), 0.9, words)
    transcript = transcript or Transcript("a.wav", "m", "b", "en", segment.end_s, 0.1, (segment,))
    options = FormattingOptions()
    written = write_transcript(transcript, options).words
    first = next(number for number, word in enumerate(written) if word.text.startswith(asked))
    last = first + 1
    while last < len(written) and written[last].start_s == written[first].start_s:
        last += 1
    return Question(Path("a.wav"), transcript, written, first, last, options, 0.6)


def test_a_term_takes_the_place_of_the_words_that_it_was_heard_as(lexicon: CompiledLexicon) -> None:
    (choice,) = find_choices(question("He has tried Gabby? Penton?, which failed.", "Gabby"), None, lexicon)
    assert (choice.text, choice.first, choice.last) == ("gabapentin", 3, 5)
    assert choice.instead_of == "Gabby Penton," and choice.is_term and choice.cautions == ()


def test_a_neighbour_whose_time_overlaps_is_left_alone(lexicon: CompiledLexicon) -> None:
    words = tuple(
        Word(text, at - 0.1, at + 1.0, 0.2 if text == "metaprolol" else 0.98)
        for at, text in enumerate(("Aspirin", "and", "metaprolol", "daily."))
    )
    segment = Segment(0.0, 4.0, "Aspirin and metaprolol daily.", 0.9, words)
    heard = Transcript("a.wav", "m", "b", "en", 4.0, 0.1, (segment,))
    (choice,) = find_choices(question("", "metaprolol", heard), None, lexicon)
    assert (choice.text, choice.instead_of) == ("metoprolol", "metaprolol")


def test_numbers_count_in_the_written_words_before_it(lexicon: CompiledLexicon) -> None:
    asked = question("Aspirin five hundred milligrams and metaprolol? daily.", "metaprolol")
    (choice,) = find_choices(asked, None, lexicon)
    assert [word.text for word in asked.written[choice.first : choice.last]] == ["metaprolol"]
    assert choice.text == "metoprolol"


def test_a_meaning_that_turns_round_is_named(lexicon: CompiledLexicon) -> None:
    (choice,) = find_choices(question("No hypertension? was seen.", "hypertension"), None, lexicon)
    assert choice.text == "hypotension" and choice.cautions == (Caution.OPPOSITE,)


def test_words_that_nobody_heard_have_no_choices(lexicon: CompiledLexicon) -> None:
    asked = question("No fever.", "No")
    silent = Transcript("a.wav", "m", "b", "en", 1.0, 0.1, ())
    assert find_choices(Question(asked.sound, silent, asked.written, 0, 1, None, 0.6), None, lexicon) == ()


@pytest.mark.slow
def test_a_dose_is_offered_in_the_notes_form_and_as_a_dose(base_model: InstalledModel) -> None:
    """300 milligrams were said, and 900 were written."""
    recognizer = Recognizer.open(base_model)
    heard = recognizer.transcribe(SHORT)
    segments = []
    for segment in heard.segments:
        words = [replace(w, text="900", confidence=0.2) if w.text == "300" else w for w in segment.words]
        segments.append(replace(segment, text=" ".join(word.text for word in words), words=tuple(words)))
    asked = question("", "900", replace(heard, segments=tuple(segments)))
    assert [word.text for word in asked.written[asked.first : asked.last]] == ["900", "mg,"]
    choices = find_choices(replace(asked, sound=SHORT), recognizer, None)
    assert choices[0].text == "300 mg" and choices[0].instead_of == "900 mg,"
    assert (choices[0].first, choices[0].last) == (asked.first, asked.last)
    assert choices[0].cautions == (Caution.NUMBER, Caution.DOSE)
    assert all(Caution.NUMBER in choice.cautions for choice in choices)
    assert "900 mg" not in [choice.text for choice in choices], "that is what stands there"


@pytest.mark.parametrize(
    ("before", "current", "text", "written"),
    [
        ("He has ", "coffee.", "cough", "cough."),
        ("", "Coffee", "cough", "Cough"),
        ("No fever. ", "(Coffee)", "cough", "(Cough)"),
        ("by ", "Gabby", "gabapentin", "gabapentin"),
        ("of ", "9.0.2,", "902", "902,"),
        ("", "...", "and", "and"),
    ],
)
def test_marks_and_capitals_stay(before: str, current: str, text: str, written: str) -> None:
    first, last, fitted = put_in(before, current, text)
    assert current[:first] + fitted + current[last:] == written
