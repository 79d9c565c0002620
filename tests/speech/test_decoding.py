"""Decoding over a network with random weights, whose every choice can be checked by brute force."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_whisper import RandomWhisper

from speech.audio import load_audio
from speech.backends import Backend
from speech.backends.onnx import OnnxBackend
from speech.decoding import DecodingOptions, Hypothesis, decode, detect_language, has_loop, is_doubtful
from speech.recognizer import Recognizer
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

GREEDY = DecodingOptions(temperatures=(0.0,), longest=12)
ANYTHING_GOES = {"log_probability_threshold": -1e9, "compression_ratio_threshold": 1e9, "no_speech_threshold": 2.0}


@pytest.fixture(scope="module")
def words(random_whisper: RandomWhisper) -> Vocabulary:
    return Vocabulary.of(read_settings(random_whisper.folder))


@pytest.fixture(scope="module")
def memory(random_backend: OnnxBackend) -> Any:
    return random_backend.encode(np.random.default_rng(0).normal(0, 0.5, (1, 80, 40)).astype(np.float32))


def few_words(random_whisper: RandomWhisper, allowed: set[int]) -> Vocabulary:
    """A vocabulary in which only these tokens may be written."""
    forbidden = [token for token in range(50257) if token not in allowed]
    return Vocabulary(random_whisper.checkpoint.tokenizer, 51865, suppressed=forbidden, suppressed_first=[0])


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum())


def test_a_prompt_with_the_first_words_is_gone_on_with(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    whole = decode(random_backend, words, memory, words.prompt("en"), GREEDY).tokens
    for known in range(1, len(whole)):
        rest = DecodingOptions(temperatures=(0.0,), longest=GREEDY.longest - known)
        assert (
            decode(random_backend, words, memory, [*words.prompt("en"), *whole[:known]], rest).tokens == whole[known:]
        )


def test_greedy_takes_the_likeliest_token_each_time(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    prompt = words.prompt("en")
    found = decode(random_backend, words, memory, prompt, GREEDY)
    assert found == decode(random_backend, words, memory, prompt, GREEDY)
    assert 0 < len(found.tokens) <= 12 and found.temperature == 0.0
    tokens = list(prompt)
    for number, token in enumerate(found.tokens):
        logits = random_backend.step(np.array([tokens]), None, memory)[0][0, -1]
        scores = log_softmax(logits.astype(np.float64) + words.bias(first=number == 0))
        assert token == scores.argmax()
        assert found.log_probabilities[number] == pytest.approx(scores[token], abs=1e-3)
        tokens.append(token)
    at_start = log_softmax(random_backend.step(np.array([prompt]), None, memory)[0][0, 0].astype(np.float64))
    assert found.no_speech_probability == pytest.approx(np.exp(at_start[words.no_speech]), rel=1e-3)


class _Counting:
    """The backend, with the number of calls to its decoder."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        self.calls += name in ("step", "choose")
        return getattr(self._backend, name)


DRAFTS = st.tuples(
    st.integers(0, 30),  # tokens kept of what would be written
    st.lists(st.integers(0, 51864), max_size=12),  # what comes instead of the next ones
    st.integers(0, 6),  # how many of those are replaced
)


def assert_no_draft_changes_the_result(
    backend: Backend,
    words: Vocabulary,
    memory: Any,
    options: DecodingOptions,
    plain: Hypothesis,
    draft: tuple[int, list[int], int],
    *,
    rounding: float,
) -> None:
    kept, other, left_out = draft
    guess = [*plain.tokens[:kept], *other, *plain.tokens[kept + left_out :]]
    found = decode(backend, words, memory, words.prompt("en"), options, draft=guess)
    assert found.tokens == plain.tokens and found.text == plain.text
    assert found.log_probabilities == pytest.approx(plain.log_probabilities, abs=rounding)


@settings(max_examples=40, deadline=None)
@given(draft=DRAFTS, longest=st.integers(1, 14))
def test_no_draft_changes_what_is_written(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any, draft: tuple[int, list[int], int], longest: int
) -> None:
    options = DecodingOptions(temperatures=(0.0,), longest=longest)
    plain = decode(random_backend, words, memory, words.prompt("en"), options)
    assert_no_draft_changes_the_result(random_backend, words, memory, options, plain, draft, rounding=1e-3)


def test_a_right_draft_is_read_at_once(random_backend: OnnxBackend, words: Vocabulary, memory: Any) -> None:
    prompt = words.prompt("en")
    plain = decode(random_backend, words, memory, prompt, GREEDY)
    counting = _Counting(random_backend)
    assert decode(counting, words, memory, prompt, GREEDY, draft=plain.tokens).tokens == plain.tokens
    assert counting.calls == 2  # the prompt, the draft
    half = len(plain.tokens) // 2
    wrong = [*plain.tokens[:half], (plain.tokens[half] + 1) % 50_000]
    counting.calls = 0
    assert decode(counting, words, memory, prompt, GREEDY, draft=wrong).tokens == plain.tokens
    assert counting.calls == 2 + len(plain.tokens) - half


