"""The plain text of a note as the blocks that a document is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.dictation.markup import HEADING, POINT, split_bold

# Everything that means a new line to some program; U+2029 ends a paragraph.
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028]")
# What XML 1.0 cannot hold, and no document shows: control characters, halves of surrogate pairs, non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A line of its own; level 1 or 2."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, at least one."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """A line of a list: its sign as it was typed (a dash or a number: numbers in a note are never counted anew), and
    how far it is set in, from 0."""

    sign: str
    text: str
    level: int


@dataclass(frozen=True)
class Points:
    """Points that follow each other, at least one."""

    points: tuple[Point, ...]


Block = Heading | Paragraph | Points


def read_blocks(body: str) -> list[Block]:
    """Cuts the text at blank lines, headings and lists; every line that is not blank is in exactly one block."""
    blocks: list[Block] = []
    lines: list[str] = []
    points: list[Point] = []

    def end_block() -> None:
        if lines:
            blocks.append(Paragraph(tuple(lines)))
        if points:
            blocks.append(Points(tuple(points)))
        lines.clear()
        points.clear()

    for line in clean(body).split("\n"):
        heading = HEADING.fullmatch(line.rstrip())
        point = POINT.fullmatch(line.rstrip())
        is_other = bool(points) if point is None else bool(lines)
        if heading is not None or is_other or not line.strip():
            end_block()
        if heading is not None:
            blocks.append(Heading(len(heading[1]), heading[2]))
        elif point is not None:
            points.append(Point(point["sign"], point["text"], len(point["indent"]) // 2))
        elif line.strip():
            lines.append(line.rstrip())
    end_block()
    return blocks


def without_bold_signs(line: str) -> str:
    """The line as plain text."""
    return "".join(piece for piece, _ in split_bold(line))


def clean(text: str) -> str:
    """The text with \\n for every kind of line break and U+FFFD for what a document cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_BREAKS.sub("\n", text).replace("\u2029", "\n\n"))


def one_line(text: str) -> str:
    """A title or a name without line breaks."""
    return " ".join(clean(text).split())
