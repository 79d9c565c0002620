"""The lexicons as commands and window see them: the store in its place, terms found, terms made, reports in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adaptation.lexicon import Lexicon, LexiconError, LexiconStore, Outcome, Report, Term, Usage, identity
from adaptation.lexicon.cells import Refusal, clean, spoken_forms, written_form
from adaptation.lexicon.meaning import changed_by
from app.paths import compiled_lexicons_folder, lexicons_folder, site_lexicons_folder
from app.translation import in_a_row, number, sentence, translate

if TYPE_CHECKING:
    from adaptation.lexicon.rescoring import LexiconCorrector

OWN_LEXICON = "my-terms"
MOST_SHOWN = 500
_BY_HAND = "added by hand"


@dataclass(frozen=True)
class ShownTerm:
    """A term as a list shows it: whose it is, where it came from, and how often it was met."""

    lexicon: str
    is_own: bool
    origin: str
    term: Term
    usage: Usage


@dataclass(frozen=True)
class FoundTerms:
    """The first MOST_SHOWN of `total` terms that were found."""

    terms: tuple[ShownTerm, ...] = ()
    total: int = 0


def open_store() -> LexiconStore:
    """The lexicons of this machine and this user."""
    return LexiconStore(lexicons_folder(), site=site_lexicons_folder())


def find_terms(store: LexiconStore, name: str | None, text: str) -> FoundTerms:
    """The terms of a lexicon, or of all, whose written or spoken form holds the text, in any capitals."""
    wanted = text.strip().casefold()
    shown: list[ShownTerm] = []
    total = 0
    for listed in store.listed():
        if listed.problem is not None or name not in (None, listed.name):
            continue
        lexicon = store.load(listed.name)
        found = [term for term in lexicon.terms if _holds(term, wanted)]
        total += len(found)
        room = MOST_SHOWN - len(shown)
        usage = store.usage(listed.name) if found and room else {}
        shown.extend(_show(term, lexicon, usage) for term in found[:room])
    return FoundTerms(tuple(shown), total)


def open_corrector(store: LexiconStore) -> LexiconCorrector | None:
    """What writes the terms of the lexicons that are on; None where none is."""
    from adaptation.lexicon.compiled import compile_lexicons, source_of_lexicon
    from adaptation.lexicon.rescoring import LexiconCorrector

    sources = [source_of_lexicon(lexicon) for lexicon in store.active()]
    return LexiconCorrector(compile_lexicons(sources, compiled_lexicons_folder())) if sources else None


def count_terms(store: LexiconStore, written: Sequence[str], *, is_rejected: bool) -> None:
    """Counts terms that Otoscribe wrote, or that the user took out again, in the nearest lexicon that holds them."""
    waiting = Counter(identity(term) for term in written)
    count = store.record_rejected if is_rejected else store.record_heard
    for lexicon in store.active() if waiting else ():
        for term in lexicon.terms:
            times = waiting.pop(identity(term.written), 0)
            if times:
                count(lexicon.name, term.written, times)


def make_term(written: str, spoken: str, category: str = "") -> Term:
    """A term that the user typed; several spoken forms are divided by "|". LexiconError where it cannot be one, or
    where a spoken form would bring another number, dose, negation or side into a text."""
    if not written.strip():
        raise LexiconError("A term has to be written somehow", "Fill in how it is to be written.")
    try:
        term = Term(written_form(written), spoken_forms(spoken), clean(category), origin=_BY_HAND)
    except Refusal as refusal:
        raise LexiconError(f"This cannot be a term: {refusal.reason}", refusal.mend) from refusal
    for form in term.spoken:
        if changed := changed_by(term, form):
            raise LexiconError(
                f"A spoken form has another {' and another '.join(changed)} than what would be written",
                "Give a spoken form with the same, or leave it out.",
            )
    return term


def describe(report: Report) -> str:
    """What a file is and what becomes of its rows, in two sentences."""
    form = {
        "table": translate("Lexicons", "a table"),
        "transcribe": translate("Lexicons", "an Amazon Transcribe table"),
        "words": translate("Lexicons", "a word list"),
        "dragon": translate("Lexicons", "a Dragon list"),
        "hunspell": translate("Lexicons", "a Hunspell dictionary"),
    }[report.form]
    encoding = report.encoding
    if report.encoding_guessed:
        encoding = translate("Lexicons", "{encoding} (guessed)", encoding=encoding)
    counts = in_a_row(f"{number(report.count(outcome))} {name_of_outcome(outcome)}" for outcome in Outcome)
    told = translate("Lexicons", "{file}: {form} in {encoding}.", file=report.path.name, form=form, encoding=encoding)
    return f"{told}\n{sentence(counts)}"


def name_of_outcome(outcome: Outcome) -> str:
    """What became of a row, in a word."""
    return {
        Outcome.TAKEN: translate("Lexicons", "taken"),
        Outcome.MERGED: translate("Lexicons", "merged"),
        Outcome.REFUSED: translate("Lexicons", "refused"),
    }[outcome]


def _holds(term: Term, wanted: str) -> bool:
    return wanted in term.written.casefold() or any(wanted in form.casefold() for form in term.spoken)


def _show(term: Term, lexicon: Lexicon, usage: dict[str, Usage]) -> ShownTerm:
    origin = term.origin or lexicon.source or translate("Lexicons", "not stated")
    counts = usage.get(identity(term.written), Usage())
    return ShownTerm(lexicon.name, lexicon.scope.changeable, origin, term, counts)