@pytest.mark.slow
def test_no_draft_changes_what_int8_writes_of_real_speech(recognizer: Recognizer, short_sample: Path) -> None:
    memory = recognizer.encode(load_audio(short_sample).samples)
    backend, words = recognizer.backend, recognizer.vocabulary
    options = DecodingOptions(temperatures=(0.0,))
    plain = decode(backend, words, memory, words.prompt("en"), options)
    assert len(plain.tokens) > 15

    @settings(max_examples=12, deadline=None)
    @given(draft=DRAFTS)
    def check(draft: tuple[int, list[int], int]) -> None:
        assert_no_draft_changes_the_result(backend, words, memory, options, plain, draft, rounding=0.15)

    check()


def test_wide_beams_find_what_trying_everything_finds(
    random_backend: OnnxBackend, random_whisper: RandomWhisper, memory: Any
) -> None:
    allowed = (400, 2000, 31_000)
    narrow = few_words(random_whisper, set(allowed))
    prompt, longest = narrow.prompt("en"), 3
    best: dict[tuple[int, ...], float] = {}
    for length in range(1, longest):
        for tokens in product(allowed, repeat=length):
            logits = random_backend.step(np.array([[*prompt, *tokens]]), None, memory)[0][0, len(prompt) - 1 :]
            written = [*tokens, narrow.end_of_text]
            scores = [
                log_softmax(row.astype(np.float64) + narrow.bias(first=number == 0))[token]
                for number, (row, token) in enumerate(zip(logits, written, strict=True))
            ]
            best[tokens] = float(np.mean(scores))
    options = DecodingOptions(beam_size=40, temperatures=(0.0,), longest=longest, **ANYTHING_GOES)
    found = decode(random_backend, narrow, memory, prompt, options)
    assert found.average_log_probability == pytest.approx(max(best.values()), abs=1e-3)
    assert best[found.tokens] == pytest.approx(max(best.values()), abs=1e-3)
    greedy = decode(random_backend, narrow, memory, prompt, DecodingOptions(longest=longest, **ANYTHING_GOES))
    assert found.average_log_probability >= greedy.average_log_probability - 1e-4


def test_samples_are_drawn_by_their_seed(random_backend: OnnxBackend, words: Vocabulary, memory: Any) -> None:
    def draw(seed: int) -> Hypothesis:
        options = DecodingOptions(temperatures=(0.7,), longest=8, seed=seed, **ANYTHING_GOES)
        return decode(random_backend, words, memory, words.prompt("en"), options)

    assert draw(1) == draw(1)
    assert len({draw(seed).tokens for seed in range(4)}) > 1


def test_high_temperatures_draw_less_likely_words(random_backend: OnnxBackend, words: Vocabulary, memory: Any) -> None:
    averages = []
    for temperature in (0.05, 3.0):
        options = DecodingOptions(temperatures=(temperature,), longest=8, samples=3, **ANYTHING_GOES)
        found = decode(random_backend, words, memory, words.prompt("en"), options)
        assert found.temperature == temperature
        averages.append(found.average_log_probability)
    assert averages[0] > averages[1]


@pytest.fixture(scope="module")
def narrow_vocabularies(random_whisper: RandomWhisper) -> list[tuple[set[int], Vocabulary]]:
    """What may be written, and the vocabulary that allows it; token 0 may not come first."""
    sets: list[set[int]] = [{0, 400}, {0, 13, 31_000, 50_256}, {*range(0, 50_257, 997)}]
    return [(allowed, few_words(random_whisper, allowed)) for allowed in sets]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    temperature=st.sampled_from([0.0, 0.4, 1.0]),
    width=st.integers(1, 4),
    which=st.integers(0, 2),
)
def test_forbidden_tokens_are_never_written(
    random_backend: OnnxBackend,
    narrow_vocabularies: list[tuple[set[int], Vocabulary]],
    memory: Any,
    seed: int,
    temperature: float,
    width: int,
    which: int,
) -> None:
    allowed, narrow = narrow_vocabularies[which]
    options = DecodingOptions(
        beam_size=width, samples=width, temperatures=(temperature,), longest=6, seed=seed, **ANYTHING_GOES
    )
    found = decode(random_backend, narrow, memory, narrow.prompt("en"), options)
    assert found.tokens and set(found.tokens) <= allowed and found.tokens[0] != 0
    assert np.isfinite(found.log_probabilities).all()


