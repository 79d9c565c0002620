"""Where a stretch of a note's text comes from, kept in its character format: Qt carries it through edits, undo and redo
by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextFormat

_RECORDING = QTextFormat.Property.UserProperty + 1
_WORD = QTextFormat.Property.UserProperty + 2
_CONFIRMED = QTextFormat.Property.UserProperty + 3


class Origin(NamedTuple):
    """Word number `number` of a recording; `is_confirmed` when somebody found it right."""

    recording_id: int
    number: int
    is_confirmed: bool


def format_for(origin: Origin) -> QTextCharFormat:
    """The format of text with that origin."""
    look = QTextCharFormat()
    look.setProperty(_RECORDING, origin.recording_id)
    look.setProperty(_WORD, origin.number)
    if origin.is_confirmed:
        look.setProperty(_CONFIRMED, True)
    return look


def confirmation() -> QTextCharFormat:
    """What is merged into the format of a word that somebody found right."""
    look = QTextCharFormat()
    look.setProperty(_CONFIRMED, True)
    return look


def stretches_in(block: QTextBlock) -> Iterator[tuple[int, str, Origin]]:
    """Start and text of each stretch of a line that has one origin, in order; places count from the line's start."""
    iterator, line_start = block.begin(), block.position()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        iterator += 1
        origin = _origin_of(fragment.charFormat())
        if origin is not None:
            yield fragment.position() - line_start, fragment.text(), origin


def stretches_around(block: QTextBlock, first: int, last: int) -> tuple[int, int, list[tuple[int, str, Origin]]]:
    """The same for what stands from place `first` up to `last` of the line, with all of the stretches at its ends, and
    the two places between which that is. It costs by the character, not by the line."""
    cursor, line_start, length = QTextCursor(block), block.position(), block.length() - 1

    def origin_at(place: int) -> Origin | None:
        cursor.setPosition(line_start + place + 1)  # a cursor's format is that of the character before it
        return _origin_of(cursor.charFormat())

    while first > 0 and origin_at(first - 1) is not None:
        first -= 1
    while last < length and origin_at(last) is not None:
        last += 1
    ends: list[tuple[int, int, Origin]] = []
    for place in range(first, last):
        origin = origin_at(place)
        if origin is not None and ends and ends[-1][1:] == (place, origin):
            ends[-1] = (ends[-1][0], place + 1, origin)
        elif origin is not None:
            ends.append((place, place + 1, origin))
    return first, last, [(start, _text_between(cursor, line_start, start, end), origin) for start, end, origin in ends]


def _text_between(cursor: QTextCursor, line_start: int, first: int, last: int) -> str:
    cursor.setPosition(line_start + first)
    cursor.setPosition(line_start + last, QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def _origin_of(look: QTextCharFormat) -> Origin | None:
    if not look.hasProperty(_WORD):
        return None
    return Origin(look.intProperty(_RECORDING), look.intProperty(_WORD), look.hasProperty(_CONFIRMED))
