"""The form in which lexicons are stored and shipped: a line of JSON about the lexicon, then a line for each term.

The cells of a line are divided by tabs and need no quoting, because cleaned cells hold neither tabs nor line breaks;
so 100,000 terms load in about a tenth of a second.
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adaptation.lexicon.files import replace_bytes, writing_explained
from adaptation.lexicon.terms import Lexicon, LexiconError, Scope, Term

SUFFIX = ".lexicon"
VERSION = 1


def write_stored(lexicon: Lexicon, path: Path) -> None:
    """Writes atomically. Raises LexiconError, with the old file untouched."""
    head = {
        "version": VERSION,
        "name": lexicon.name,
        "title": lexicon.title,
        "scope": str(lexicon.scope),
        "source": lexicon.source,
        "licence": lexicon.licence,
        "terms": len(lexicon.terms),
    }
    lines = [json.dumps(head, ensure_ascii=False), *map(term_to_line, lexicon.terms)]
    with writing_explained(path):
        replace_bytes(path, ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"))


def read_stored(path: Path) -> Lexicon:
    """Reads a stored lexicon. Raises LexiconError where it cannot be read, is damaged, or is from a newer version."""
    text = _text(path)
    head_line, _, body = text.partition("\n")
    head = _head(head_line, path)
    try:
        with _collector_paused():
            terms = tuple(term_from_line(line) for line in body.split("\n")[:-1])
        lexicon = Lexicon(
            name=head["name"],
            terms=terms,
            source=head["source"],
            licence=head["licence"],
            scope=Scope(head["scope"]),
            title=head["title"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(path) from error
    if head.get("terms") != len(terms):
        raise _damaged(path)
    return lexicon


def read_head(path: Path) -> dict[str, Any]:
    """What is said about a stored lexicon, without its terms. Raises LexiconError as read_stored does."""
    try:
        with path.open(encoding="utf-8") as file:
            return _head(file.readline(100_000), path)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def term_to_line(term: Term) -> str:
    """A term as a line of its cells."""
    weight = "" if term.weight == 1.0 else repr(term.weight)
    return "\t".join((term.written, "|".join(term.spoken), term.category, weight, term.context, term.origin))


def term_from_line(line: str) -> Term:
    """Reads back what `term_to_line` wrote; ValueError when it is something else."""
    written, spoken, category, weight, context, origin = line.split("\t")
    forms = tuple(spoken.split("|")) if spoken else ()
    return Term(written, forms, category, float(weight) if weight else 1.0, context, origin)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _head(line: str, path: Path) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(head, dict) or not all(isinstance(head.get(key), str) for key in ("name", "title", "scope")):
        raise _damaged(path)
    if head.get("version") != VERSION:
        raise LexiconError(f"The lexicon {path} is from another version of Otoscribe", "Update Otoscribe.")
    return head


def _unreadable(path: Path, error: Exception) -> LexiconError:
    if isinstance(error, OSError):
        return LexiconError(f"The lexicon {path} cannot be read ({error.strerror or error})", "Make it readable.")
    return _damaged(path)


def _damaged(path: Path) -> LexiconError:
    return LexiconError(
        f"The lexicon {path} is damaged",
        "Remove it with otoscribe lexicon remove and import it again, or put the file back from a backup.",
    )


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Python's collector would search the growing heap again and again for cycles that terms cannot form, and take
    longer than the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
