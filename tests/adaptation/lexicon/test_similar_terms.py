"""Listed terms that sound like a doubtful word, alone or with its neighbours."""

from __future__ import annotations

import pytest

from adaptation.lexicon import Lexicon, Term
from adaptation.lexicon.alternatives import similar_terms
from adaptation.lexicon.compiled import CompiledLexicon
from speech.transcript import Word

LISTED = ("gabapentin", "metoprolol", "cholecystitis", "ketoacidosis", "melaena")


@pytest.fixture(scope="module")
def lexicon() -> CompiledLexicon:
    return CompiledLexicon.of([Lexicon("listed", tuple(Term(each) for each in LISTED))])


def words(text: str, sure: str = "") -> list[Word]:
    """A word per second; those in `sure` were surely heard, the others are doubted."""
    return [
        Word(word, float(at), at + 1.0, 0.99 if word in sure.split() else 0.4) for at, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("text", "sure", "place", "term", "span"),
    [
        ("takes metaprolol daily", "takes daily", 1, "metoprolol", (1, 2)),
        ("tried Gabby Penton, but", "tried but", 1, "gabapentin", (1, 3)),
        ("tried Gabby Penton, but", "tried but", 2, "gabapentin", (1, 3)),
        ("acute coley cystitis.", "acute", 1, "cholecystitis", (1, 3)),
        ("with key toe acid doses", "with", 2, "ketoacidosis", (1, 5)),
    ],
)
def test_the_term_that_was_said_is_found_over_all_its_pieces(
    lexicon: CompiledLexicon, text: str, sure: str, place: int, term: str, span: tuple[int, int]
) -> None:
    found = similar_terms(lexicon, words(text, sure), place, 4)
    assert (found[0].term, found[0].first, found[0].last) == (term, *span)


def test_neighbours_that_were_surely_heard_stay(lexicon: CompiledLexicon) -> None:
    found = similar_terms(lexicon, words("was gabby painting", "was painting"), 1, 4)
    assert all((each.first, each.last) == (1, 2) for each in found)


def test_what_is_written_already_is_no_alternative(lexicon: CompiledLexicon) -> None:
    assert similar_terms(lexicon, words("Metoprolol."), 0, 4) == []


def test_nothing_sounds_like_an_everyday_word(lexicon: CompiledLexicon) -> None:
    assert similar_terms(lexicon, words("the weather"), 1, 4) == []
