"""What each term of a lexicon will do once it is on: its tokens, what it may be confused with, what it may not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adaptation.lexicon.common_words import common_words, is_common
from adaptation.lexicon.look_alikes import LookAlike, look_alikes
from adaptation.lexicon.meaning import changed_by
from adaptation.lexicon.neighbours import Neighbour, NeighbourIndex
from adaptation.lexicon.protection import protected_parts
from adaptation.lexicon.spoken_forms import propose_spoken
from adaptation.lexicon.terms import Lexicon, Term

_SHORTEST_SAFE = 4


@dataclass(frozen=True)
class Finding:
    """A term's doings. `tokens` is None where no model is installed; `warnings` are whole sentences."""

    term: Term
    proposed_spoken: tuple[str, ...]
    tokens: int | None
    neighbours: tuple[Neighbour, ...]
    common_neighbours: tuple[Neighbour, ...]
    look_alikes: tuple[LookAlike, ...]
    warnings: tuple[str, ...]


def check(lexicon: Lexicon, count_tokens: Callable[[str], int] | None = None) -> Iterator[Finding]:
    """A finding for each term, in order. `count_tokens` counts the tokens of a written form in the model."""
    among = NeighbourIndex(term.written for term in lexicon.terms)
    everyday = NeighbourIndex(common_words())
    for term in lexicon.terms:
        common = tuple(everyday.near(term.written)) if " " not in term.written else ()
        yield Finding(
            term=term,
            proposed_spoken=() if term.spoken else propose_spoken(term.written),
            tokens=count_tokens(term.written) if count_tokens else None,
            neighbours=tuple(among.near(term.written)),
            common_neighbours=common,
            look_alikes=look_alikes(term.written),
            warnings=tuple(_warnings(term)),
        )


def _warnings(term: Term) -> Iterator[str]:
    if is_common(term.written):
        yield "An everyday word: it is not pulled towards, because it would turn up where it was not said."
    elif len(term.written) < _SHORTEST_SAFE and not term.written.isupper():
        yield "Very short: it sounds like parts of many words."
    parts = protected_parts(term.written)
    if parts:
        yield f"Holds a {' and a '.join(parts)}: a correction step offers it, and never puts it in by itself."
    for form in term.spoken:
        changed = changed_by(term, form)
        if changed:
            yield f"The spoken form {form!r} has another {' and another '.join(changed)}: it is never used."
    if any(is_common(form) for form in term.spoken):
        yield "Has an everyday word for a spoken form: that word would be written as this term."
