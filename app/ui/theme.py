"""Colours and sizes of the window: a light and a dark set, the system's choice by default, scaled with the text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.stylesheet import stylesheet

# Labels and buttons are a little smaller than the note's own text.
_AROUND = 0.875
_PICTURES = Path(__file__).resolve().parent / "pictures"
TEXT_SIZES_POINTS = (9, 10, 11, 12, 14, 16, 18, 21, 24)


@dataclass(frozen=True)
class Colours:
    """Named by use. Every text colour has a contrast of 4.5:1 or more on every ground that it is put on."""

    window: str
    sidebar: str
    surface: str
    raised: str
    text: str
    muted: str
    line: str
    control_line: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    recording: str
    recording_hover: str
    on_recording: str
    doubt: str
    doubt_ground: str
    voice_ground: str
    warning: str
    warning_ground: str
    information_ground: str
    good: str
    disabled: str


LIGHT = Colours(
    window="#f4f6f7",
    sidebar="#e9edf0",
    surface="#ffffff",
    raised="#ffffff",
    text="#16202a",
    muted="#475461",
    line="#d5dce2",
    control_line="#75828e",
    accent="#0b6670",
    accent_hover="#084f57",
    on_accent="#ffffff",
    selection="#cfe6e9",
    recording="#c0232b",
    recording_hover="#9c1a21",
    on_recording="#ffffff",
    doubt="#8f4700",
    doubt_ground="#fff1d9",
    voice_ground="#bfe0ff",
    warning="#8a3d00",
    warning_ground="#fdebd8",
    information_ground="#dcedf0",
    good="#1d6b3a",
    disabled="#8a96a1",
)

DARK = Colours(
    window="#151b21",
    sidebar="#10151a",
    surface="#1b232a",
    raised="#252f38",
    text="#e7ecf0",
    muted="#aab7c2",
    line="#303b45",
    control_line="#6f7e8a",
    accent="#56c0ca",
    accent_hover="#7ad3db",
    on_accent="#04252a",
    selection="#1f4a51",
    recording="#ff7a77",
    recording_hover="#ff9c99",
    on_recording="#2b0606",
    doubt="#ffc46b",
    doubt_ground="#3a2d14",
    voice_ground="#1d4a73",
    warning="#ffb57d",
    warning_ground="#3b2a1c",
    information_ground="#1a363b",
    good="#74d49a",
    disabled="#65727d",
)


class Theme(QObject):
    """Dresses the application; `changed` tells windows without a parent to put on the new `sheet`, and whoever paints
    with colours of its own to paint again. As the application's, Qt would apply the sheet to each widget once for every
    widget that it lies in."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str, text_points: int) -> None:
        super().__init__()
        self._application = application
        self._choice = choice
        self._text_points = text_points
        self.sheet = ""
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()

    @property
    def colours(self) -> Colours:
        return DARK if self.is_dark else LIGHT

    @property
    def is_dark(self) -> bool:
        if self._choice == "system":
            return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    @property
    def choice(self) -> str:
        return self._choice

    @property
    def text_points(self) -> int:
        return self._text_points

    def choose(self, choice: str) -> None:
        """`choice` is "system", "light" or "dark"."""
        self._choice = choice
        self._dress()

    def scale_text(self, points: int) -> None:
        """Body text of `points`, kept within TEXT_SIZES_POINTS; everything else grows with it."""
        self._text_points = min(max(points, TEXT_SIZES_POINTS[0]), TEXT_SIZES_POINTS[-1])
        self._dress()

    def text_points_after(self, steps: int) -> int:
        """The size that is `steps` larger (or, below nought, smaller) than the present one."""
        nearest = min(range(len(TEXT_SIZES_POINTS)), key=lambda at: abs(TEXT_SIZES_POINTS[at] - self._text_points))
        return TEXT_SIZES_POINTS[min(max(nearest + steps, 0), len(TEXT_SIZES_POINTS) - 1)]

    def _dress(self) -> None:
        font = QFont(self._application.font())
        font.setPointSizeF(self._text_points * _AROUND)
        self._application.setFont(font)
        self._application.setPalette(_palette(self.colours))
        tick = _PICTURES / ("tick-dark.svg" if self.is_dark else "tick-light.svg")
        values = {field.name: getattr(self.colours, field.name) for field in fields(Colours)}
        self.sheet = stylesheet(values, self._text_points, self._text_points * _AROUND, tick)
        self.changed.emit()


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, value in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.recording,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Link: colours.accent,
        role.Mid: colours.line,
        role.Dark: colours.control_line,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.disabled))
    return palette


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    ground = QColor(colour)
    return 0.2126 * _linear(ground.redF()) + 0.7152 * _linear(ground.greenF()) + 0.0722 * _linear(ground.blueF())


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
