"""The few signs by which a note's plain text holds headings, lists and bold words.

"# Plan" and "## Plan" are headings, "- " begins a point, "1. " a numbered one, **bold** is bold within its line. Every
program shows such a text readably, and search, versions and anchors see nothing but words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

HEADING = re.compile(r"(#{1,2}) +(\S.*)")
POINT = re.compile(r"(?P<indent> {0,8})(?P<sign>[-•]|\d{1,3}[.)]) +(?P<text>\S.*)")
_BOLD = re.compile(r"\*\*(?=[^\s*])([^*\n]*?[^\s*])\*\*")


class Mark(Enum):
    """What a part of a line is."""

    HEADING = "heading"
    BOLD = "bold"
    SIGN = "sign"  # what makes another part what it is; not shown in documents


def find_marks(line: str) -> Iterator[tuple[int, int, Mark]]:
    """Start, end and kind of the parts of a line that are more than plain text."""
    heading = HEADING.fullmatch(line.rstrip())
    if heading is not None:
        yield heading.start(2), heading.end(2), Mark.HEADING
        yield heading.start(1), heading.end(1), Mark.SIGN
        return
    point = POINT.fullmatch(line)
    if point is not None:
        yield point.start("sign"), point.end("sign"), Mark.SIGN
    for match in _BOLD.finditer(line):
        yield match.start(1), match.end(1), Mark.BOLD
        yield match.start(), match.start(1), Mark.SIGN
        yield match.end(1), match.end(), Mark.SIGN


def split_bold(line: str) -> list[tuple[str, bool]]:
    """The pieces of a line, each with whether it is bold, without the signs."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _BOLD.finditer(line):
        pieces += [(line[end : match.start()], False), (match.group(1), True)]
        end = match.end()
    pieces.append((line[end:], False))
    return [piece for piece in pieces if piece[0]]


def without_signs(text: str) -> str:
    """The text for a program that knows no such signs: headings and bold words lose theirs, lists keep them."""
    lines = []
    for line in text.split("\n"):
        heading = HEADING.fullmatch(line.rstrip())
        shown = heading.group(2) if heading is not None else line
        lines.append("".join(piece for piece, _ in split_bold(shown)))
    return "\n".join(lines)


@dataclass(frozen=True)
class SignEdit:
    """In a line, `removed` characters at `at` give way to `written`."""

    at: int
    removed: int
    written: str


def toggle_bold(line: str, start: int, end: int) -> list[SignEdit]:
    """What makes a stretch of a line bold, or no longer bold, in order; nothing where it can't be."""
    for bold in _BOLD.finditer(line):
        if bold.start() <= start and end <= bold.end():
            return [SignEdit(bold.start(), 2, ""), SignEdit(bold.end() - 2, 2, "")]
    chosen = line[start:end]
    if not chosen.strip() or "*" in chosen or HEADING.fullmatch(line.rstrip()):
        return []
    start += len(chosen) - len(chosen.lstrip())
    end = start + len(chosen.strip())
    signed = f"{line[:start]}**{line[start:end]}**{line[end:]}"
    if (start, end + 4) not in [bold.span() for bold in _BOLD.finditer(signed)]:
        return []  # stray signs in the line would be taken for the other end
    return [SignEdit(start, 0, "**"), SignEdit(end, 0, "**")]


def toggle_heading(line: str) -> list[SignEdit]:
    """What makes a line a heading, then a smaller one, then none again."""
    heading, point = HEADING.match(line), POINT.match(line)
    if point is not None:
        return [SignEdit(0, point.start("text"), "# ")]
    if heading is None:
        return [SignEdit(0, 0, "# ")] if line.strip() else []
    if len(heading.group(1)) == 1:
        return [SignEdit(0, 0, "#")]
    return [SignEdit(0, heading.start(2), "")]


def toggle_point(line: str) -> list[SignEdit]:
    """What makes a line a point of a list, or none again."""
    point = POINT.match(line)
    if point is not None:
        return [SignEdit(point.start("sign"), point.start("text") - point.start("sign"), "")]
    return [SignEdit(0, 0, "- ")] if line.strip() and HEADING.match(line) is None else []
