"""Tables with a header: Otoscribe's own columns, and Amazon Transcribe's custom vocabularies."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from adaptation.lexicon.cells import Refusal, clean, spoken_forms, unescape_formula, weight, written_form
from adaptation.lexicon.merging import Entry
from adaptation.lexicon.readers.word_list import refused
from adaptation.lexicon.report import Row
from adaptation.lexicon.terms import Term

DELIMITERS = (",", ";", "\t")
COLUMNS = ("written", "spoken", "category", "weight", "context", "origin")
TRANSCRIBE_COLUMNS = ("phrase", "soundslike", "ipa", "displayas")


@dataclass(frozen=True)
class Header:
    """Where the columns of a table are. `key` is the column that every row needs: written, or phrase for Transcribe."""

    delimiter: str
    columns: dict[str, int]
    width: int
    key: str
    unknown: tuple[str, ...]


def find_header(line: str) -> Header | None:
    """The header in a file's first line, divided by comma, semicolon or tab; None where it is none."""
    for delimiter in DELIMITERS:
        try:
            names = [cell.strip().casefold() for cell in split(line, delimiter)]
        except Refusal:
            continue
        for key, known in (("written", COLUMNS), ("phrase", TRANSCRIBE_COLUMNS)):
            if key in names:
                columns = {name: names.index(name) for name in known if name in names}
                unknown = tuple(name for name in names if name and name not in known)
                return Header(delimiter, columns, len(names), key, unknown)
    return None


def looks_like_table(lines: Sequence[str]) -> bool:
    """Whether most lines have as many cells as the first, and more than one."""
    sample = [line for line in lines[:200] if line.strip()]
    for delimiter in DELIMITERS:
        cells = sample[0].count(delimiter)
        if cells and sum(line.count(delimiter) == cells for line in sample) > 0.8 * len(sample):
            return len(sample) > 1
    return False


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one line. A quotation mark that is not closed is refused here, lest it swallow all that follows."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refusal(
            "a quotation mark is not closed on its line",
            'Close it, or write "" for a mark within a cell; a cell cannot hold a line break.',
        ) from error


def read_table(lines: Sequence[str], header: Header, first_line: int, file_name: str) -> Iterator[Entry | Row]:
    """A term from each row below the header that is not empty."""
    make: Callable[[dict[str, str]], Term] = _own_term if header.key == "written" else _transcribe_term
    place = header.columns[header.key]
    for line, text in enumerate(lines, start=first_line):
        if not text.strip(" \t,;"):
            continue
        cells = [text]
        try:
            cells = _cells(text, header)
            row = {
                name: unescape_formula(cells[column].strip())
                for name, column in header.columns.items()
                if column < len(cells)
            }
            term = make(row)
            yield Entry(line, term if term.origin else term._replace(origin=f"{file_name}:{line}"))
        except Refusal as refusal:
            yield refused(line, cells[place] if place < len(cells) else "", refusal)


def _cells(text: str, header: Header) -> list[str]:
    if header.width == 1 and '"' not in text:
        return [text]  # a list of terms under a heading: commas belong to the terms
    cells = split(text, header.delimiter)
    if len(cells) > header.width and any(cell.strip() for cell in cells[header.width :]):
        raise Refusal(
            f"{len(cells)} cells where the header has {header.width}",
            'Put quotation marks (") around a cell that holds the delimiter.',
        )
    return cells


def _own_term(row: dict[str, str]) -> Term:
    return Term(
        written_form(row.get("written", "")),
        spoken_forms(row.get("spoken", "")),
        clean(row.get("category", "")),
        weight(row.get("weight", "")),
        clean(row.get("context", "")),
        clean(row.get("origin", "")),
    )


def _transcribe_term(row: dict[str, str]) -> Term:
    """Phrase joins words by hyphens and letters that are spelled by full stops (`A.B.C.`, `Los-Angeles`); DisplayAs is
    what is written, SoundsLike a respelling with hyphens. IPA is left aside: spoken forms are words."""
    phrase = clean(row.get("phrase", ""))
    display = clean(row.get("displayas", ""))
    said = " ".join(phrase.replace("-", " ").split())
    spelled = "." in said
    written = written_form(display or (said.replace(".", "") if spelled else said))
    forms = [" ".join(said.replace(".", " ").split())] if spelled or said.casefold() != written.casefold() else []
    respelled = row.get("soundslike", "").replace("-", " ")
    return Term(written, spoken_forms("|".join([*forms, respelled])))
