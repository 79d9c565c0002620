"""What in a note's text wants a second look, and what may be written in its place."""

from __future__ import annotations

from collections.abc import Sequence

from app.desk.anchors import is_same_word
from app.dictation import Flag, WrittenWord, flag_unsafe_abbreviations, languages
from speech.transcript import Word

_NO_SPACE_BEFORE = frozenset(",.;:?!)%")
_NO_SPACE_AFTER = frozenset("(/")


def unsafe_in(text: str, language: str) -> list[Flag]:
    """The dangerous abbreviations and doses in a text; none in a language without a list. "auto" is taken for "en"."""
    code = "en" if language == "auto" else language.split("-")[0]
    return flag_unsafe_abbreviations(text, code) if code in languages() else []


def heard_for(words: Sequence[Word]) -> str | None:
    """What was said for written words that belong together, where they are not simply that; else None."""
    spoken = max((word.spoken for word in words if isinstance(word, WrittenWord)), key=len, default="")
    written = " ".join(word.text for word in words)
    return spoken if spoken and not is_same_word(written, spoken) else None


def are_one_stretch(one: Word, other: Word) -> bool:
    """Whether two written words come from the same speech, as 25 and mg do from "twenty five milligrams"."""
    return (one.start_s, one.end_s) == (other.start_s, other.end_s)


def fit_between(before: str, text: str, after: str) -> str:
    """A dictated text with the spaces that it needs between the characters at its sides ("" at an end of the note)."""
    if before in ("", "\n", "\u2029"):
        text = text.lstrip("\n")
    if not text:
        return text
    is_joined = before in _NO_SPACE_AFTER or text[0] in _NO_SPACE_BEFORE or text[0].isspace()
    leading = "" if not before or before.isspace() or before == "\u2029" or is_joined else " "
    trailing = " " if (after.isalnum() or after == "(") and not text[-1].isspace() else ""
    return leading + text + trailing
