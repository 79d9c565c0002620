"""A lexicon to a CSV file that spreadsheets open and that comes back the same."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from adaptation.lexicon.cells import escape_formula
from adaptation.lexicon.files import replace_bytes, writing_explained
from adaptation.lexicon.readers.table import COLUMNS
from adaptation.lexicon.terms import Lexicon


def write_csv(lexicon: Lexicon, path: Path) -> None:
    """Writes UTF-8 with a byte order mark, without which Excel misreads accents; cells that a spreadsheet would run as
    formulas get an apostrophe. Raises LexiconError, with an old file untouched, where it cannot be written."""
    with writing_explained(path):
        replace_bytes(path, to_csv(lexicon).encode("utf-8-sig"))


def to_csv(lexicon: Lexicon) -> str:
    """The lexicon as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for term in lexicon.terms:
        weight = "" if term.weight == 1.0 else repr(term.weight)
        cells = (term.written, "|".join(term.spoken), term.category, weight, term.context, term.origin)
        writer.writerow([escape_formula(cell) for cell in cells])
    return text.getvalue()
