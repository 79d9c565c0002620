"""Headings, lists and bold words in plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.dictation.markup import (
    Mark,
    SignEdit,
    find_marks,
    split_bold,
    toggle_bold,
    toggle_heading,
    toggle_point,
    without_signs,
)

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


def apply(line: str, edits: list[SignEdit]) -> str:
    for edit in reversed(edits):
        line = line[: edit.at] + edit.written + line[edit.at + edit.removed :]
    return line


@given(TEXTS.filter(lambda text: "\n" not in text), st.integers(0, 60), st.integers(0, 60))
def test_making_bold_twice_changes_nothing(line: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(line)), min(other, len(line))))
    edits = toggle_bold(line, start, end)
    bold = apply(line, edits)
    if edits and edits[0].written:
        assert [piece for piece, is_bold in split_bold(bold) if is_bold].count(line[start:end].strip()) >= 1
        place = edits[0].at + 2
        assert apply(bold, toggle_bold(bold, place, place + len(line[start:end].strip()))) == line


def test_signs_come_and_go_in_turn() -> None:
    line, seen = "Plan", []
    for _ in range(3):
        line = apply(line, toggle_heading(line))
        seen.append(line)
    assert seen == ["# Plan", "## Plan", "Plan"]
    assert apply(" 3. rest", toggle_heading(" 3. rest")) == "# rest"
    assert apply("rest", toggle_point("rest")) == "- rest"
    assert apply("  2. rest", toggle_point("  2. rest")) == "  rest"
    assert toggle_point("# Plan") == toggle_heading(" ") == toggle_bold("# Plan", 2, 6) == []
    assert without_signs("# Plan\n- **no** aspirin\n**") == "Plan\n- no aspirin\n**"
