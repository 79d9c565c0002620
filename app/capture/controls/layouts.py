"""What the reports of a pedal or a microphone mean, read from TOML.

A layout names its devices (vendor and product of USB), where its reports are told from others (the HID usage page, the
first bytes) and for each button the byte and the bits that are set while it is pressed, and what it does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.capture.errors import CaptureError

# What a button can do; nothing for one that is known and not used.
DOES = ("talk", "end", "play", "back", "transfer", "")
_LARGEST_REPORT = 1024


class ControlError(CaptureError):
    """A device that cannot be used, or a layout that cannot be read."""


@dataclass(frozen=True)
class Button:
    """Pressed while all bits of `mask` are set in byte number `byte` of a report."""

    name: str
    byte: int
    mask: int
    does: str = ""

    def is_pressed(self, report: bytes) -> bool:
        return len(report) > self.byte and report[self.byte] & self.mask == self.mask


@dataclass(frozen=True)
class Layout:
    """`devices` are pairs of vendor and product; `usage_page` is None where the device has one kind of reports only;
    reports that do not begin with `starts_with` are of another kind."""

    name: str
    devices: tuple[tuple[int, int], ...]
    buttons: tuple[Button, ...]
    usage_page: int | None = None
    starts_with: bytes = b""

    def suits(self, vendor: int, product: int, usage_page: int) -> bool:
        """Whether it is for this interface of a device; a system that does not tell the page says 0."""
        return (vendor, product) in self.devices and (not usage_page or self.usage_page in (None, usage_page))


class ButtonState:
    """Which buttons of a device are pressed, from one report to the next."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._pressed: frozenset[Button] = frozenset()

    def take(self, report: bytes) -> tuple[tuple[Button, bool], ...]:
        """The buttons that went up (False) and then those that went down (True) with this report."""
        if not report.startswith(self._layout.starts_with):
            return ()
        before, now = self._pressed, frozenset(each for each in self._layout.buttons if each.is_pressed(report))
        self._pressed = now
        return (
            *((button, False) for button in self._layout.buttons if button in before - now),
            *((button, True) for button in self._layout.buttons if button in now - before),
        )


def read_layout(text: str, name: str) -> Layout:
    """Reads a layout's TOML. Raises ControlError, naming the file and what is wrong, for anything that is none."""
    try:
        content = tomllib.loads(text)
        return Layout(
            name=_text(content["name"]),
            devices=tuple(
                (_number(vendor, 0xFFFF), _number(product, 0xFFFF)) for vendor, product in content["devices"]
            ),
            buttons=tuple(_button(each, button) for each, button in content.get("buttons", {}).items()),
            usage_page=_number(content["usage_page"], 0xFFFF) if "usage_page" in content else None,
            starts_with=bytes(_number(each, 0xFF) for each in content.get("starts_with", [])),
        )
    except KeyError as error:
        wrong = f"{error.args[0]} is missing"
    except (tomllib.TOMLDecodeError, ValueError, TypeError, AttributeError) as error:
        wrong = str(error)
    raise ControlError(
        f"The layout {name} cannot be read ({wrong})", "Correct the file or delete it, and teach it anew."
    )


def load_layouts(folders: Iterable[Path]) -> tuple[tuple[Layout, ...], tuple[ControlError, ...]]:
    """All layouts in these folders, the first folder's first, and what could not be read."""
    layouts, problems = [], []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            layouts.append(read_layout(path.read_text(encoding="utf-8"), path.name))
        except ControlError as problem:
            problems.append(problem)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(ControlError(f"The layout {path.name} cannot be read ({error})", "Look at the file."))
    return tuple(layouts), tuple(problems)


def _button(name: str, values: Any) -> Button:
    mask, does = _number(values["mask"], 0xFF), _text(values.get("does", ""))
    if not mask or does not in DOES:
        raise ValueError(f"button {name}: mask or does")
    return Button(_text(name), _number(values["byte"], _LARGEST_REPORT), mask, does)


def _number(value: Any, largest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise ValueError(f"{value} is no number up to {largest}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value} is no text")
    return value
