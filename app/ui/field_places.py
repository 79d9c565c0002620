"""The fields of a template in a note's document, and templates put into it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument

from app.dictation.fields import FieldPlace, Known, find_fields, value_of
from app.ui.positions import units


def find_places(document: QTextDocument) -> list[FieldPlace]:
    """The fields of a document, with their places there; Qt counts in UTF-16 units."""
    found = []
    block = document.begin()
    while block.isValid():
        text = block.text()
        for each in find_fields(text):
            start = block.position() + units(text[: each.start])
            found.append(FieldPlace(start, start + units(text[each.start : each.end]), each.field))
        block = block.next()
    return found


def write_defaults(document: QTextDocument, known: Mapping[Known, str]) -> int:
    """Puts their defaults in place of the fields that have one, and what is known, as one step of undo; how many those
    were."""
    places = [(each, value_of(each.field, known)) for each in find_places(document)]
    filled = [(each, value) for each, value in places if value is not None]
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for each, value in reversed(filled):
        cursor.setPosition(each.start)
        cursor.setPosition(each.end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(value, QTextCharFormat())
    cursor.endEditBlock()
    return len(filled)


def insert_text(at: QTextCursor, text: str) -> tuple[int, int]:
    """Puts a text in place of what is selected; several lines get lines of their own. Where it begins and ends; `at`
    stands behind it."""
    at.beginEditBlock()
    at.removeSelectedText()
    line, column = at.block().text(), at.positionInBlock()
    is_apart = "\n" in text
    if is_apart and line[:column].strip():
        at.insertText("\n", QTextCharFormat())
    start = at.position()
    at.insertText(text, QTextCharFormat())
    end = at.position()
    if is_apart and line[column:].strip():
        at.insertText("\n", QTextCharFormat())
    at.endEditBlock()
    at.setPosition(end)
    return start, end
