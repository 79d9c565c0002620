"""Keys for the whole screen on a real X server, pressed as a keyboard presses them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from finger import Finger
from other_program import wait_for
from window_fixtures import virtual_screen

from app.capture.hot_keys import HotKeyError, KeyEvent, KeyMoment, listen_for_keys, parse_key
from app.x11 import XConnection

CONTROL, D, ESCAPE, NUM_LOCK = 0xFFE3, 0x64, 0xFF1B, 0xFF7F


@pytest.fixture(scope="module")
def screen() -> Iterator[None]:
    with virtual_screen() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", name)
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        yield


def test_a_key_tells_when_it_goes_down_and_up_and_of_escape_meanwhile(screen: None) -> None:
    finger, told = Finger(), list[KeyEvent]()
    keys = listen_for_keys({"talk": parse_key("Ctrl+D")}, told.append)
    finger.down(D)
    finger.up(D)
    finger.down(CONTROL, D)
    wait_for(lambda: len(told) == 1)
    finger.down(ESCAPE)
    finger.up(ESCAPE)
    finger.up(D, CONTROL)
    wait_for(lambda: len(told) == 3)
    keys.close()
    assert [event.moment for event in told] == [KeyMoment.DOWN, KeyMoment.ESCAPE, KeyMoment.UP]
    assert {event.name for event in told} == {"talk"} and told[0].at_s <= told[2].at_s


def test_a_key_that_is_held_is_told_once_however_often_the_server_repeats_it(screen: None) -> None:
    finger, told, typed = Finger(), list[KeyEvent](), XConnection()
    keys = listen_for_keys({"talk": parse_key("F9")}, told.append)
    finger.down(NUM_LOCK)
    finger.up(NUM_LOCK)
    finger.down(0xFFC6)
    wait_for(lambda: len(told) == 1)
    now = told[0].at_s
    wait_for(lambda: typed_for(typed, now) > 1.2)
    assert len(told) == 1
    finger.up(0xFFC6)
    wait_for(lambda: len(told) == 2)
    keys.close()
    assert told[1].moment == KeyMoment.UP and told[1].at_s - told[0].at_s >= 1.0


def test_a_key_that_came_up_while_its_listener_was_busy_is_told_up_once(screen: None) -> None:
    finger, told, typed = Finger(), list[KeyEvent](), XConnection()
    is_up = threading.Event()

    def listen(event: KeyEvent) -> None:
        told.append(event)
        is_up.wait(60)

    keys = listen_for_keys({"talk": parse_key("F10")}, listen)
    finger.down(0xFFC7)
    wait_for(lambda: len(told) == 1)
    wait_for(lambda: typed_for(typed, told[0].at_s) > 1.2)
    finger.up(0xFFC7)
    is_up.set()
    wait_for(lambda: len(told) > 1)
    finger.down(0xFFC7)
    finger.up(0xFFC7)
    wait_for(lambda: len(told) >= 4)
    keys.close()
    assert [event.moment for event in told] == [KeyMoment.DOWN, KeyMoment.UP] * 2
    assert told[2].at_s - told[0].at_s > 1.2


def typed_for(screen: XConnection, since_s: float) -> float:
    """Seconds of the server's clock since a time on it."""
    core = screen.connection.core
    core.ChangeWindowAttributes(screen.root, 0x800, [0x400000])
    core.ChangeProperty(0, screen.root, screen.atom("OTOSCRIBE_CLOCK"), 31, 8, 1, b"x")
    core.GetInputFocus().reply()
    while not isinstance(event := screen.next_event(), screen.library.xproto.PropertyNotifyEvent):
        screen.wait(0.1)
    return float(event.time) / 1000 - since_s


def test_a_key_that_another_program_holds_is_refused_and_none_is_taken(screen: None) -> None:
    held = listen_for_keys({"talk": parse_key("F8")}, lambda event: None)
    with pytest.raises(HotKeyError, match="Another program holds the key F8"):
        listen_for_keys({"transfer": parse_key("F7"), "talk": parse_key("F8")}, lambda event: None)
    free = listen_for_keys({"transfer": parse_key("F7")}, lambda event: None)
    free.close()
    held.close()
    again = listen_for_keys({"talk": parse_key("F8")}, lambda event: None)
    again.close()
