"""Terms that are to be expected, in decoding: where the model itself considered the beginning of one, it is heard out.

A hypothesis is decoded without any bias first. At each place where a token of a term stands among the model's own
candidates, and something like the term stands in the text, the term is read in its place, and what follows behind it.
It is written when the whole is less probable by fewer nats than its bonus; else nothing has happened. So greedy, beam
and batched decoding and live partials have the same bias, half a term never keeps a bonus, words around it stay as they
were, and without a term in sight the hypothesis is the unbiased one.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.decoding import Considered, Hypothesis
from speech.vocabulary import Vocabulary

ROOT = 0
_ROWS = 4  # terms that are read at once in one place
_BEHIND = 4  # tokens of the hypothesis that are read again behind a term
_LONGEST_HEARD = 24  # tokens that a term may stand for
_RECOVERED = 2.0  # nats that reading on may win back of what the first token costs
_DOUBTED = math.log(0.85)  # where each token of a word is likelier, it is what was said


class BiasedTerm(NamedTuple):
    """The end of a path: what is written for it. `tokens` stand within a sentence, `opening` where one begins."""

    text: str
    bonus_nats: float
    tokens: tuple[int, ...]
    opening: tuple[int, ...]


class Guess(NamedTuple):
    """A form that may be meant by what was heard: the rest of its `tokens`, its term, which of the heard texts, and
    how alike they are, from 0 to 1."""

    tokens: tuple[int, ...]
    term: BiasedTerm
    heard: int
    likeness: float


class TokenBias(Protocol):
    """Forms of terms as paths of tokens, all from the state `ROOT`; those within a text begin with a space."""

    def follow(self, state: int, token: int) -> int | None:
        """The state behind the token, None where no form goes on with it."""
        ...

    def finished(self, state: int) -> BiasedTerm | None:
        """The term whose form ends with this state, if one does."""
        ...

    def reach_nats(self, state: int) -> float:
        """The largest bonus of the forms that go through this state."""
        ...

    def guesses(self, state: int, heard: Sequence[str]) -> list[Guess]:
        """The forms through this state that may stand for one of the heard texts, which begin where the forms do."""
        ...


class HeardTerm(NamedTuple):
    """A term at these tokens of a hypothesis, and what the model had written there, where that was something else."""

    tokens: slice
    text: str
    instead_of: str | None


def hear_terms(
    backend: Backend, vocabulary: Vocabulary, memory: Any, prompt: list[int], plain: Hypothesis, bias: TokenBias
) -> tuple[Hypothesis, tuple[HeardTerm, ...]]:
    """The hypothesis with the terms that the sound (a memory with batch 1) allows, in their written forms, and all
    terms that stand in it then."""
    if not plain.tokens:
        return plain, ()
    text = _Text(vocabulary, bias, plain.tokens, plain.log_probabilities)
    changes = _Search(backend, vocabulary, memory, prompt, plain, text).changes()
    changed = _Text(vocabulary, bias, *_changed(text, changes))
    tokens, log_probabilities, places = changed.in_written_forms()
    terms = []
    for place, begin, end, term in places:
        stood, stands = _stood(text, changed, changes, begin, end), vocabulary.decode(list(tokens[place])).strip()
        terms.append(HeardTerm(place, term.text, stood if stood != stands else None))
    if tokens == plain.tokens:
        return plain, tuple(terms)
    written = vocabulary.decode(list(tokens))
    return plain.rewritten(tokens, log_probabilities, written), tuple(terms)


@dataclass(frozen=True)
class _Trial:
    """A form from `begin` to `end` of a hypothesis, with which it shares the tokens before `place`."""

    begin: int
    place: int
    end: int
    tokens: tuple[int, ...]
    term: BiasedTerm
    likeness: float


@dataclass(frozen=True)
class _Change:
    """A trial that is worth it: the log-probabilities from its place to the token behind it, and the nats won."""

    trial: _Trial
    log_probabilities: tuple[float, ...]
    gain: float


class _Text:
    """A hypothesis walked along the paths of terms."""

    def __init__(
        self, vocabulary: Vocabulary, bias: TokenBias, tokens: tuple[int, ...], log_probabilities: tuple[float, ...]
    ) -> None:
        self.vocabulary = vocabulary
        self.bias = bias
        self.tokens = tokens
        self.log_probabilities = log_probabilities
        self.pieces = [vocabulary.decode([token]) for token in self.tokens]
        self.under_way: list[list[tuple[int, int]]] = []  # by place: (begin, state) of forms that go on there
        self.found: list[tuple[int, int, BiasedTerm]] = []  # begin, end, term
        self._doubts = np.cumsum([0, *(score < _DOUBTED for score in log_probabilities[: len(tokens)])])
        self._walk()

    def _walk(self) -> None:
        active: list[tuple[int, int]] = []
        for place, token in enumerate(self.tokens):
            if self.begins_word(place):
                active.append((place, ROOT))
            self.under_way.append(active)
            followed = [(begin, self.bias.follow(state, token)) for begin, state in active]
            active = [(begin, state) for begin, state in followed if state is not None]
            for begin, state in active:
                term = self.bias.finished(state)
                if term is not None and self.ends_word(place + 1):
                    self.found.append((begin, place + 1, term))

    def begins_word(self, place: int) -> bool:
        return place < len(self.tokens) and self.may_begin(place, self.pieces[place])

    def may_begin(self, place: int, piece: str) -> bool:
        """Whether a word may begin at the place with the piece: it brings a space, or none is needed."""
        return place == 0 or not (_inside_word(self.pieces[place - 1][-1:]) and _inside_word(piece[:1]))

    def ends_word(self, place: int) -> bool:
        """Whether a word may end before the place; a plural's s may follow."""
        return place == len(self.tokens) or self.pieces[place] == "s" or not _inside_word(self.pieces[place][:1])

    def between(self, begin: int, end: int) -> str:
        return self.vocabulary.decode(list(self.tokens[begin:end]))

    def is_doubted(self, begin: int, end: int) -> bool:
        return bool(self._doubts[begin] < self._doubts[end])

    def may_be_wrong(self, begin: int, end: int) -> bool:
        """Whether a form from `begin` on may have been meant by what was heard up to the end."""
        return self.ends_word(end) and self.is_doubted(begin, end)

    def opens_sentence(self, place: int) -> bool:
        before = self.between(0, place).rstrip()
        return not before or before[-1] in ".?!:"

    def bonus_between(self, begin: int, end: int) -> float:
        """What the terms that are written there already are worth."""
        return sum(term.bonus_nats for first, last, term in self.found if first < end and begin < last)

    def in_written_forms(
        self,
    ) -> tuple[tuple[int, ...], tuple[float, ...], list[tuple[slice, int, int, BiasedTerm]]]:
        """Tokens and log-probabilities with each form replaced by what is written for it, of forms that overlap the
        first and longest; and where they stand then, with their begin and end here."""
        tokens: list[int] = []
        scores: list[float] = []
        places = []
        done = 0
        for begin, end, term in sorted(self.found, key=lambda found: (found[0], -found[1])):
            if begin < done:
                continue
            tokens += self.tokens[done:begin]
            scores += self.log_probabilities[done:begin]
            wanted = term.opening if self.opens_sentence(begin) else term.tokens
            places.append((slice(len(tokens), len(tokens) + len(wanted)), begin, end, term))
            own = list(self.log_probabilities[begin:end])
            tokens += wanted
            scores += own if len(wanted) == len(own) else [float(np.mean(own))] * len(wanted)
            done = end
        tokens += self.tokens[done:]
        scores += self.log_probabilities[done:]
        return tuple(tokens), tuple(scores), places


