"""Dictated text set between what is there: spaces, capitals, the last full stop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dictation import fit_between, has_stop_too_many
from app.dictation.language import load_language


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
        ("She takes", "Lasix.", " Lasix."),
        ("She takes", "Aspirin.", " aspirin."),
        ("Blood group", "A positive.", " A positive."),
        ("He saw", "IT staff.", " IT staff."),
        ("Abdomen soft with", "Mild tenderness.", " mild tenderness."),
        ("Admitted with", "Shortness of breath.", " shortness of breath."),
        ("He has", "Left-sided weakness.", " left-sided weakness."),
        ("There is", "Bilateral edema.", " bilateral edema."),
        ("Treated for", "Bronchitis.", " bronchitis."),
        ("Known", "Crohn's disease.", " Crohn's disease."),
        ("Referred to", "Brown.", " Brown."),
        ("Seen at", "Great Ormond Street.", " Great Ormond Street."),
        ("Since", "May.", " May."),
        ("Sodium is", "Na 140.", " Na 140."),
    ],
)
def test_in_a_sentence_only_words_that_are_no_names_lose_their_capital(before: str, text: str, fitted: str) -> None:
    assert fit_between(before, text, "", "en") == fitted


def test_a_word_that_was_heard_in_small_letters_stays_small_in_a_sentence() -> None:
    assert fit_between("He has", "A dry cough.", "", "en", "a") == " a dry cough."
    assert fit_between("He has.", "A dry cough.", "", "en", "a") == " A dry cough."
    assert fit_between("He has", "Lasix.", "", "en", "Lasix.") == " Lasix."


@pytest.mark.parametrize(
    ("text", "term", "fitted"),
    [
        ("Still's disease.", "Still's disease", " Still's disease."),
        ("Rapid Response Team.", "Rapid Response Team", " Rapid Response Team."),
        ("Mild Cognitive.", "Mild Cognitive", " Mild Cognitive."),
        ("Metoprolol 50 mg.", "metoprolol", " metoprolol 50 mg."),
        ("Pain Scale.", "Pain Scale", " Pain Scale."),
    ],
)
def test_a_term_is_written_as_it_is_listed(text: str, term: str, fitted: str) -> None:
    assert fit_between("He has", text, "", "en", "", term) == fitted
    assert fit_between("He has.", text, "", "en", "", term) == " " + text


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("Keine Druckschmerzen.", " keine Druckschmerzen."),
        ("Leichte Rötung.", " leichte Rötung."),
        ("Rötung am Knie.", " Rötung am Knie."),
        ("Sie kommt wieder.", " Sie kommt wieder."),
    ],
)
def test_german_nouns_keep_their_capital(text: str, fitted: str) -> None:
    assert fit_between("Am Unterschenkel", text, "", "de") == fitted


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


ENGLISH = load_language("en")
NAMES = sorted(ENGLISH.words_of("seams", "names") - ENGLISH.words_of("spoken_only", "openers"))
ORDINARY = sorted((ENGLISH.ordinary | ENGLISH.words_of("seams", "ordinary")) - ENGLISH.words_of("seams", "names"))
REST = st.sampled_from(["", ".", " of the knee.", ", no fever.", " 5 mg"])


@settings(deadline=None)
@given(st.sampled_from(NAMES), REST, st.sampled_from(["He saw", "with ", "seen by,"]))
def test_a_word_that_is_a_name_too_keeps_its_capital(name: str, rest: str, before: str) -> None:
    assert fit_between(before, name.capitalize() + rest, "").strip() == (name.capitalize() + rest).strip()


@settings(deadline=None)
@given(st.sampled_from(ORDINARY), REST, st.booleans())
def test_an_ordinary_word_has_a_capital_at_the_start_of_a_sentence_only(word: str, rest: str, is_start: bool) -> None:
    fitted = fit_between("Seen today." if is_start else "There was", word.capitalize() + rest, "")
    assert fitted.strip() == ((word.capitalize() if is_start else word) + rest).strip()


@settings(deadline=None)
@given(st.sampled_from(ORDINARY), st.data())
def test_what_is_written_in_other_capitals_is_no_ordinary_word(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    mixed = word[:at].capitalize() + word[at:].capitalize()
    assert fit_between("There was", mixed, "").strip() == mixed


@settings(deadline=None, max_examples=60)
@given(st.text(), st.text(), st.text(), st.sampled_from(["en", "de", "zh", "fr", "auto"]))
def test_fitting_changes_nothing_but_spaces_and_one_capital(before: str, text: str, after: str, language: str) -> None:
    fitted = fit_between(before, text, after, language)
    assert fitted.casefold().strip(" \n") == text.casefold().strip(" \n")
    has_stop_too_many(before, after, language)
