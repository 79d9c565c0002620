"""The bias of small lexicons: an automaton over the model's own tokens, from which decoding hears terms out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from adaptation.lexicon.common_words import is_common
from adaptation.lexicon.look_alikes import look_alikes
from adaptation.lexicon.meaning import protected_words, trusted_spoken
from adaptation.lexicon.opposites import are_opposite
from adaptation.lexicon.phonetics import key_of_letters, plain_letters
from adaptation.lexicon.protection import Protected
from adaptation.lexicon.terms import Term
from speech.bias import ROOT, BiasedTerm, Guess
from speech.vocabulary import Vocabulary

BOOST_NATS = 4.0
LEAST_LIKENESS = 0.72
_FEW_TERMS = 1000
_MOST_HEARD = 2  # stretches of what was heard that a form is tried for
_LEAST_LETTERS_OF_ANY_CASE = 5  # shorter forms differ by their capitals: mg and Mg, PE and pe


class _Path(NamedTuple):
    """A form that may be heard, and how the term is written for it within a sentence and where one begins."""

    form: str
    written: str
    opening: str
    gives_bonus: bool


class _Sound(NamedTuple):
    """What is compared of a form: itself, its letters and its phonetic key without spaces, and what may not change."""

    text: str
    letters: str
    key: str
    protected: Counter[tuple[Protected, str]]


class LexiconBias:
    """Implements `speech.bias.TokenBias` for up to some ten thousand terms."""

    def __init__(self, terms: Iterable[Term], vocabulary: Vocabulary, *, boost_nats: float = BOOST_NATS) -> None:
        """Builds the automaton. A form of d tokens has a bonus of boost · (1 + ln d) + ln weight, all in nats, so that
        a term of weight 2 counts as twice as probable as others; terms of weight 0 are left out. With more than 1,000
        terms each is that much less probable. Of terms with a form in common the one that is written so has it, or
        else the one of the larger weight."""
        self._next: list[dict[int, int]] = [{}]
        self._reach = [0.0]
        self._finished: list[tuple[BiasedTerm, str] | None] = [None]
        ordered = sorted((term for term in terms if term.weight > 0), key=lambda term: -term.weight)
        paths = [(term, path) for term in ordered for path in _written_paths(term.written)]
        paths += [
            (term, path) for term in ordered for spoken in trusted_spoken(term) for path in _spoken_paths(term, spoken)
        ]
        less_nats = math.log(max(len(ordered), _FEW_TERMS) / _FEW_TERMS)
        encode = cache(lambda text: tuple(vocabulary.encode(text)))
        for before in (" ", ""):
            for term, path in paths:
                form, written, opening = (encode(before + text) for text in path[:3])
                bonus = boost_nats * (1 + math.log(len(form))) + math.log(term.weight) - less_nats
                worth = max(0.0, bonus) if path.gives_bonus else 0.0
                self._add(form, BiasedTerm(term.written, worth, written, opening), path.form)

    def _add(self, form: tuple[int, ...], term: BiasedTerm, text: str) -> None:
        state = ROOT
        for token in form:
            after = self._next[state].get(token)
            if after is None:
                after = self._next[state][token] = len(self._next)
                self._next.append({})
                self._reach.append(0.0)
                self._finished.append(None)
            state = after
            self._reach[state] = max(self._reach[state], term.bonus_nats)
        if self._finished[state] is None:
            self._finished[state] = term, text

    def follow(self, state: int, token: int) -> int | None:
        return self._next[state].get(token)

    def finished(self, state: int) -> BiasedTerm | None:
        finished = self._finished[state]
        return finished[0] if finished is not None else None

    def reach_nats(self, state: int) -> float:
        return self._reach[state]

    def guesses(self, state: int, heard: Sequence[str]) -> list[Guess]:
        """Numbers, doses, negations and sides are the same in both, and the sounds or the letters are alike. Drugs that
        have a look-alike are never guessed: a person must decide."""
        sounds = [_sound(text) for text in heard]
        found = []
        for rest, term, form in self._through(state):
            sound = _sound(form)
            likest = sorted(((_likeness(other, sound), place) for place, other in enumerate(sounds)), reverse=True)
            found += [Guess(rest, term, place, like) for like, place in likest[:_MOST_HEARD] if like >= LEAST_LIKENESS]
        return found

    def _through(self, state: int) -> Iterator[tuple[tuple[int, ...], BiasedTerm, str]]:
        """Forms that go through the state, with their tokens from there on."""
        waiting: list[tuple[int, tuple[int, ...]]] = [(state, ())]
        while waiting:
            at, rest = waiting.pop()
            finished = self._finished[at]
            if finished is not None and finished[0].bonus_nats > 0.0:
                yield rest, *finished
            waiting += [(after, (*rest, token)) for token, after in self._next[at].items()]


@lru_cache(maxsize=20_000)
def _sound(form: str) -> _Sound:
    letters = plain_letters(form)
    return _Sound(form, letters.replace(" ", ""), key_of_letters(letters), protected_words(form))


def _likeness(heard: _Sound, form: _Sound) -> float:
    """From 0 to 1, by letters or by sounds, whichever are more alike; 0 where one has protected words that the other
    lacks, or is its opposite."""
    by_letters = Levenshtein.normalized_similarity(heard.letters, form.letters, score_cutoff=LEAST_LIKENESS)
    by_sound = Levenshtein.normalized_similarity(heard.key, form.key, score_cutoff=LEAST_LIKENESS)
    likeness = max(by_letters, by_sound)
    if likeness and (heard.protected != form.protected or are_opposite(heard.text, form.text)):
        return 0.0
    return likeness


def _written_paths(written: str) -> Iterator[_Path]:
    """The written form and its variants in capitals. Everyday words have none: the model knows them, and no lexicon
    may pull towards them."""
    capital = written[:1].upper() + written[1:]
    opening = capital if written.split()[0].islower() else written
    variants = {written: written, capital: opening}
    if len(written) >= _LEAST_LETTERS_OF_ANY_CASE:
        title = " ".join(word[:1].upper() + word[1:] for word in written.split())
        variants = {**variants, title: opening, written.lower(): written}
        variants[written] = written
    for form, opened in variants.items():
        if not all(is_common(word) for word in form.split()):
            yield _Path(form, written, opened, not look_alikes(written))


def _spoken_paths(term: Term, spoken: str) -> Iterator[_Path]:
    """A spoken form is written as the term. Of everyday words alone it has no bonus, and a single one is none."""
    is_everyday = all(is_common(word) for word in spoken.split())
    if is_everyday and len(spoken.split()) == 1:
        return
    gives_bonus = not is_everyday and not look_alikes(term.written)
    written = term.written
    opening = written[:1].upper() + written[1:] if written.split()[0].islower() else written
    for form, opened in ((spoken, written), (spoken[:1].upper() + spoken[1:], opening)):
        yield _Path(form, written, opened, gives_bonus)
