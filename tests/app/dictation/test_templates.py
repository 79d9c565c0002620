"""Template files: written by hand, read back the same, and what is broken in one is told by its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictation.templates import Template, read_template, write_template

_WORD = st.text(
    st.characters(codec="utf-8", exclude_characters="[]|", exclude_categories=["C", "Z"]), min_size=1, max_size=8
)
_WORDS = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_BODY = st.lists(_WORDS | st.just("") | st.just("[history] and [side: left | right]"), max_size=6).map("\n".join)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    return Template(
        title=draw(_WORDS),
        body=draw(_BODY.map(lambda body: body.strip("\n")).filter(str.strip)),
        spoken=tuple(draw(st.lists(_WORDS, max_size=3, unique=True))),
        typed=draw(st.sampled_from(["", "cbc", "Bz-2"])),
        language=draw(st.sampled_from(["", "en", "de-ch"])),
        specialty=draw(st.just("") | _WORDS),
    )


@given(templates())
def test_a_template_reads_back_as_it_was_written(template: Template) -> None:
    reading = read_template(write_template(template))
    assert reading.template == template
    assert reading.problems == ()


@given(st.text(max_size=200), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_is_read_and_what_is_wrong_has_a_line_and_a_mend(text: str, line_end: str) -> None:
    whole = f"title: A{line_end}{text}"
    reading = read_template(whole, "name")
    lines = whole.count("\n") + whole.count("\r") + 2
    assert all(1 <= problem.line <= lines + 8 and problem.reason and problem.mend for problem in reading.problems)
    if reading.is_usable:
        again = read_template(write_template(reading.template))
        assert again.is_usable and again.template == reading.template


def test_a_text_without_a_head_is_called_as_its_file() -> None:
    reading = read_template("\n\nDear colleague,\nregards", "thank-you")
    assert reading.template == Template("thank-you", "Dear colleague,\nregards")
    (problem,) = reading.problems
    assert problem.line == 3 and not problem.is_fatal


@pytest.mark.parametrize(
    ("text", "line", "reason", "is_fatal"),
    [
        ("title: A\n\nPain in the [side: left | right knee", 3, "does not end", True),
        ("title: A\n\nPain [in the [side: left | right]", 3, "does not end", True),
        ("title: A\n\none\n[ ] two", 4, "no name", True),
        ("title: A\n\n[" + "a" * 501 + "]", 3, "longer than 500", True),
        ("title: A\n\n[side: *left | right]", 3, "never chosen", False),
        ("title: A\n\n[choice: left]", 3, "two options", False),
        ("title: A\n", 2, "no text", True),
        ("spoken: a\n\ntext", 1, "no title", True),
        ("title: A\ntitle: B\n\ntext", 2, "twice", False),
        ("title: A\ncolour: red\n\ntext", 2, "knows only", False),
        ("title: A\ntyped: two words\n\ntext", 2, "one word", False),
        ("title: A\nlanguage: English\n\ntext", 2, "language code", False),
        ("title: A\nDear colleague\n\ntext", 2, "blank line", True),
        (f"title: {'A' * 101}\n\ntext", 1, "longer than 100", False),
    ],
)
def test_what_is_broken_is_told_by_its_line(text: str, line: int, reason: str, is_fatal: bool) -> None:
    reading = read_template(text)
    (problem, *_) = [each for each in reading.problems if reason in each.reason]
    assert problem.line == line and problem.is_fatal == is_fatal
    assert problem.mend
    assert reading.is_usable != any(each.is_fatal for each in reading.problems)


def test_a_file_from_another_system_is_read() -> None:
    reading = read_template(
        "\ufefftitle:  Brief \r\nSpoken: brief|arztbrief\r\nTYPED: br\r\n\r\nEins\u2028Zwei  \r\n\r\n"
    )
    assert reading.template == Template("Brief", "Eins\nZwei", ("brief", "arztbrief"), "br")
