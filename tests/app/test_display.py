"""Without a display the program must say so itself: Qt would end the process."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from app.display import has_display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks X11, which only Linux has here")


@pytest.fixture(autouse=True)
def _no_wayland(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.parametrize("value", ["", "nonsense", ":", ":60999", "localhost:60999.0", "unix:60999", ":1;reboot"])
def test_a_display_that_nobody_serves_is_none(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", value)
    assert not has_display()


def test_a_served_display_is_found(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert has_display()


def test_a_display_forwarded_over_tcp_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        monkeypatch.setenv("DISPLAY", f"localhost:{number}.0")
        assert has_display()
    assert not has_display()


def test_wayland_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-0"))
    assert has_display()
