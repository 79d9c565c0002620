"""Plain word lists: a term a line; and Dragon's, where `written\\spoken` gives the spoken form too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adaptation.lexicon.cells import Refusal, clean, spoken_forms, written_form
from adaptation.lexicon.merging import Entry
from adaptation.lexicon.report import Outcome, Row
from adaptation.lexicon.terms import Term


def read_words(lines: Sequence[str], first_line: int, file_name: str) -> Iterator[Entry | Row]:
    """A term from each line that is not blank; lines that begin with # are comments and refused as such."""
    for line, text in enumerate(lines, start=first_line):
        if not text.strip():
            continue
        try:
            if text.lstrip().startswith("#"):
                raise Refusal("a comment", "Take the # away if this is a term.")
            yield Entry(line, Term(written_form(text), origin=f"{file_name}:{line}"))
        except Refusal as refusal:
            yield refused(line, text, refusal)


def is_dragon(lines: Sequence[str]) -> bool:
    """Backslashes stand in no term; in Dragon's lists they stand in the lines with a spoken form, or in a first line
    such as @Version=Plato-UTF8."""
    return any("\\" in line for line in lines[:10_000]) or lines[0].startswith("@Version=")


def read_dragon(lines: Sequence[str], first_line: int, file_name: str) -> Iterator[Entry | Row]:
    """Dragon writes `written\\spoken`, or the written form alone; its commands have no written form."""
    for line, text in enumerate(lines, start=first_line):
        if not text.strip() or (line == first_line and text.startswith("@")):
            continue
        written, _, spoken = text.partition("\\")
        try:
            if not written.strip() and spoken:
                raise Refusal("a command of Dragon, not a term", "Delete the row.")
            term = Term(written_form(written), spoken_forms(spoken.replace("\\", "|")), origin=f"{file_name}:{line}")
            yield Entry(line, term)
        except Refusal as refusal:
            yield refused(line, written, refusal)


def refused(line: int, written: str, refusal: Refusal) -> Row:
    """The report's row for a refused one, with as much of the written form as can be shown."""
    try:
        shown = clean(written.replace("\x00", ""))
    except Refusal:
        shown = ""
    return Row(line, Outcome.REFUSED, shown[:60], refusal.reason, refusal.mend)
