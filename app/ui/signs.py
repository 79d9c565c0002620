"""The signs of bold words, headings and lists, written into a document so that every word keeps its place in a
recording."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument

from app.dictation.markup import SignEdit, toggle_bold
from app.ui.positions import offset_of, units


def blocks_in(document: QTextDocument, start: int, end: int) -> list[QTextBlock]:
    """The lines from one position to another."""
    block = document.findBlock(start)
    found: list[QTextBlock] = []
    while block.isValid() and (block.position() < end or not found):
        found.append(block)
        block = block.next()
    return found


def write_bold(document: QTextDocument, start: int, end: int) -> bool:
    """Makes what stands between two positions bold, or no longer bold; False where it can't be."""
    edits = []
    for block in blocks_in(document, start, end):
        line, at = block.text(), block.position()
        first, last = max(start - at, 0), min(end - at, block.length() - 1)
        edits.append((block, toggle_bold(line, offset_of(line, first), offset_of(line, last))))
    write_signs(document, edits)
    return any(signs for _, signs in edits)


def write_signs(document: QTextDocument, edits: Sequence[tuple[QTextBlock, Sequence[SignEdit]]]) -> None:
    """All of it as one step of undo, the last edit first."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for block, signs in reversed(edits):
        line, position = block.text(), block.position()
        for edit in reversed(signs):
            cursor.setPosition(position + units(line[: edit.at]))
            cursor.setPosition(cursor.position() + edit.removed, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(edit.written, QTextCharFormat())
    cursor.endEditBlock()
