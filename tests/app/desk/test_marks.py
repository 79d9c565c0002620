"""Dangerous abbreviations in any language, and dictated text set between what is there."""

from __future__ import annotations

import pytest

from app.desk.marks import fit_between, unsafe_in


def test_dangerous_abbreviations_are_found_where_there_is_a_list() -> None:
    assert [flag.found.strip() for flag in unsafe_in("10 U daily, 5.0 mg", "en")] == ["U", "5.0"]
    assert [flag.found.strip() for flag in unsafe_in("10 U daily", "auto")] == ["U"]
    assert unsafe_in("10 U daily", "fr") == []


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
