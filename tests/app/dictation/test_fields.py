"""Fields in a text: what is one, what fills it, and what never fills itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictation.fields import (
    Field,
    Known,
    fill_known,
    find_fields,
    option_said,
    read_field,
    value_of,
    write_field,
)

PLAIN = st.text(
    st.characters(codec="utf-8", exclude_characters="[]|｜:：=＝*\n\r", exclude_categories=["C", "Z"]), min_size=2
)
NAMES = PLAIN.filter(lambda text: text[0].isalpha())


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Fields that a template may hold, none of which gives a side as its default."""
    name = draw(NAMES)
    options = tuple(draw(st.lists(PLAIN, min_size=2, max_size=4, unique=True))) if draw(st.booleans()) else ()
    default = draw(st.none() | st.sampled_from(options)) if options else draw(st.none() | PLAIN)
    field = Field(name, options, default)
    return field if read_field(write_field(field)[1:-1])[1] is None else Field(name)


@given(fields())
def test_a_field_reads_back_as_it_was_written(field: Field) -> None:
    assert read_field(write_field(field)[1:-1]) == (field, None)


@given(st.lists(PLAIN | fields().map(write_field), max_size=8))
def test_fields_are_found_where_they_stand(parts: list[str]) -> None:
    text = " ".join(parts)
    places = find_fields(text)
    assert [text[place.start : place.end] for place in places] == [part for part in parts if part[0] == "["]


@given(st.text(st.sampled_from("[]|=:* \nab1左"), max_size=40))
def test_any_text_is_kept_around_what_is_filled(text: str) -> None:
    assert fill_known(text, {}) == text
    for place in find_fields(text):
        assert text[place.start] == "[" and text[place.end - 1] == "]"


@pytest.mark.parametrize("text", ["see [1]", "[ ] done", "[x] done", "[12, 13]", "[]", "an open [ bracket", "a]b[c"])
def test_what_is_no_field_is_left_alone(text: str) -> None:
    assert find_fields(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "[side: *left | right]",
        "[side = left]",
        "[Seite: links | *rechts]",
        "[Seite = linkes Knie, links]",
        "[侧: *左 | 右]",
        "[eye: OD | *OS]",
        "[lung: *clear | effusion on the left]",
        "[knee = Right]",
        "[eyes = both]",
        "[Augen = beide]",
    ],
)
def test_a_side_is_never_filled_in_unasked(text: str) -> None:
    (place,) = find_fields(text)
    assert value_of(place.field, {}) is None
    _, fault = read_field(text[1:-1])
    assert place.field.default is None
    assert fault is not None and "side" in fault.reason


def test_what_is_known_is_filled_and_the_rest_stays_open() -> None:
    text = "[Date], [patient name] ([patient number]), [Datum]: [date: a | b], [date = today]"
    filled = fill_known(text, {Known.DATE: "3 May 2026", Known.PATIENT_NAME: "Jane [Roe]"})
    assert filled == "3 May 2026, Jane [Roe] ([patient number]), 3 May 2026: [date: a | b], [date = today]"


def test_defaults_are_those_of_texts_and_starred_options() -> None:
    text = "[air = room air] [lungs: *clear | dull] [side: left | right] [plan]"
    assert [value_of(place.field, {}) for place in find_fields(text)] == ["room air", "clear", None, None]
    (known,) = find_fields("[author]")
    assert value_of(known.field, {Known.AUTHOR: "Dr. Finch"}) == "Dr. Finch"
    assert value_of(known.field, {}) is None


@pytest.mark.parametrize(
    ("selected", "said", "option"),
    [
        ("[side: left | right]", "Left.", "left"),
        ("[side: left | right]", "The left.", None),
        ("[lungs: *clear | not clear]", "Not clear", "not clear"),
        ("[BI-RADS: BI-RADS 0 | BI-RADS 1]", "bi-rads 1.", "BI-RADS 1"),
        ("[left]", "left", None),
        (" [side: left | right]", "left", None),
        ("left", "left", None),
    ],
)
def test_an_option_that_is_said_is_written_as_the_field_spells_it(selected: str, said: str, option: str | None) -> None:
    assert option_said(selected, said) == option


@pytest.mark.parametrize(
    "inner", ["choice: left", "choice:", "choice: a | a", "choice: a || b", "x1: **a | b", "b: *a | *c"]
)
def test_a_broken_choice_is_told_and_has_no_default(inner: str) -> None:
    field, fault = read_field(inner)
    assert fault is not None and fault.mend
    assert field is not None and field.default is None
