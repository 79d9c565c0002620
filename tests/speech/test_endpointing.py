"""How long a silence has to be behind which text."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.decoding import Hypothesis
from speech.endpointing import Endpointing

ENDS = Endpointing()


def written(text: str, probability: float) -> Hypothesis:
    """A hypothesis of two tokens whose last one is so probable."""
    return Hypothesis((1, 2), (0.0, log(probability), 0.0), 0.0, 0.0, text)


@pytest.mark.parametrize("text", [" He coughs.", " Does he cough?", " Stop!", "他咳嗽。"])
def test_behind_a_sentence_the_short_pause_is_enough(text: str) -> None:
    assert ENDS.pause_s(written(text, 0.9), 2.0) == ENDS.short_s
    assert ENDS.pause_s(written(text, 0.4), 2.0) == ENDS.long_s


@pytest.mark.parametrize("text", [" He coughs,", " and he", " He coughs...", " He coughs…"])
def test_behind_anything_else_the_pause_is_long(text: str) -> None:
    assert ENDS.pause_s(written(text, 0.99), 2.0) == ENDS.long_s


def test_a_scrap_of_a_word_is_no_sentence() -> None:
    assert ENDS.pause_s(written(" No.", 0.9), 0.5) == ENDS.short_s
    assert ENDS.pause_s(written(" No.", 0.9), 0.2) == ENDS.long_s


def test_where_nothing_was_heard_nothing_is_waited_for() -> None:
    assert ENDS.pause_s(Hypothesis((), (0.0,), 0.9, 0.0, ""), 0.2) == ENDS.short_s


@given(durations_s=st.tuples(st.floats(0.1, 30), st.floats(0.1, 30)))
def test_who_speaks_on_and_on_needs_ever_shorter_pauses(durations_s: tuple[float, float]) -> None:
    shorter, longer = (ENDS.pause_s(written(" and", 0.9), duration_s) for duration_s in sorted(durations_s))
    assert ENDS.short_s <= longer <= shorter <= ENDS.long_s
