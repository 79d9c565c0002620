"""Keys that work while another program has the focus."""

from app.capture.hot_keys.hold import HoldOrToggle, Wish
from app.capture.hot_keys.keys import HotKeyError, Key, parse_key
from app.capture.hot_keys.listening import HotKeys, KeyEvent, KeyMoment, listen_for_keys

__all__ = [
    "HoldOrToggle",
    "HotKeyError",
    "HotKeys",
    "Key",
    "KeyEvent",
    "KeyMoment",
    "Wish",
    "listen_for_keys",
    "parse_key",
]
