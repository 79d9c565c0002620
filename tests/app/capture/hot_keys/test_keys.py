"""Names of keys for the whole screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.hot_keys import HotKeyError, parse_key


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
