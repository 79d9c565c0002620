"""Small plots as SVG text, without any library, so that a page with them stands alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 30, 46
_TICKS = 5
_LEAST = 1e-300  # floats hold no powers of ten much smaller
STYLE = """
svg { width: 100%; height: auto } text { font: 11px system-ui, sans-serif; fill: #1c2733 } text.name { font-size: 13px }
.axis { stroke: #1c2733 } .grid { stroke: #e6ebf0 } .diagonal { stroke: #7a8896; stroke-dasharray: 4 4 }
.span { stroke: #1c2733; stroke-width: 2 } .dot { fill: #1c2733 }
"""


@dataclass(frozen=True)
class Series:
    """Points of one system: name, CSS colour, (x, y) in the plot's own units, and what a pointer at each shows."""

    name: str
    colour: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """A row of a plot of intervals: what it is, the value, and from where to where."""

    name: str
    value: float
    low: float
    high: float


def scatter(
    title: str,
    x: str,
    y: str,
    series: Sequence[Series],
    *,
    diagonal: bool = False,
    joined: bool = False,
    limits: tuple[float, float] | None = None,
) -> str:
    """Points, with lines between them when `joined`; from zero to the largest, or to `limits` of x and y."""
    points = [point for each in series for point in each.points]
    high_x, high_y = limits or (_ceiling([px for px, _ in points]), _ceiling([py for _, py in points]))
    across = _scale(0.0, high_x, _LEFT, WIDTH - _RIGHT)
    up = _scale(0.0, high_y, HEIGHT - _BOTTOM, _TOP)
    parts = [_axes(x, y, high_x, high_y, across, up)]
    if diagonal:
        end = min(high_x, high_y)
        parts.append(_line(across(0), up(0), across(end), up(end), "diagonal"))
    for each in series:
        if joined and each.points:
            path = " ".join(f"{across(px):.1f},{up(py):.1f}" for px, py in each.points)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{each.colour}" stroke-width="1.5"/>')
        for index, (px, py) in enumerate(each.points):
            label = f"<title>{escape(each.labels[index])}</title>" if each.labels else ""
            parts.append(
                f'<circle cx="{across(px):.1f}" cy="{up(py):.1f}" r="4" fill="{each.colour}" fill-opacity="0.6">'
                f"{label}</circle>"
            )
    return _figure(title, HEIGHT, [*parts, _legend(series) if len(series) > 1 else ""])


def spans(title: str, x: str, rows: Sequence[Span]) -> str:
    """Values with their intervals, a row each, around a line at zero."""
    left, row_height = 170, 30
    height = _TOP + row_height * len(rows) + _BOTTOM
    reach = _ceiling([abs(value) for row in rows for value in (row.low, row.high)])
    across = _scale(-reach, reach, left, WIDTH - _RIGHT)
    bottom = height - _BOTTOM
    parts = [_line(across(0), _TOP, across(0), bottom, "diagonal")]
    for step in range(-2, 3):
        value = reach * step / 2
        parts.append(_text(across(value), bottom + 18, _number(value), "middle"))
    parts.append(_text((left + WIDTH - _RIGHT) / 2, height - 8, x, "middle"))
    for number, row in enumerate(rows):
        y = _TOP + row_height * (number + 0.5)
        parts += [
            _text(left - 10, y + 4, row.name, "end"),
            _line(across(row.low), y, across(row.high), y, "span"),
            f'<circle cx="{across(row.value):.1f}" cy="{y:.1f}" r="4.5" class="dot"/>',
        ]
    return _figure(title, height, parts)


def alone(plot: str) -> str:
    """The text of an SVG file with nothing but the plot."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
    return plot.replace("<svg ", opening, 1).replace("</title>", f"</title><style>{STYLE}</style>", 1) + "\n"


def _figure(title: str, height: float, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
    return "".join(
        [head, f"<title>{escape(title)}</title>", _text(WIDTH / 2, 16, title, "middle", "name"), *parts, "</svg>"]
    )


def _axes(
    x: str, y: str, high_x: float, high_y: float, across: Callable[[float], float], up: Callable[[float], float]
) -> str:
    parts = [
        _line(across(0), up(0), across(high_x), up(0), "axis"),
        _line(across(0), up(0), across(0), up(high_y), "axis"),
    ]
    for step in range(_TICKS + 1):
        at_x, at_y = high_x * step / _TICKS, high_y * step / _TICKS
        parts += [
            _text(across(at_x), up(0) + 17, _number(at_x), "middle"),
            _text(across(0) - 7, up(at_y) + 4, _number(at_y), "end"),
            _line(across(0), up(at_y), across(high_x), up(at_y), "grid"),
        ]
    parts.append(_text((across(0) + across(high_x)) / 2, HEIGHT - 8, x, "middle"))
    middle = (up(0) + up(high_y)) / 2
    parts.append(f'<text transform="translate(13 {middle:.1f}) rotate(-90)" text-anchor="middle">{escape(y)}</text>')
    return "".join(parts)


def _legend(series: Sequence[Series]) -> str:
    parts = []
    for number, each in enumerate(series):
        y = _TOP + 14 + 17 * number
        parts.append(f'<circle cx="{_LEFT + 14}" cy="{y - 4}" r="4" fill="{each.colour}"/>')
        parts.append(_text(_LEFT + 24, y, each.name, "start"))
    return "".join(parts)


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _ceiling(values: Sequence[float]) -> float:
    """A round number at or above the largest value."""
    largest = max(values, default=0.0)
    if largest < _LEAST:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(power * step for step in (1, 1.5, 2, 3, 4, 5, 8, 10, 15) if power * step >= largest)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "label") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
