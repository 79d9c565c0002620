"""Names of keys for the whole screen, and what each system calls them."""

from __future__ import annotations

from dataclasses import dataclass

from app.capture.errors import CaptureError

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
# By name: the keysym of X11 and the virtual key of Windows.
_ALONE = {f"F{number}": (0xFFBD + number, 0x6F + number) for number in range(1, 25)} | {
    "Pause": (0xFF13, 0x13),
    "ScrollLock": (0xFF14, 0x91),
}
_WITH_MODIFIER = (
    {letter: (ord(letter.lower()), ord(letter)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {digit: (ord(digit), ord(digit)) for digit in "0123456789"}
    | {
        "Space": (0x20, 0x20),
        "Ins": (0xFF63, 0x2D),
        "Del": (0xFFFF, 0x2E),
        "Home": (0xFF50, 0x24),
        "End": (0xFF57, 0x23),
        "PgUp": (0xFF55, 0x21),
        "PgDown": (0xFF56, 0x22),
    }
)


class HotKeyError(CaptureError):
    """A key that cannot be had for the whole screen."""


@dataclass(frozen=True)
class Key:
    """`modifiers` are some of MODIFIERS; `name` is Qt's name of the key, such as D or F9."""

    modifiers: frozenset[str]
    name: str

    @property
    def keysym(self) -> int:
        return (_ALONE | _WITH_MODIFIER)[self.name][0]

    @property
    def virtual_key(self) -> int:
        return (_ALONE | _WITH_MODIFIER)[self.name][1]

    def __str__(self) -> str:
        return "+".join([*(each for each in MODIFIERS if each in self.modifiers), self.name])


def parse_key(text: str) -> Key:
    """Reads "Ctrl+Alt+D" or "F9". Raises HotKeyError for anything that is not, or should not be, such a key."""
    *modifiers, name = text.strip().split("+")
    name = name.upper() if len(name) == 1 else name
    are_known = set(modifiers) <= set(MODIFIERS) and len(set(modifiers)) == len(modifiers)
    if are_known and (name in _ALONE or (name in _WITH_MODIFIER and set(modifiers) - {"Shift"})):
        return Key(frozenset(modifiers), name)
    raise HotKeyError(
        f"{text} can't be a key for the whole screen",
        "Take a function key, Pause or ScrollLock, or a letter with Ctrl, Alt or the system key.",
    )
