"""Terms heard out in the places where the model considered them, over a network with random weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_whisper import RandomWhisper

from speech.audio import stream_audio
from speech.backends import Backend
from speech.backends.onnx import OnnxBackend
from speech.bias import ROOT, BiasedTerm, Guess, hear_terms
from speech.decoding import DecodingOptions, decode
from speech.recognizer import Recognizer
from speech.segmenting import find_utterances
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

OPTIONS = DecodingOptions(temperatures=(0.0,), longest=40, no_speech_threshold=2.0)
MANY_NATS = 9.0


class Forms:
    """Forms of terms by their tokens, each taken for the shortest stretch of what was heard."""

    def __init__(self, forms: Sequence[tuple[int, ...]], bonus_nats: float, written: tuple[int, ...] | None = None):
        self.forms = forms
        self.bonus_nats = bonus_nats
        self.written = written
        self.states = [(), *dict.fromkeys(form[:length] for form in forms for length in range(1, len(form) + 1))]

    def follow(self, state: int, token: int) -> int | None:
        after = (*self.states[state], token)
        return self.states.index(after) if after in self.states else None

    def finished(self, state: int) -> BiasedTerm | None:
        form = self.states[state]
        written = self.written or form
        return BiasedTerm("term", self.bonus_nats, written, written) if form in self.forms else None

    def reach_nats(self, state: int) -> float:
        return self.bonus_nats

    def guesses(self, state: int, heard: Sequence[str]) -> list[Guess]:
        begun = self.states[state]
        through = [form for form in self.forms if form[: len(begun)] == begun]
        return [
            Guess(form[len(begun) :], BiasedTerm("term", self.bonus_nats, form, form), place, 1.0)
            for form in through
            for place in range(len(heard))[:1]
        ]


@pytest.fixture(scope="module")
def words(random_whisper: RandomWhisper) -> Vocabulary:
    return Vocabulary.of(read_settings(random_whisper.folder))


@pytest.fixture(scope="module")
def memory(random_backend: OnnxBackend) -> Any:
    return random_backend.encode(np.random.default_rng(0).normal(0, 0.5, (1, 80, 40)).astype(np.float32))


def candidates_at(backend: Backend, words: Vocabulary, memory: Any, tokens: Sequence[int]) -> list[int]:
    read = np.array([[*words.prompt("en"), *tokens]], np.int64)
    return [int(token) for token in backend.choose(read, None, memory, words.bias(first=False))[0][0, -1]]


def test_root_is_where_every_form_begins() -> None:
    assert Forms([(5, 6)], 1.0).states[ROOT] == ()


@settings(max_examples=15, deadline=None)
@given(
    forms=st.lists(st.lists(st.integers(0, 50_000), min_size=1, max_size=5).map(tuple), max_size=5),
    beam_size=st.sampled_from([1, 3]),
    data=st.data(),
)
def test_forms_that_never_pay_leave_every_token_as_it_was(
    random_backend: OnnxBackend,
    words: Vocabulary,
    memory: Any,
    forms: list[tuple[int, ...]],
    beam_size: int,
    data: st.DataObject,
) -> None:
    """Neither forms that the model considers nowhere change anything, nor considered ones without a bonus."""
    options = replace(OPTIONS, beam_size=beam_size, longest=12)
    prompt = words.prompt("en")
    plain = decode(random_backend, words, memory, prompt, options)
    place = data.draw(st.integers(0, len(plain.tokens) - 1))
    considered = candidates_at(random_backend, words, memory, plain.tokens[:place])[1:]
    forms = [form for form in forms if form[0] not in plain.tokens]
    forms += [(data.draw(st.sampled_from(considered)), 300, 301)]
    never = Forms(forms, bonus_nats=-1000.0)
    assert hear_terms(random_backend, words, memory, prompt, plain, never)[0] == plain
    assert hear_terms(random_backend, words, memory, prompt, plain, Forms([], 5.0)) == (plain, ())


@pytest.mark.slow
def test_a_bonus_is_weighed_against_what_the_term_costs(recognizer: Recognizer, short_sample: Path) -> None:
    """The second best word in the place of a doubted one is written as soon as its bonus covers what it and the words
    behind it cost."""
    backend, words = recognizer.backend, recognizer.vocabulary
    utterance = next(find_utterances(stream_audio(short_sample)))
    memory = recognizer.encode(utterance.samples)
    prompt = words.prompt("en")
    plain = decode(backend, words, memory, prompt, OPTIONS)
    first = scores(backend, words, memory, plain.tokens)
    starts = [n for n, token in enumerate(plain.tokens) if not words.decode([token])[:1].isalnum()]
    tried: list[bool] = []
    for begin, end in list(pairwise([*starts, len(plain.tokens)]))[1:]:
        other = int(np.argsort(first[begin])[-2])
        if not words.decode([other]).startswith(" ") or other in plain.tokens:
            continue
        if any(first[place].max() - first[place, other] < MANY_NATS for place in starts if place != begin):
            continue  # it might be written elsewhere
        changed = (*plain.tokens[:begin], other, *plain.tokens[end:])
        behind = [*changed, words.end_of_text][begin : begin + 5]
        rows = scores(backend, words, memory, changed)[begin : begin + 5]
        if max((row > row[token]).sum() for row, token in zip(rows, behind, strict=True)) >= 16:
            continue
        cost = sum(first[place, token] for place, token in enumerate(plain.tokens[begin : end + 4], begin))
        if begin + 5 > len(changed):
            cost += first[-1, words.end_of_text]
        cost -= sum(row[token] for row, token in zip(rows, behind, strict=True))
        is_sure = min(plain.log_probabilities[begin:end]) >= math.log(0.85)
        won = plain.tokens if is_sure else changed
        for bonus, expected in ((cost + 0.2, won), (cost - 0.2, plain.tokens)):
            found, _ = hear_terms(backend, words, memory, prompt, plain, Forms([(other,)], bonus))
            assert found.tokens == expected
            assert len(found.log_probabilities) == len(found.tokens) + 1
        tried.append(is_sure)
    assert set(tried) == {True, False}


def scores(backend: Backend, words: Vocabulary, memory: Any, tokens: Sequence[int]) -> np.ndarray:
    """Log-probabilities [places, vocabulary] of what may come at each place and at the end."""
    prompt = words.prompt("en")
    logits = backend.step(np.array([[*prompt, *tokens]], np.int64), None, memory)[0][0, len(prompt) - 1 :]
    logits = logits.astype(np.float64) + words.bias(first=False)
    logits -= logits.max(axis=1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def test_what_was_said_is_written_in_the_written_form(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    prompt = words.prompt("en")
    plain = decode(random_backend, words, memory, prompt, OPTIONS)
    begin = next(n for n, token in enumerate(plain.tokens[1:], 1) if words.decode([token]).startswith(" "))
    form = plain.tokens[begin : begin + 1]
    written = tuple(words.encode(" HbA1c"))
    found, terms = hear_terms(random_backend, words, memory, prompt, plain, Forms([form], 0.0, written))
    assert all(words.decode(list(found.tokens[term.tokens])) == " HbA1c" for term in terms)
    assert {term.instead_of for term in terms} == {words.decode(list(form)).strip()}
    assert "HbA1c" in found.text and found.text == words.decode(list(found.tokens))
    assert len(found.log_probabilities) == len(found.tokens) + 1
