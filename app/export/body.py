"""The plain text of a note as the blocks that a document is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Everything that means a new line to some program; U+2029 ends a paragraph.
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028]")
# What XML 1.0 cannot hold, and no document shows: control characters, halves of surrogate pairs, non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HEADING = re.compile(r"(#{1,2}) +(\S.*)")


@dataclass(frozen=True)
class Heading:
    """A line of its own; level 1 or 2."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, at least one."""

    lines: tuple[str, ...]


def read_blocks(body: str) -> list[Heading | Paragraph]:
    """Cuts the text at blank lines and headings; every line that is not blank is in exactly one block."""
    blocks: list[Heading | Paragraph] = []
    lines: list[str] = []

    def end_paragraph() -> None:
        if lines:
            blocks.append(Paragraph(tuple(lines)))
            lines.clear()

    for line in clean(body).split("\n"):
        heading = _HEADING.fullmatch(line.rstrip())
        if heading:
            end_paragraph()
            blocks.append(Heading(len(heading[1]), heading[2]))
        elif line.strip():
            lines.append(line.rstrip())
        else:
            end_paragraph()
    end_paragraph()
    return blocks


def clean(text: str) -> str:
    """The text with \\n for every kind of line break and U+FFFD for what a document cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_BREAKS.sub("\n", text).replace("\u2029", "\n\n"))


def one_line(text: str) -> str:
    """A title or a name without line breaks."""
    return " ".join(clean(text).split())
