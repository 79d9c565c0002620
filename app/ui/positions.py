"""Places in a text as Python counts them and as Qt does, in UTF-16 units."""

from __future__ import annotations


def units(text: str) -> int:
    """The length of a text as Qt counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def offset_of(text: str, position: int) -> int:
    """Where Qt's position is in a text."""
    return len(text.encode("utf-16-le")[: 2 * position].decode("utf-16-le", "ignore"))
