"""Headings, lists and bold words in plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.dictation.markup import Mark, find_marks, split_bold

TEXTS = st.text(st.sampled_from("ab #*-1.)\t\n"), max_size=60)


@given(TEXTS.filter(lambda text: "\n" not in text))
def test_nothing_but_signs_is_lost(line: str) -> None:
    pieces = split_bold(line)
    shown = "".join(piece for piece, _ in pieces)
    assert len(line) - len(shown) == 4 * sum(is_bold for _, is_bold in pieces)
    assert [character for character in shown if character != "*"] == [each for each in line if each != "*"]
    for start, end, _ in find_marks(line):
        assert 0 <= start < end <= len(line)


def test_marks_tell_signs_from_what_they_make() -> None:
    def marked(line: str) -> list[tuple[str, Mark]]:
        return [(line[start:end], mark) for start, end, mark in find_marks(line)]

    assert marked("# Plan") == [("Plan", Mark.HEADING), ("#", Mark.SIGN)]
    assert marked("- **no** fever") == [("-", Mark.SIGN), ("no", Mark.BOLD), ("**", Mark.SIGN), ("**", Mark.SIGN)]
    assert marked("12. rest") == [("12.", Mark.SIGN)]
    for line in ("-5 dioptres", "2.5 mg", "5 ** 6 ** 7", "#5", "** no **", "p < 0.01**"):
        assert marked(line) == []
