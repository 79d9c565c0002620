"""Words, sections and capitals of a note that commands name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictation.commands import CommandName, change_case, find_section, find_words, sections_in

TEXT = "Give 5 mg of Aspirin. Twenty five doses; 5 mg at night. Chest pain, no CHEST PAIN."
WORDS = st.lists(st.sampled_from(["fever", "cough", "rash", "mild", "no", "the"]), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("five milligrams", "5 mg"),
        ("5 mg.", "5 mg"),
        ("25 doses", "Twenty five doses"),
        ("aspirin", "Aspirin"),
        ("chest pain", "CHEST PAIN"),
        ("night chest pain", "night. Chest pain"),
        ("25", "Twenty five"),
        ("ches", None),
        ("fever", None),
    ],
)
def test_words_are_found_in_any_form(said: str, found: str | None) -> None:
    place = find_words(TEXT, len(TEXT), said, "en")
    assert (TEXT[slice(*place)] if place is not None else None) == found


def test_the_last_place_before_the_cursor_counts() -> None:
    assert find_words(TEXT, len(TEXT), "five milligrams", "en") == (TEXT.rindex("5 mg"), TEXT.rindex("5 mg") + 4)
    assert find_words(TEXT, TEXT.rindex("5 mg") + 3, "five milligrams", "en") == (5, 9)
    assert find_words(TEXT, 8, "five milligrams", "en") is None


def test_words_are_found_in_other_languages() -> None:
    assert find_words("Gabe von 5 mg, dann linke Hüfte.", 99, "Linke hüfte", "de") == (20, 31)
    assert find_words("心率八十，心率正常。", 99, "心率", "zh") == (5, 7)
    assert find_words("une toux", 99, "Toux", "fr") == (4, 8)


@given(WORDS, st.data())
def test_what_stands_there_is_found_where_it_stands_last(words: list[str], data: st.DataObject) -> None:
    text = ". ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    said = " ".join(words[first : first + 2])
    place = find_words(text, len(text), said, "en")
    assert place is not None and text[slice(*place)].replace(".", "") == said
    starts = [number for number in range(len(words)) if words[number : number + 2][: len(said.split())] == said.split()]
    assert place[0] == len(". ".join(words[: starts[-1]]) + ". ") * bool(starts[-1])


def test_sections_end_before_the_next_heading() -> None:
    text = "# History\nCough.\n\nAssessment:\n\nPlan: rest\nBP: 120/80\n## Follow up\n"
    ends = {section.title: text[: section.end] for section in sections_in(text)}
    assert ends["History"].endswith("Cough.")
    assert ends["Assessment"].endswith("Assessment:\n")
    assert ends["Plan"].endswith("Plan: rest")
    assert ends["Follow up"] == text
    plan = find_section(text, "PLAN")
    assert plan is not None and plan.title == "Plan"
    assert find_section(text, "allergies") is None


def test_what_is_no_heading_is_none() -> None:
    assert sections_in("Seen at 10:30\nGive one, two: three\nA sentence. Plan: rest") == []


@pytest.mark.parametrize(
    ("command", "text", "changed"),
    [
        (CommandName.CAPITALISE, "bennett fracture, pH 7, 5 mg daily", "Bennett Fracture, pH 7, 5 mg Daily"),
        (CommandName.UPPER_CASE, "copd and 5 mg of t4", "COPD AND 5 mg OF t4"),
        (CommandName.LOWER_CASE, "Chest PAIN", "chest pain"),
        (CommandName.UPPER_CASE, "groß", "groß"),
    ],
)
def test_capitals_leave_amounts_alone(command: CommandName, text: str, changed: str) -> None:
    assert change_case(text, command) == changed


def test_the_first_word_alone() -> None:
    assert change_case("mild chest pain", CommandName.CAPITALISE, is_first_alone=True) == "Mild chest pain"


@given(st.text(max_size=40), st.sampled_from([CommandName.CAPITALISE, CommandName.UPPER_CASE, CommandName.LOWER_CASE]))
def test_other_capitals_are_the_same_letters(text: str, command: CommandName) -> None:
    changed = change_case(text, command)
    assert len(changed) == len(text)
    assert [each.casefold() for each in changed] == [each.casefold() for each in text] or not text.isascii()
