"""Dictated text set between what is there: spaces, capitals, the last full stop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dictation import fit_between, has_stop_too_many


@pytest.mark.parametrize(
    ("before", "text", "after", "fitted"),
    [
        ("", "No fever.", "", "No fever."),
        (".", "No fever.", "", " No fever."),
        (" ", "No fever.", "A", "No fever. "),
        ("r", ", no cough", ".", ", no cough"),
        ("(", "see above)", "", "see above)"),
        ("", "\n\nPlan", "", "Plan"),
        (".", "\n\nPlan", "x", "\n\nPlan "),
        (".", "Plan:\n", "x", " Plan:\n"),
        ("\u2029", "\n", "", ""),
    ],
)
def test_dictated_text_gets_the_spaces_that_it_needs(before: str, text: str, after: str, fitted: str) -> None:
    assert fit_between(before, text, after) == fitted


@pytest.mark.parametrize(
    ("before", "text", "fitted"),
    [
        ("The patient reports", "No chest pain.", " no chest pain."),
        ("The patient reports ", "No chest pain.", "no chest pain."),
        ("On examination,", "The abdomen is soft.", " the abdomen is soft."),
        ("No fever.", "The abdomen is soft.", " The abdomen is soft."),
        ("Plan:", "Continue aspirin.", " Continue aspirin."),
        ("", "The abdomen is soft.", "The abdomen is soft."),
        ("- ", "No fever.", "No fever."),
        ("She takes", "Aspirin.", " Aspirin."),
        ("Blood group", "A positive.", " A positive."),
        ("He saw", "IT staff.", " IT staff."),
    ],
)
def test_in_a_sentence_only_words_that_are_no_names_lose_their_capital(before: str, text: str, fitted: str) -> None:
    assert fit_between(before, text, "", "en") == fitted


def test_a_word_that_was_heard_in_small_letters_stays_small_in_a_sentence() -> None:
    assert fit_between("He has", "A dry cough.", "", "en", "a") == " a dry cough."
    assert fit_between("He has.", "A dry cough.", "", "en", "a") == " A dry cough."
    assert fit_between("He has", "Aspirin.", "", "en", "Aspirin.") == " Aspirin."


def test_a_language_without_lists_keeps_every_capital() -> None:
    assert fit_between("Le patient", "The", "", "fr") == " The"


@pytest.mark.parametrize(
    ("before", "after", "is_too_many"),
    [
        ("reports no chest pain.", " and no fever", True),
        ("no chest pain.", ".", True),
        ("no chest pain.", ", no fever", True),
        ("no chest pain.", " No fever.", False),
        ("no chest pain.", "", False),
        ("metformin b.i.d.", " with food", False),
        ("was seen by Dr.", " lee", False),
        ("pH 7.4.", " and", True),
        ("Temperature 37.5.", " °C", True),
        ("Saturation 97.", "% on air", True),
        ("GCS 15.", "/15", True),
        ("pH 7.4.", " Lactate", False),
        ("and so on...", " and", False),
        ("no chest pain", " and", False),
        (" .", " and", False),
    ],
)
def test_a_full_stop_in_the_middle_of_a_sentence_is_too_many(before: str, after: str, is_too_many: bool) -> None:
    assert has_stop_too_many(before, after, "en") == is_too_many


@settings(deadline=None, max_examples=60)
@given(st.text(), st.text(), st.text(), st.sampled_from(["en", "de", "zh", "fr", "auto"]))
def test_fitting_changes_nothing_but_spaces_and_one_capital(before: str, text: str, after: str, language: str) -> None:
    fitted = fit_between(before, text, after, language)
    assert fitted.casefold().strip(" \n") == text.casefold().strip(" \n")
    has_stop_too_many(before, after, language)
