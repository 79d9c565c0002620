"""The losses that a training went through, as the loop wrote them down, and as a picture."""

from __future__ import annotations

import json
from pathlib import Path

from adaptation.plots import Series, alone, scatter

_MOST_POINTS = 50

Curve = tuple[tuple[int, float], ...]  # step and mean loss of the steps since the point before


def read_curve(path: Path) -> Curve:
    """The curve in a file of the loop, at most fifty points; empty where there is none. What a killed run did twice
    counts once."""
    if not path.is_file():
        return ()
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    losses = {row["step"]: row["loss"] for row in rows if "loss" in row}
    steps = sorted(losses)
    size = max(1, -(-len(steps) // _MOST_POINTS))
    parts = [steps[start : start + size] for start in range(0, len(steps), size)]
    return tuple((part[-1], round(sum(losses[step] for step in part) / len(part), 4)) for part in parts)


def draw_curve(curve: Curve, title: str) -> str:
    """The picture, as the text of an SVG file."""
    return alone(scatter(title, "step", "loss", [Series("loss", "#0b7285", curve)], joined=True))
