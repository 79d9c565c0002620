"""The archive tier: any number of terms, put in where the recogniser doubts what it wrote and the sound allows them.

Nothing is boosted in decoding, so a term that nobody says costs nothing but the look-up. For doubted words come a few
candidates that sound like them, the model scores each on the same sound, and one takes the place of what was heard when
sound and spelling together make it likely enough; the more terms are listed, the more they must.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from adaptation.lexicon.bias import LexiconBias
from adaptation.lexicon.candidates import MOST_WORDS, Candidate, HeardWord, find_candidates, is_untouchable
from adaptation.lexicon.common_words import is_common
from adaptation.lexicon.compiled import CompiledLexicon, letters_of
from adaptation.lexicon.known_words import known_words
from adaptation.lexicon.look_alikes import look_alikes
from adaptation.lexicon.opposites import are_opposite
from speech.backends import Backend
from speech.bias import HeardTerm, hear_terms
from speech.decoding import Hypothesis
from speech.rescoring import Correction, Found, Rescorer
from speech.vocabulary import Vocabulary

MOST_BIASED = 12_000  # terms; longer lists only correct what was heard

# The model finds rare terms unlikely, whatever it hears: a term may cost up to the margin. What it does not sound like,
# known words that it would replace, doubted ones that it would leave, shortness, and the number of terms that might as
# well have come up count against it.
_MARGIN_NATS = 22.0
_NATS_FOR_SOUND = 65.0  # for no similarity at all
_NATS_FOR_KNOWN_WORDS = 16.0
_NATS_FOR_FRAGMENTS = 8.0  # for known words among others: what was misheard is often spelled with some
_NATS_FOR_TORN = 6.0  # for a doubted word that would be left beside it
_NATS_FOR_A_SOUND = 0.6  # a long term sounds like what was heard by chance less easily
_SOUNDS, _MANY_SOUNDS = 10, 24  # of a usual term; what is longer still counts as the second
_NATS_FOR_LENGTH_OF_LIST = 0.7  # for a list e times as long
_SHORT_LIST = 1000
_NATS_FOR_ODDS = 3.0
_ODDS_FOR_MORE_WORDS = 1.5
_FOLLOWING = 3  # tokens behind a place whose probability shows whether a wording fits there
_LANGUAGES = frozenset(["en"])  # for which it is known what must never be changed


class Wording(NamedTuple):
    """A candidate as it would be written: its tokens with the logarithms of their probabilities, and by how many nats
    the whole with what follows is likelier than what was heard."""

    candidate: Candidate
    term: str
    text: str
    tokens: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    gain_nats: float


class LexiconCorrector:
    """Implements `speech.rescoring.Corrector` with the terms of a compiled lexicon."""

    def __init__(self, lexicon: CompiledLexicon, *, most_biased: int = MOST_BIASED, rescores: bool = True) -> None:
        """Lists of up to `most_biased` terms are heard out in decoding first, as adaptation.lexicon.bias explains."""
        self.lexicon = lexicon
        self._is_biased = len(lexicon) <= most_biased
        self._rescores = rescores
        self._bias: tuple[Vocabulary, LexiconBias] | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all terms: what tells one set of lexicons from another."""
        return hashlib.sha256("\n".join(self.lexicon.lines).encode()).hexdigest()

    def correct(
        self,
        backend: Backend,
        vocabulary: Vocabulary,
        memory: Any,
        prompt: list[int],
        hypothesis: Hypothesis,
        language: str,
    ) -> Correction:
        if language not in _LANGUAGES or not hypothesis.tokens:
            return Correction(hypothesis)
        hypothesis, terms = self._hear(backend, vocabulary, memory, prompt, hypothesis)
        words = [_settle(word, terms) for word in heard_words(vocabulary, hypothesis, language)]
        wordings = self.wordings(backend, vocabulary, memory, prompt, hypothesis, words) if self._rescores else []
        chosen = _choose([wording for wording in wordings if self.log_odds(wording) > 0.0], self.log_odds)
        changes = [wording for wording in chosen if not self._is_offered(wording)]
        corrected, found = _rewrite(vocabulary, hypothesis, words, changes, self.log_odds)
        offers = [wording for wording in chosen if self._is_offered(wording)]
        found += _offers(words, changes, offers)
        taken = heard_words(vocabulary, corrected, language)
        instead_of = {term.text: term.instead_of for term in terms if term.instead_of is not None}
        written = [term._replace(heard=instead_of.get(term.term)) for term in self._written(taken, found)]
        return Correction(corrected, (*found, *written))

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Makes the bias in a model's tokens and reads the lists of words now, so that a first utterance need not wait
        for them."""
        known_words(), look_alikes(""), self.lexicon.by_letters
        if self._is_biased and (self._bias is None or self._bias[0] is not vocabulary):
            self._bias = vocabulary, LexiconBias(self.lexicon.terms, vocabulary)

    def _hear(
        self, backend: Backend, vocabulary: Vocabulary, memory: Any, prompt: list[int], hypothesis: Hypothesis
    ) -> tuple[Hypothesis, tuple[HeardTerm, ...]]:
        self.prepare(vocabulary)
        if self._bias is None:
            return hypothesis, ()
        return hear_terms(backend, vocabulary, memory, prompt, hypothesis, self._bias[1])

    def wordings(
        self,
        backend: Backend,
        vocabulary: Vocabulary,
        memory: Any,
        prompt: list[int],
        hypothesis: Hypothesis,
        words: Sequence[HeardWord],
    ) -> list[Wording]:
        """All candidates for what was heard that the model could find likely enough, scored."""

        def is_possible(candidate: Candidate) -> bool:
            place, end = words[candidate.first].tokens.start, words[candidate.last - 1].tokens.stop
            return _most_nats(hypothesis, place, end) + self._nats_for(candidate) > 0.0

        candidates = find_candidates(words, self.lexicon.index, self.lexicon.written, is_possible)
        last = max((words[candidate.first].tokens.start for candidate in candidates), default=0)
        rescorer = Rescorer(backend, memory, prompt, hypothesis.tokens[:last], hypothesis.reading)
        found: list[Wording] = []
        for first, group in groupby(sorted(candidates), key=lambda candidate: candidate.first):
            forms = [
                (each, text) for each in group for text in self._ways_to_write(each, words, vocabulary, hypothesis)
            ]
            forms = [(each, text) for each, text in forms if letters_of(text) != letters_of(each.heard)]
            if forms:
                place = words[first].tokens.start
                found += self._score(vocabulary, hypothesis, words, rescorer, place, forms)
        return found

    def _score(
        self,
        vocabulary: Vocabulary,
        hypothesis: Hypothesis,
        words: Sequence[HeardWord],
        rescorer: Rescorer,
        place: int,
        forms: Sequence[tuple[Candidate, str]],
    ) -> Iterator[Wording]:
        written = [*hypothesis.tokens, vocabulary.end_of_text]
        spaced = vocabulary.decode([written[place]]).startswith(" ")
        tried = []
        for candidate, text in forms:
            tokens = tuple(vocabulary.encode(f" {text}" if spaced else text))
            end = words[candidate.last - 1].tokens.stop
            if _most_nats(hypothesis, place, end, tokens[0]) + self._nats_for(candidate) > 0.0:
                tried.append((candidate, text, tokens, end))
        if not tried:
            return
        scored = rescorer.score(place, [(*tokens, *written[end : end + _FOLLOWING]) for _, _, tokens, end in tried])
        for (candidate, text, tokens, end), scores in zip(tried, scored, strict=True):
            heard = sum(hypothesis.log_probabilities[place : end + _FOLLOWING])
            probabilities = tuple(float(score) for score in scores[: len(tokens)])
            term = self.lexicon.written(candidate.place)
            yield Wording(candidate, term, text, tokens, probabilities, float(scores.sum()) - heard)

    def log_odds(self, wording: Wording) -> float:
        """The logarithm of the odds that the wording is right and what was heard is not."""
        return (wording.gain_nats + self._nats_for(wording.candidate)) / _NATS_FOR_ODDS

    def _nats_for(self, candidate: Candidate) -> float:
        """What speaks for a candidate besides the model."""
        for_known = _NATS_FOR_KNOWN_WORDS if candidate.is_known else _NATS_FOR_FRAGMENTS
        return (
            _MARGIN_NATS
            - _NATS_FOR_SOUND * (1.0 - candidate.similarity)
            - for_known * candidate.known
            - _NATS_FOR_TORN * candidate.torn
            + _NATS_FOR_A_SOUND * (min(candidate.sounds, _MANY_SOUNDS) - _SOUNDS)
            - _NATS_FOR_LENGTH_OF_LIST * math.log(max(len(self.lexicon), _SHORT_LIST) / _SHORT_LIST)
        )

    def _ways_to_write(
        self, candidate: Candidate, words: Sequence[HeardWord], vocabulary: Vocabulary, hypothesis: Hypothesis
    ) -> Iterator[str]:
        """The term as listed, with a capital where a sentence begins, and with an s where one was heard."""
        written = self.lexicon.written(candidate.place)
        before = vocabulary.decode(list(hypothesis.tokens[: words[candidate.first].tokens.start])).rstrip()
        if candidate.heard[:1].isupper() and (not before or before[-1] in ".?!"):
            written = written[:1].upper() + written[1:]
        yield written
        if candidate.heard.endswith("s") and written[-1:].isalpha() and written[-1:] not in "sxS":
            is_possessive = candidate.heard.endswith(("'s", "\u2019s"))
            yield f"{written}'s" if is_possessive else _plural(written)

    def _is_offered(self, wording: Wording) -> bool:
        """Whether a person must decide: for drugs with a look-alike, and where the meaning would turn round."""
        is_opposite = are_opposite(wording.candidate.heard, wording.term)
        return is_opposite or bool(look_alikes(wording.term)) or is_untouchable(wording.term)

    def _written(self, words: Sequence[HeardWord], found: Sequence[Found]) -> Iterator[Found]:
        """Listed terms that the model wrote by itself, the longest first."""
        taken = [term.tokens for term in found]
        for count in range(min(MOST_WORDS, len(words)), 0, -1):
            for first in range(len(words) - count + 1):
                span = words[first : first + count]
                text = " ".join(word.text for word in span)
                written = self.lexicon.by_letters.get(letters_of(text))
                tokens = slice(span[0].tokens.start, span[-1].tokens.stop)
                if written is None or is_common(text) or any(_overlap(tokens, other) for other in taken):
                    continue
                taken.append(tokens)
                yield Found(tokens, written)


def _most_nats(hypothesis: Hypothesis, place: int, end: int, first: int | None = None) -> float:
    """By how many nats a wording from the place to the end may be likelier than what was heard: as if all of its tokens
    were certain, except the first where that is given and it is known what else was considered there."""
    most = -sum(hypothesis.log_probabilities[place : end + _FOLLOWING])
    if first is None or hypothesis.considered is None:
        return most
    considered = hypothesis.considered[place]
    is_first = considered.tokens == first
    return most + float(considered.log_probabilities[is_first].max(initial=considered.log_probabilities[-1]))


def heard_words(vocabulary: Vocabulary, hypothesis: Hypothesis, language: str) -> list[HeardWord]:
    """The words of a hypothesis without the punctuation around them."""
    tokens, scores = list(hypothesis.tokens), hypothesis.log_probabilities
    return [
        HeardWord(vocabulary.decode(tokens[word.core]).strip(), word.core, math.exp(np.mean(scores[word.core])))
        for word in vocabulary.words(tokens, language)
    ]


def _settle(word: HeardWord, terms: Sequence[HeardTerm]) -> HeardWord:
    """A word that belongs to a term that was heard is no longer doubted."""
    heard = any(_overlap(word.tokens, term.tokens) for term in terms)
    return word._replace(confidence=1.0) if heard else word


def _choose(wordings: Sequence[Wording], log_odds: Callable[[Wording], float]) -> list[Wording]:
    """The best of those that overlap, from left to right.

    A term that explains more of what was heard counts as better than a part of it that is hardly likelier: of "perinole
    nerve", peroneal nerve rather than perineal.
    """

    def is_part(part: Wording) -> bool:
        mine, least = part.candidate, log_odds(part) - _ODDS_FOR_MORE_WORDS
        return any(
            other.candidate.first <= mine.first
            and mine.last <= other.candidate.last
            and other.candidate.last - other.candidate.first > mine.last - mine.first
            and log_odds(other) >= least
            for other in wordings
        )

    chosen: list[Wording] = []
    for wording in sorted((each for each in wordings if not is_part(each)), key=log_odds, reverse=True):
        mine = wording.candidate
        if all(mine.last <= other.candidate.first or other.candidate.last <= mine.first for other in chosen):
            chosen.append(wording)
    return sorted(chosen, key=lambda wording: wording.candidate.first)


def _rewrite(
    vocabulary: Vocabulary,
    hypothesis: Hypothesis,
    words: Sequence[HeardWord],
    changes: Sequence[Wording],
    log_odds: Any,
) -> tuple[Hypothesis, list[Found]]:
    """The hypothesis with the changes. The new words are as sure as it is that they are right, and stand where in the
    sound those did whose place they take."""
    if not changes:
        return hypothesis, []
    tokens: list[int] = []
    scores: list[float] = []
    places: list[int] = []  # of each token, that of the one heard there
    found: list[Found] = []
    done = 0
    for wording in changes:
        place, end = words[wording.candidate.first].tokens.start, words[wording.candidate.last - 1].tokens.stop
        tokens += hypothesis.tokens[done:place]
        scores += hypothesis.log_probabilities[done:place]
        places += [*range(done, place), *np.linspace(place, end - 1, len(wording.tokens)).round().astype(int).tolist()]
        term = slice(len(tokens), len(tokens) + len(wording.tokens))
        found.append(Found(term, wording.term, wording.candidate.heard))
        tokens += wording.tokens
        scores += [-math.log1p(math.exp(-log_odds(wording)))] * len(wording.tokens)
        done = end
    tokens += hypothesis.tokens[done:]
    scores += hypothesis.log_probabilities[done:]
    places += range(done, len(hypothesis.tokens))
    attention = hypothesis.attention
    if attention is not None:
        before = attention.shape[1] - len(hypothesis.tokens)
        attention = attention[:, [*range(before), *(before + place for place in places)]]
    return hypothesis.rewritten(tokens, scores, vocabulary.decode(tokens), attention), found


def _offers(words: Sequence[HeardWord], changes: Sequence[Wording], offers: Sequence[Wording]) -> list[Found]:
    """The offers at their places in the corrected hypothesis."""
    found = []
    for wording in offers:
        shift = 0
        for change in changes:
            if change.candidate.last <= wording.candidate.first:
                first, last = words[change.candidate.first], words[change.candidate.last - 1]
                shift += len(change.tokens) - (last.tokens.stop - first.tokens.start)
        start = words[wording.candidate.first].tokens.start + shift
        stop = words[wording.candidate.last - 1].tokens.stop + shift
        found.append(Found(slice(start, stop), wording.term, offered=True))
    return found


def _plural(written: str) -> str:
    if written[-1] == "y" and written[-2:-1] not in "aeiou":
        return f"{written[:-1]}ies"
    return f"{written}s"


def _overlap(first: slice, second: slice) -> bool:
    return bool(first.start < second.stop and second.start < first.stop)
