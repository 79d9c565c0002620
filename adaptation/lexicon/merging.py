"""Rows of a file to terms: the same term twice becomes one, with the spoken forms of both."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from adaptation.lexicon.cells import MOST_SPOKEN
from adaptation.lexicon.meaning import changed_by
from adaptation.lexicon.report import Outcome, Row
from adaptation.lexicon.terms import Term, identity

_MOST_NOTES = 100


class Entry(NamedTuple):
    """A term and the line on which it stands."""

    line: int
    term: Term


class Merged(NamedTuple):
    terms: tuple[Term, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def merge(entries: Iterable[Entry | Row]) -> Merged:
    """Terms in the order of the file, a row of the report for each row of the file, and what else is to be said."""
    terms: list[Term] = []
    lines: list[int] = []
    places: dict[str, int] = {}
    rows: list[Row] = []
    for entry in entries:
        if isinstance(entry, Row):
            rows.append(entry)
            continue
        line, term = entry
        place = places.setdefault(identity(term.written), len(terms))
        if place == len(terms):
            terms.append(term)
            lines.append(line)
            rows.append(Row(line, Outcome.TAKEN, term.written))
        else:
            terms[place], reason, mend = _join(terms[place], term, lines[place])
            rows.append(Row(line, Outcome.MERGED, term.written, reason, mend))
    notes = (*_untrusted_spoken_forms(terms, lines), *_shared_spoken_forms(terms, lines))
    return Merged(tuple(terms), tuple(rows), notes)


def _join(first: Term, second: Term, line: int) -> tuple[Term, str, str]:
    """The first term with what only the second knows, and in words what was joined."""
    known = {form.casefold() for form in first.spoken}
    more = [form for form in second.spoken if form.casefold() not in known]
    spoken = (*first.spoken, *more)[:MOST_SPOKEN]
    reasons = [f"the same term as on line {line}"]
    mend = ""
    if first.written != second.written:
        reasons.append(f"written {first.written!r} there")
    if more and first.spoken:
        reasons.append("other spoken forms, both are kept")
        mend = "Take out the spoken form that is wrong, if one is."
    if second.weight != first.weight:
        reasons.append(f"the larger weight of {first.weight:g} and {second.weight:g} holds")
    joined = first._replace(
        spoken=spoken,
        category=first.category or second.category,
        weight=max(first.weight, second.weight),
        context=first.context or second.context,
    )
    return joined, "; ".join(reasons), mend


def _untrusted_spoken_forms(terms: list[Term], lines: list[int]) -> tuple[str, ...]:
    """Spoken forms for which the term would be wrong; they are kept for their owner to mend."""
    found = (
        f"Line {line}: the spoken form {form!r} has another {' and another '.join(changed)} than {term.written!r}; "
        "it is never used. Mend the one or the other."
        for term, line in zip(terms, lines, strict=True)
        for form in term.spoken
        if (changed := changed_by(term, form))
    )
    notes = tuple(islice(found, _MOST_NOTES + 1))
    return (*notes[:_MOST_NOTES], "More such spoken forms follow.") if len(notes) > _MOST_NOTES else notes


def _shared_spoken_forms(terms: list[Term], lines: list[int]) -> tuple[str, ...]:
    """Spoken forms that stand for more than one term: what is heard cannot tell them apart."""
    first: dict[str, int] = {}
    notes: list[str] = []
    for place, term in enumerate(terms):
        for form in term.spoken:
            other = first.setdefault(form.casefold(), place)
            if other != place:
                notes.append(f"Lines {lines[other]} and {lines[place]} have the spoken form {form!r} in common.")
    if len(notes) > _MOST_NOTES:
        return (*notes[:_MOST_NOTES], f"{len(notes) - _MOST_NOTES:,} more spoken forms are shared by several terms.")
    return tuple(notes)
