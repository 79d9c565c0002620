"""One door for every kind of file that holds terms: what it is, is seen in the file itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from adaptation.lexicon.encoding import Text, decode
from adaptation.lexicon.merging import Entry, merge
from adaptation.lexicon.readers.hunspell import read_affixes, read_hunspell
from adaptation.lexicon.readers.table import Header, find_header, looks_like_table, read_table
from adaptation.lexicon.readers.word_list import is_dragon, read_dragon, read_words
from adaptation.lexicon.report import Report, Row
from adaptation.lexicon.terms import Lexicon, LexiconError

LARGEST_FILE_BYTES = 64 * 1024 * 1024
MOST_LINES = 500_000
_FOREIGN = (
    (b"PK\x03\x04", "a workbook or another packed file", "In Excel, save the sheet as CSV UTF-8 and import that."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "In Excel, save the sheet as CSV UTF-8 and import that."),
    (b"%PDF", "a PDF", "Copy the terms into a plain text file, a term a line."),
    (b"{\\rtf", "a formatted document (RTF)", "Save it as plain text, a term a line."),
    (b"\x1f\x8b", "a packed file (gzip)", "Unpack it first."),
    (b"SQLite format 3", "a database", "Export the terms as CSV."),
)


@dataclass(frozen=True)
class Reading:
    """The terms of a file and what became of each of its rows."""

    lexicon: Lexicon
    report: Report


def read_lexicon(path: Path, name: str | None = None) -> Reading:
    """Reads a CSV or TSV table, a word list, a Dragon list, a Hunspell dictionary or an Amazon Transcribe vocabulary.

    `name` is by default the file's. Raises LexiconError where the file cannot be read, is none of these, is larger
    than 64 MB or 500,000 lines, or holds no term at all.
    """
    content = _content(path)
    is_hunspell = path.suffix.lower() == ".dic"
    affixes = read_affixes(path) if is_hunspell else None
    text = decode(content, affixes.encoding if affixes else None)
    _require_text(path, text)
    header = None
    entries: Iterable[Entry | Row]
    if affixes:
        form, entries = "hunspell", read_hunspell(text.lines, affixes, path.name)
    else:
        form, header, entries = _entries(path, text)
    terms, rows, notes = merge(entries)
    if not terms:
        raise LexiconError(f"{path.name} holds no term that can be taken ({_rows_in_words(rows)})", _first_mend(rows))
    report = Report(
        path=path,
        form=form,
        encoding=text.encoding,
        encoding_guessed=text.guessed,
        delimiter=header.delimiter if header else None,
        rows=rows,
        notes=(*_remarks(text, header), *notes),
    )
    lexicon = Lexicon(name or name_from(path), terms, source=path.name)
    return Reading(lexicon, report)


def name_from(path: Path) -> str:
    """A lexicon's name made from a file's: small letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFC", path.stem).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:60] or "lexicon"


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise LexiconError(f"{path} is a folder", "Name a file with terms in it.")
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise LexiconError(
                f"{path.name} has {size / 1e6:,.0f} MB; a list of terms has at most {LARGEST_FILE_BYTES / 1e6:.0f}",
                "Divide it by specialty and import the parts that you dictate.",
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise LexiconError(f"{path} cannot be read ({reason})", "Check its name and that you may read it.") from error
    if not content.strip():
        raise LexiconError(f"{path.name} is empty", "Fill it, a term a line, and try again.")
    _require_lines(path, max(content.count(b"\n"), content.count(b"\r")))
    for begin, kind, next_step in _FOREIGN:
        if content.startswith(begin):
            raise LexiconError(f"{path.name} is {kind}, not a list of terms", next_step)
    return content


def _require_lines(path: Path, count: int) -> None:
    if count > MOST_LINES:
        raise LexiconError(
            f"{path.name} has {count:,} lines; a lexicon has at most {MOST_LINES:,}",
            "Divide it by specialty and import the parts that you dictate.",
        )


def _require_text(path: Path, text: Text) -> None:
    sample = "".join(text.lines[:2_000])[:200_000]
    unreadable = sum(
        character == "\ufffd" or unicodedata.category(character) == "Cc" for character in sample if character != "\t"
    )
    if unreadable > 0.1 * len(sample):
        raise LexiconError(
            f"{path.name} is not text ({unreadable:,} of its first {len(sample):,} characters cannot be read)",
            "Save the terms as plain text or CSV, in UTF-8.",
        )


def _entries(path: Path, text: Text) -> tuple[str, Header | None, Iterable[Entry | Row]]:
    """The file's form, its header if it is a table, and its rows."""
    lines, first_line = text.lines, 1
    while lines and (not lines[0].strip() or lines[0].lower().startswith("sep=")):  # Excel's note on the delimiter
        lines, first_line = lines[1:], first_line + 1
    if not lines:
        raise LexiconError(f"{path.name} is empty", "Fill it, a term a line, and try again.")
    header = find_header(lines[0])
    if header:
        form = "table" if header.key == "written" else "transcribe"
        if not any(line.strip() for line in lines[1:]):
            raise LexiconError(f"{path.name} holds a header and no terms", "Add a row for each term and try again.")
        return form, header, read_table(lines[1:], header, first_line + 1, path.name)
    if is_dragon(lines):
        return "dragon", None, read_dragon(lines, first_line, path.name)
    if path.suffix.lower() in (".csv", ".tsv") and looks_like_table(lines):
        raise LexiconError(
            f"{path.name} is a table whose first line names no column 'written'",
            "Put a line such as written,spoken,category above it: only written is needed.",
        )
    return "words", None, read_words(lines, first_line, path.name)


def _remarks(text: Text, header: Header | None) -> list[str]:
    remarks = []
    if text.odd_lines:
        shown = ", ".join(str(line) for line in text.odd_lines[:10])
        more = f" and {len(text.odd_lines) - 10:,} more" if len(text.odd_lines) > 10 else ""
        remarks.append(f"Not UTF-8 like the others, read as Windows-1252: lines {shown}{more}. Check their accents.")
    elif text.guessed:
        remarks.append(f"The encoding is guessed to be {text.encoding}. Check the accents, or save as UTF-8.")
    if header and header.unknown:
        remarks.append(f"Columns that are not used: {', '.join(header.unknown[:10])}.")
    if header and "ipa" in header.columns:
        remarks.append("The column IPA is not used: spoken forms are words.")
    return remarks


def _rows_in_words(rows: tuple[Row, ...]) -> str:
    if not rows:
        return "no row at all"
    return f"{len(rows):,} rows refused, the first on line {rows[0].line}: {rows[0].reason}"


def _first_mend(rows: tuple[Row, ...]) -> str:
    return rows[0].mend if rows else "Add a row for each term and try again."
