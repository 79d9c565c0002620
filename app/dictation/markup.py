"""The few signs by which a note's plain text holds headings, lists and bold words.

"# Plan" and "## Plan" are headings, "- " begins a point, "1. " a numbered one, **bold** is bold within its line. Every
program shows such a text readably, and search, versions and anchors see nothing but words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
