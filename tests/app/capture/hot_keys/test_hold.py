"""One key that is held or pressed: for every way of pressing it, what was begun is ended once, and never unasked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.capture.hot_keys import HoldOrToggle, Wish

PRESSES = st.lists(
    st.tuples(st.sampled_from(["down", "up", "escape", "ended elsewhere"]), st.floats(0.001, 2.0)), max_size=40
)


@given(PRESSES)
def test_what_is_wished_always_suits_what_is_recorded(moments: list[tuple[str, float]]) -> None:
    key, now_s, is_recording = HoldOrToggle(), 0.0, False
    for moment, after_s in moments:
        now_s += after_s
        if moment == "down":
            wish = key.press(now_s, is_recording)
        elif moment == "up":
            wish = key.release(now_s, is_recording)
        elif moment == "escape":
            wish = key.cancel(is_recording)
        else:
            wish, is_recording = Wish.NOTHING, False
        assert wish == Wish.NOTHING or (wish == Wish.BEGIN) != is_recording
        assert wish != Wish.BEGIN or moment == "down"
        is_recording = {Wish.BEGIN: True, Wish.END: False, Wish.CANCEL: False}.get(wish, is_recording)


@given(st.floats(0, 5), st.integers(0, 20))
def test_a_held_key_ends_by_letting_go_and_a_pressed_one_by_the_next_press(held_s: float, repeats: int) -> None:
    key = HoldOrToggle()
    assert key.press(10.0, False) == Wish.BEGIN
    assert [key.press(10.0 + held_s * share / 20, True) for share in range(repeats)] == [Wish.NOTHING] * repeats
    if 10.0 + held_s - 10.0 >= 0.6:
        assert key.release(10.0 + held_s, True) == Wish.END
    else:
        assert key.release(10.0 + held_s, True) == Wish.NOTHING
        assert key.press(20.0, True) == Wish.END
        assert key.release(30.0, False) == Wish.NOTHING


def test_escape_counts_only_while_the_key_that_began_is_held() -> None:
    key = HoldOrToggle()
    key.press(0.0, False)
    assert key.cancel(True) == Wish.CANCEL
    assert key.release(5.0, False) == Wish.NOTHING
    key.press(6.0, False)
    key.release(6.1, True)
    assert key.cancel(True) == Wish.NOTHING
