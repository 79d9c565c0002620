"""Keys for the whole screen through a desktop portal: a real D-Bus and a portal that answers as the desktops' do."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection
from other_program import wait_for

from app.capture.hot_keys import HotKeyError, KeyEvent, KeyMoment, listen_for_keys, parse_key

_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_PATH = "/org/freedesktop/portal/desktop"


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a message bus of the test's own, on a Wayland session."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.fail("The portal's tests need dbus-daemon. Install with: sudo apt-get install --yes dbus", pytrace=False)
    command = [program, "--session", "--print-address", "--nofork", f"--address=unix:dir={tmp_path}"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    yield address
    daemon.kill()
    daemon.communicate()


class Portal:
    """Answers CreateSession and BindShortcuts; `status` is what it says to the latter (0: the user allowed it)."""

    def __init__(self, address: str, status: int = 0) -> None:
        self._status = status
        self._bus = open_dbus_connection(address)
        Proxy(message_bus, self._bus).RequestName("org.freedesktop.portal.Desktop")
        self._is_over = False
        self.shortcuts: list[Any] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def tell(self, signal: str, name: str, at_ms: int) -> None:
        emitter = DBusAddress(_PATH, interface=_SHORTCUTS)
        self._bus.send(new_signal(emitter, signal, "osta{sv}", ("/session/1", name, at_ms, {})))

    def close(self) -> None:
        self._is_over = True
        self._thread.join()
        self._bus.close()

    def _serve(self) -> None:
        while not self._is_over:
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            fields = message.header.fields
            if message.header.message_type != MessageType.method_call or fields[HeaderFields.interface] != _SHORTCUTS:
                continue
            request = f"/request/{message.header.serial}"
            results: dict[str, Any] = {"session_handle": ("s", "/session/1")}
            status = 0
            if fields[HeaderFields.member] == "BindShortcuts":
                self.shortcuts, status, results = message.body[1], self._status, {}
            self._bus.send(new_method_return(message, "o", (request,)))
            answer = DBusAddress(request, interface="org.freedesktop.portal.Request")
            self._bus.send(new_signal(answer, "Response", "ua{sv}", (status, results)))


def test_the_desktop_gives_the_key_and_tells_when_it_goes_down_and_up(bus: str) -> None:
    portal, told = Portal(bus), list[KeyEvent]()
    keys = listen_for_keys({"talk": parse_key("Ctrl+Alt+D")}, told.append)
    assert portal.shortcuts[0][0] == "talk"
    assert portal.shortcuts[0][1]["preferred_trigger"] == ("s", "CTRL+ALT+d")
    portal.tell("Activated", "talk", 1000)
    portal.tell("Deactivated", "talk", 1750)
    wait_for(lambda: len(told) == 2)
    keys.close()
    portal.close()
    assert told == [KeyEvent("talk", KeyMoment.DOWN, 1.0), KeyEvent("talk", KeyMoment.UP, 1.75)]


def test_a_user_who_does_not_allow_it_is_told_what_to_do(bus: str) -> None:
    portal = Portal(bus, status=1)
    with pytest.raises(HotKeyError, match="did not give the key"):
        listen_for_keys({"talk": parse_key("F9")}, lambda event: None)
    portal.close()


def test_a_desktop_without_the_portal_is_told(bus: str) -> None:
    with pytest.raises(HotKeyError, match="no keys for the whole screen"):
        listen_for_keys({"talk": parse_key("F9")}, lambda event: None)