class _Search:
    """Reads terms in the places of a hypothesis."""

    def __init__(
        self, backend: Backend, vocabulary: Vocabulary, memory: Any, prompt: list[int], plain: Hypothesis, text: _Text
    ) -> None:
        self.backend = backend
        self.vocabulary = vocabulary
        self.memory = memory
        self.prompt = prompt
        self.plain = plain
        self.text = text
        self.bias = text.bias
        self.tokens = text.tokens
        self.end_of_text = vocabulary.end_of_text
        is_read = plain.reading is not None and plain.reading.tokens == (*prompt, *plain.tokens)
        self.cache: Any = plain.reading.cache if plain.reading is not None and is_read else None

    def changes(self) -> list[_Change]:
        """What is worth changing, from left to right; of changes that overlap the best."""
        found: list[_Change] = []
        considered = self._considered() if self.text.is_doubted(0, len(self.tokens)) else ()
        for place, candidates in zip(range(len(self.tokens)), considered, strict=False):
            trials = self._trials(place, candidates)
            if trials:
                found += self._try(trials, candidates)
        chosen: list[_Change] = []
        for change in sorted(found, key=lambda change: -change.gain):
            if all(not _overlap(change.trial, other.trial) for other in chosen):
                chosen.append(change)
        return sorted(chosen, key=lambda change: change.trial.begin)

    def _considered(self) -> Sequence[Considered]:
        return self._read_all() if self.plain.considered is None else self.plain.considered

    def _read_all(self) -> list[Considered]:
        read = np.array([[*self.prompt, *self.tokens]], np.int64)
        tokens, scores, self.cache = self._read(read, None)
        return [Considered(*each) for each in zip(tokens[0], scores[0], strict=True)][len(self.prompt) - 1 :]

    def _before(self, place: int, rows: int) -> Any:
        """The cache of what stands before the place, for each of the rows."""
        if self.cache is None:
            self._read_all()
        shorter = self.backend.truncate(self.cache, len(self.prompt) + place)
        return self.backend.select(shorter, np.zeros(rows, np.int64))

    def _read(self, tokens: NDArray[np.int64], cache: Any) -> tuple[NDArray[np.int64], NDArray[np.float32], Any]:
        return self.backend.choose(tokens, cache, self.memory, self.vocabulary.bias(first=False))

    def _trials(self, place: int, considered: Considered) -> list[_Trial]:
        """Forms that leave the hypothesis at the place: new ones, and such as it had begun and left there."""
        trials = []
        candidates, scores = (each.tolist() for each in considered)
        for begin, state in self.text.under_way[place]:
            ends = [end for end in range(place + 1, self._last_end(begin)) if self.text.may_be_wrong(begin, end)]
            heard: list[str] | None = None
            for token, score in zip(candidates, scores, strict=True) if ends else ():
                after = self.bias.follow(state, token) if self._may_follow(begin, place, token) else None
                if after is None or scores[0] - score >= self.bias.reach_nats(after) + _RECOVERED:
                    continue
                heard = heard or [self.text.between(begin, end) for end in ends]
                for guess in self.bias.guesses(after, heard):
                    end, rest = ends[guess.heard], (token, *guess.tokens)
                    most_nats = score - sum(self.text.log_probabilities[place : end + _BEHIND])  # were the rest certain
                    if most_nats + guess.term.bonus_nats > 0.0:
                        trials.append(_Trial(begin, place, end, rest, guess.term, guess.likeness))
        return sorted(trials, key=lambda trial: -trial.likeness)[:_ROWS]

    def _last_end(self, begin: int) -> int:
        return min(len(self.tokens), begin + _LONGEST_HEARD) + 1

    def _may_follow(self, begin: int, place: int, token: int) -> bool:
        if token == self.tokens[place] or (place == 0 and np.isneginf(self.vocabulary.bias(first=True)[token])):
            return False
        return begin < place or self.text.may_begin(place, self.vocabulary.decode([token]))

    def _try(self, trials: list[_Trial], considered: Considered) -> Iterator[_Change]:
        """The trials from one place that are worth it."""
        behind = [*self.tokens, self.end_of_text]
        rows = [[*trial.tokens, *behind[trial.end : trial.end + _BEHIND]] for trial in trials]
        longest = max(map(len, rows)) - 1
        padded = np.array([row[:-1] + [self.end_of_text] * (longest - len(row) + 1) for row in rows], np.int64)
        following, log_probabilities, _ = self._read(padded, self._before(trials[0].place, len(rows)))
        for number, (trial, row) in enumerate(zip(trials, rows, strict=True)):
            possible = np.concatenate([considered.tokens[None], following[number, : len(row) - 1]])
            at = possible == np.array(row)[:, None]
            if not at.any(axis=1).all():
                continue  # the model itself would not have thought of it
            new = np.concatenate([considered.log_probabilities[None], log_probabilities[number, : len(row) - 1]])[at]
            old = self.text.log_probabilities[trial.place : trial.end + len(row) - len(trial.tokens)]
            bonus = trial.term.bonus_nats - self.text.bonus_between(trial.begin, trial.end)
            gain = float(new.sum() - sum(old)) + bonus
            if gain > 0.0:
                yield _Change(trial, tuple(new[: len(trial.tokens) + 1].tolist()), gain)


def _overlap(first: _Trial, second: _Trial) -> bool:
    return first.begin < second.end and second.begin < first.end


def _changed(text: _Text, changes: Sequence[_Change]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    tokens, scores = list(text.tokens), list(text.log_probabilities)
    for change in reversed(changes):
        trial = change.trial
        tokens[trial.place : trial.end] = trial.tokens
        scores[trial.place : trial.end + 1] = change.log_probabilities
    return tuple(tokens), tuple(scores)


def _stood(plain: _Text, changed: _Text, changes: Sequence[_Change], begin: int, end: int) -> str:
    """What stands in the plain text where the form from `begin` to `end` of the changed one does."""
    shift = 0
    for change in changes:
        trial = change.trial
        if trial.begin + shift == begin:
            return plain.between(trial.begin, trial.end).strip()
        shift += trial.place + len(trial.tokens) - trial.end
    return changed.between(begin, end).strip()


def _inside_word(character: str) -> bool:
    """Letters and digits of scripts with spaces between words, and characters of which a token holds a part only."""
    if character == "\ufffd":
        return True
    return character.isalnum() and unicodedata.category(character) != "Lo"
