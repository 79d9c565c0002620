"""Whether a window can be shown here."""

from __future__ import annotations

import os
import re
import socket
import sys

_X11_SOCKETS = "/tmp/.X11-unix/X"
_X11_FIRST_PORT = 6000
_PATIENCE_S = 1.0


def has_display() -> bool:
    """Windows and macOS desktops always have one; Linux names it in its environment, and an X server must answer there.

    Qt ends the whole process when it cannot reach the display that the environment names.
    """
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    named = re.fullmatch(r"(?:unix)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?", os.environ.get("DISPLAY", ""))
    if named is None:
        return False
    if named["host"] not in ("", "localhost"):
        return _answers(socket.AF_INET, (named["host"], _X11_FIRST_PORT + int(named["number"])))
    path = f"{_X11_SOCKETS}{named['number']}"
    return (
        _answers(socket.AF_UNIX, path)
        or _answers(socket.AF_UNIX, f"\0{path}")
        or _answers(socket.AF_INET, ("127.0.0.1", _X11_FIRST_PORT + int(named["number"])))
    )


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(address)
        except (OSError, OverflowError):
            return False
        return True
