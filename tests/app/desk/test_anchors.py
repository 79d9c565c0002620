"""Words found again in text that was edited since."""

from __future__ import annotations

import itertools
import time

from hypothesis import example, given
from hypothesis import strategies as st

from app.desk.anchors import anchor_words, find_word, is_same_word, word_at, words_in
from app.dictation import FormattingOptions
from speech.transcript import Segment, Transcript, Word


def heard(text: str) -> list[Word]:
    return [Word(token, float(at), at + 0.5, 0.9) for at, token in enumerate(text.split())]


def found(text: str, *recordings: str) -> list[tuple[str, int, int]]:
    """(stretch of text, recording, word number) for each anchor."""
    spoken = [(number, heard(words)) for number, words in enumerate(recordings)]
    return [(text[a.start : a.end], a.recording_id, a.word) for a in anchor_words(text, spoken)]


def test_an_unchanged_text_holds_every_word() -> None:
    assert found("no chest pain", "no chest pain") == [("no", 0, 0), ("chest", 0, 1), ("pain", 0, 2)]


def test_changed_and_typed_words_have_no_anchor() -> None:
    assert found("No acute chest ache, really", "no chest pain really") == [
        ("No", 0, 0),
        ("chest", 0, 1),
        ("really", 0, 3),
    ]


def test_case_and_marks_do_not_matter() -> None:
    assert found("(Aspirin), 75 mg.", "aspirin 75 mg") == [("(Aspirin),", 0, 0), ("75", 0, 1), ("mg.", 0, 2)]


def test_each_recording_takes_its_own_words() -> None:
    anchors = found("no chest pain no fever", "no chest pain", "no fever")
    assert anchors == [("no", 0, 0), ("chest", 0, 1), ("pain", 0, 2), ("no", 1, 0), ("fever", 1, 1)]


def test_the_words_of_a_recording_are_in_the_form_of_the_text() -> None:
    words = tuple(heard("take five hundred milligrams"))
    segment = Segment(0.0, 4.0, "take five hundred milligrams", 0.9, words)
    transcript = Transcript("a", "m", "b", "en", 4.0, 0.1, (segment,))
    no_units = FormattingOptions(off=frozenset({"units"}))
    for text, options in (
        ("Take 500 mg", FormattingOptions()),
        ("Take 500 mg", None),
        ("take five hundred milligrams", FormattingOptions()),
        ("Take 500 milligrams", no_units),
    ):
        assert " ".join(word.text for word in words_in(f"{text} today", transcript, options)) == text


def test_a_long_dictation_is_anchored_quickly() -> None:
    words = [f"w{number % 3000}" for number in range(30_000)]
    text = " ".join(word if number % 50 else "changed" for number, word in enumerate(words))
    began = time.process_time()
    anchors = anchor_words(text, [(1, [Word(word, 0.0, 0.1, 0.9) for word in words])])
    assert len(anchors) == 30_000 - 600
    assert time.process_time() - began < 5


@given(st.lists(st.text(max_size=6)), st.lists(st.text(max_size=6)), st.lists(st.text(max_size=6)))
@example(["\0"], [], [""])
def test_anchors_are_ordered_apart_and_true(typed: list[str], first: list[str], second: list[str]) -> None:
    text = " ".join(typed)
    recordings = [(n, [Word(w, 0.0, 0.1, 0.5) for w in words]) for n, words in enumerate((first, second))]
    anchors = anchor_words(text, recordings)
    for before, after in itertools.pairwise(anchors):
        assert before.end <= after.start
    for anchor in anchors:
        word = recordings[anchor.recording_id][1][anchor.word]
        assert is_same_word(text[anchor.start : anchor.end], word.text)
    assert len({(anchor.recording_id, anchor.word) for anchor in anchors}) == len(anchors)


def test_a_word_is_found_in_the_stretch_that_grew_out_of_it() -> None:
    assert find_word("metformin and more", "metformin") == (0, 9)
    assert find_word("the metformin", "metformin") == (4, 13)
    assert find_word("metoprolol today", "metformin") == (0, 10)
    assert find_word("  ", "metformin") == (0, 0)


def test_the_word_being_said() -> None:
    words = heard("a b c")
    assert [word_at(words, at) for at in (-1.0, 0.0, 0.9, 1.0, 9.0)] == [None, 0, 0, 1, 2]
    assert word_at([], 1.0) is None