def test_fallbacks_are_tried_in_order_until_one_will_do(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    def run(**options: Any) -> Hypothesis:
        chosen = DecodingOptions(**{"longest": 6, "temperatures": (0.0, 0.5, 1.0), **ANYTHING_GOES, **options})
        return decode(random_backend, words, memory, words.prompt("en"), chosen)

    alone = {temperature: run(temperatures=(temperature,)) for temperature in (0.0, 0.5, 1.0)}
    averages = {temperature: one.average_log_probability for temperature, one in alone.items()}
    assert run() == alone[0.0]
    assert run(temperatures=(1.0, 0.0)) == alone[1.0]
    best = max(averages.values())
    assert run(log_probability_threshold=0.0).average_log_probability == best  # none will do: the likeliest
    good = next(temperature for temperature, average in averages.items() if average >= best - 0.01)
    assert run(log_probability_threshold=best - 0.01) == alone[good]


def test_repetition_is_noticed_and_left(
    random_backend: OnnxBackend, narrow_vocabularies: list[tuple[set[int], Vocabulary]], memory: Any
) -> None:
    _, narrow = narrow_vocabularies[2]

    def run(*temperatures: float, ratio: float) -> Hypothesis:
        options = DecodingOptions(
            **{
                **ANYTHING_GOES,
                "longest": 60,
                "samples": 1,
                "temperatures": temperatures,
                "compression_ratio_threshold": ratio,
            }
        )
        return decode(random_backend, narrow, memory, narrow.prompt("en"), options)

    stuck = run(0.0, ratio=1e9)
    free = run(5.0, ratio=1e9)
    assert stuck.compression_ratio > 2.4 > free.compression_ratio
    assert run(0.0, 5.0, ratio=2.4) == free
    assert has_loop(stuck.tokens)
    assert run(0.0, 5.0, ratio=1e9) == free


def test_compression_ratio_tells_repetition_from_text() -> None:
    def of(text: str) -> float:
        return Hypothesis((), (), 0.0, 0.0, text).compression_ratio

    assert of("") == 0.0
    assert of("Blood pressure today is 142 over 86. The lungs are clear, and there is no swelling of the legs.") < 2.4
    assert of("and then and then " * 12) > 2.4


def test_unlikely_text_where_nobody_speaks_is_dropped(
    random_backend: OnnxBackend, words: Vocabulary, memory: Any
) -> None:
    deaf = DecodingOptions(longest=6, no_speech_threshold=-1.0, log_probability_threshold=0.0)
    found = decode(random_backend, words, memory, words.prompt("en"), deaf)
    assert (found.tokens, found.text) == ((), "")
    sure = DecodingOptions(longest=6, no_speech_threshold=-1.0, log_probability_threshold=-1e9)
    assert decode(random_backend, words, memory, words.prompt("en"), sure).tokens


def test_language_is_the_likeliest_of_those_known(random_backend: OnnxBackend, words: Vocabulary, memory: Any) -> None:
    logits = random_backend.step(np.array([[words.start_of_transcript]]), None, memory)[0][0, -1]
    best = max(words.languages, key=lambda code: logits[words.languages[code]])
    assert detect_language(random_backend, words, memory) == best


@given(
    st.lists(st.integers(0, 50_000), max_size=60),
    st.lists(st.integers(0, 50_000), min_size=1, max_size=8),
    st.lists(st.integers(0, 50_000), max_size=60),
)
def test_a_loop_is_found_wherever_it_stands(before: list[int], cycle: list[int], after: list[int]) -> None:
    assert has_loop([*before, *cycle * 16, *after])


@pytest.mark.parametrize(
    "text",
    [
        "Very, very, very, very, very, very tired.",
        "Dial zero zero zero, zero zero zero, zero zero zero one.",
        "Take one tablet in the morning, one tablet at noon, one tablet in the evening and one tablet at night.",
        "Blood pressure 120 over 80, 120 over 80, 118 over 80, pulse 80, 80, 82.",
    ],
)
def test_what_people_say_again_is_no_loop(vocabulary: Vocabulary, text: str) -> None:
    assert not has_loop(vocabulary.encode(text))


def test_a_loop_behind_half_a_minute_of_text_is_doubtful(vocabulary: Vocabulary) -> None:
    text = (
        "Whomsoever thou seest awake, he is the reciter. Then said the eunuch, Art thou he who repeated poetry but now "
        "and my lady heard him? Rejoined the eunuch, Who then was the reciter? Point him out to me." + "'a" * 30
    )
    tokens = tuple(vocabulary.encode(text))
    hypothesis = Hypothesis(tokens, (-0.1,) * (len(tokens) + 1), 0.0, 0.0, text)
    assert hypothesis.compression_ratio < DecodingOptions().compression_ratio_threshold
    assert is_doubtful(hypothesis, DecodingOptions())
