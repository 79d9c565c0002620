"""The sections of a note that is plain text: a heading, and what stands under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.dictation.commands.patterns import words_of

_LINE = re.compile(r"[^\n]*")
_MARKED = re.compile(r"\s*#+\s+(?P<title>.*?)\s*:?\s*$")
_WITH_COLON = re.compile(r"\s*(?P<title>[^\W\d_][^:\n.;,?!]{0,58}?)\s*[:：](?!\S*\d)")
_MOST_WORDS = 6


@dataclass(frozen=True)
class Section:
    """A heading with its title, and where its text ends: behind its last word, or where its first is to stand."""

    title: str
    start: int
    end: int


def sections_in(text: str) -> list[Section]:
    """All sections in order. A heading is a line marked with # as dictated headings are, or begins a line and ends
    with a colon."""
    headings = list(_headings(text))
    sections = []
    for number, (title, start, end) in enumerate(headings):
        limit = headings[number + 1][1] if number + 1 < len(headings) else len(text)
        body = text[end:limit].rstrip()
        sections.append(Section(title, start, end + len(body) if body else _empty_place(text, end, limit)))
    return sections


def find_section(text: str, name: str) -> Section | None:
    """The section of that name, whatever its capitals; the last one where there are several."""
    wanted = words_of(name)
    return next((each for each in reversed(sections_in(text)) if words_of(each.title) == wanted), None)


def _headings(text: str) -> Iterator[tuple[str, int, int]]:
    """Title, start of the line and end of the heading in it."""
    for line in _LINE.finditer(text):
        found = _MARKED.match(line.group()) or _WITH_COLON.match(line.group())
        if found is not None and 0 < len(words_of(found.group("title"))) <= _MOST_WORDS:
            yield found.group("title"), line.start(), line.start() + found.end()


def _empty_place(text: str, end: int, limit: int) -> int:
    """Under a heading without text: its empty line if there is one, else behind the heading itself."""
    below = text[end:limit].lstrip(" \t")
    return limit - len(below) + 1 if below.startswith("\n") and (limit == len(text) or below[1:2] == "\n") else end
