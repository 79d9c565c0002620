"""Names of keys for the whole screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.hot_keys import HotKeyError, parse_key
from app.capture.hot_keys.macos import code_of


@pytest.mark.parametrize("text", ["F9", "Ctrl+Alt+D", "Meta+Space", "Ctrl+Shift+F24", "Pause", "Alt+5"])
def test_a_key_is_read_and_named_alike(text: str) -> None:
    assert str(parse_key(text)) == text


@pytest.mark.parametrize("text", ["", "D", "Shift+D", "Ctrl+", "Ctrl+Ctrl+D", "Hyper+D", "Return", "Ctrl+Alt+D, F9"])
def test_keys_that_would_swallow_typing_or_are_none_are_refused(text: str) -> None:
    with pytest.raises(HotKeyError, match="can't be a key"):
        parse_key(text)


@given(st.text())
def test_any_text_is_a_key_or_refused_in_one_line(text: str) -> None:
    try:
        assert parse_key(str(parse_key(text))) == parse_key(text)
    except HotKeyError as problem:
        assert problem.next_step


def test_a_mac_has_a_place_of_its_own_for_each_key_or_says_that_it_has_none() -> None:
    names = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "Space", "Home", "End", "PgUp", "PgDown", "Del", "Ins"]
    names += [f"F{number}" for number in range(1, 21)]
    assert len({code_of(parse_key(f"Ctrl+{name}")) for name in names}) == len(names)
    with pytest.raises(HotKeyError, match="no key Pause"):
        code_of(parse_key("Pause"))
