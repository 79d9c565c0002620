"""What a model is to learn of a known text: the words that it misheard, in its own writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adaptation.metrics.words import plain_words
from adaptation.own_writing import in_own_writing


@pytest.mark.parametrize(
    ("heard", "said", "learned"),
    [
        ("I feel pain in my bag.", "i feel pain in my back", "I feel pain in my back."),
        ("Give 25 mg of it, now.", "give twenty five mg of it now", "Give 25 mg of it, now."),
        ("I get chills and they are so lover.", "I get chills and aches all over", "I get chills and aches all over."),
        ("I can hardly breathe it.", "i can hardly breathe", "I can hardly breathe."),
        ("Heat my head. Is it bad?", "hit my head is it bad", "Hit my head. Is it bad?"),
        ("", "there is a cough", "there is a cough"),
        ("Thank you.", "", ""),
    ],
)
def test_only_what_was_misheard_is_taken_from_the_text(heard: str, said: str, learned: str) -> None:
    assert in_own_writing(heard, said) == learned


_words = st.lists(st.sampled_from(["back", "bag", "left", "right", "no", "25", "mg", "Cough"]), max_size=12)
_marks = st.lists(st.sampled_from(["", ".", ",", "?"]), min_size=12, max_size=12)


@given(_words, _words, _marks)
def test_nothing_that_was_said_is_changed(heard: list[str], said: list[str], marks: list[str]) -> None:
    written = " ".join(word + mark for word, mark in zip(heard, marks, strict=False))
    learned = in_own_writing(written, " ".join(said))
    assert plain_words(learned) == plain_words(" ".join(said))
    assert in_own_writing(learned, " ".join(said)) == learned
