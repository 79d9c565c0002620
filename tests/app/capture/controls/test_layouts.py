"""Layouts of pedals and microphones: the shipped ones against recorded reports, any other, and learning one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.controls import (
    Button,
    ButtonState,
    ControlError,
    Layout,
    learn_button,
    load_layouts,
    read_layout,
    write_layout,
)
from speech.resources import shipped

SHIPPED, _ = load_layouts((shipped("controls"),))


def layout_of(vendor: int, product: int, usage_page: int = 0) -> Layout:
    return next(layout for layout in SHIPPED if layout.suits(vendor, product, usage_page))


def names(layout: Layout, *reports: bytes) -> list[list[str]]:
    """What each report changes: +name went down, -name came up."""
    state = ButtonState(layout)
    return [[("+" if is_down else "-") + button.name for button, is_down in state.take(each)] for each in reports]


def test_all_shipped_layouts_can_be_read_and_have_a_button_to_talk() -> None:
    assert len(SHIPPED) == len(list(shipped("controls").glob("*.toml"))) >= 5
    assert load_layouts((shipped("controls"),))[1] == ()
    assert all(any(button.does == "talk" for button in layout.buttons) for layout in SHIPPED)


def test_an_infinity_pedal_as_recorded() -> None:
    reports = [bytes.fromhex(each) for each in ("0200", "0300", "0100", "0000", "0400", "0000")]
    told = names(layout_of(0x05F3, 0x00FF), *reports)
    assert told == [["+middle"], ["+left"], ["-middle"], ["-left"], ["+right"], ["-right"]]


def test_a_speechmike_tells_buttons_apart_from_its_other_reports() -> None:
    layout = layout_of(0x0911, 0x0C1C, 0xFFA0)
    record, motion, none = (
        bytes.fromhex(f"{kind}000000000000{bits}") for kind, bits in (("80", "0001"), ("9e", "0001"), ("80", "0000"))
    )
    assert names(layout, motion, record, motion, none) == [[], ["+record"], [], ["-record"]]
    assert not layout.suits(0x0911, 0x0C1C, 1)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "name is missing"),
        ("name = 1\ndevices = []\n[buttons]\n", "no text"),
        ('name = "A"\ndevices = [[1]]\n[buttons]\n', "unpack"),
        ('name = "A"\ndevices = [[1, 70000]]\n[buttons]\n', "70000"),
        ('name = "A"\ndevices = [[1, 2]]\n[buttons.a]\nbyte = 0\nmask = 0\n', "button a"),
        ('name = "A"\ndevices = [[1, 2]]\n[buttons.a]\nbyte = 0\nmask = 1\ndoes = "fly"\n', "button a"),
        ("name = ", "Invalid value"),
    ],
)
def test_a_broken_layout_is_told_with_its_file_and_spoils_no_other(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(text)
    layouts, (problem,) = load_layouts((tmp_path, shipped("controls")))
    assert layouts == SHIPPED
    assert "broken.toml" in str(problem) and wrong in str(problem)


@given(st.text())
def test_any_text_is_a_layout_or_refused(text: str) -> None:
    with pytest.raises(ControlError):
        read_layout(text, "any.toml")


BUTTONS = st.builds(Button, st.text(), st.integers(0, 63), st.integers(1, 255), st.sampled_from(["talk", "end", ""]))


@given(
    st.builds(
        Layout,
        st.text(),
        st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))).map(tuple),
        st.lists(BUTTONS, unique_by=lambda button: button.name).map(tuple),
        st.none() | st.integers(0, 0xFFFF),
        st.binary(max_size=4),
    )
)
def test_a_layout_that_is_written_is_read_alike(layout: Layout) -> None:
    assert read_layout(write_layout(layout), "again.toml") == layout


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_a_learned_button_is_pressed_in_the_one_report_and_not_in_the_other(pressed: bytes, released: bytes) -> None:
    button = learn_button("a", "talk", pressed, released)
    if button is None:
        assert not any(down & ~up for down, up in zip(pressed, released, strict=False))
    else:
        assert button.is_pressed(pressed) and not button.is_pressed(released)
