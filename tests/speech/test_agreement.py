"""What is settled in a growing utterance, on texts in the real vocabulary."""

from __future__ import annotations

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.agreement import Agreement
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import read_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tokenizer(base_model: InstalledModel) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_str(read_settings(base_model.checkpoint_folder).tokenizer)


def hear(
    agreement: Agreement,
    vocabulary: Vocabulary,
    tokenizer: tokenizers.Tokenizer,
    text: str,
    probability: float = 1.0,
) -> tuple[bool, str]:
    """Whether the text, whose words are so probable, was taken, and what is settled afterwards."""
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    words = vocabulary.words(tokens, "en")
    is_taken = agreement.take(tuple(tokens), words, [probability] * len(words))
    return is_taken, vocabulary.decode(list(agreement.tokens))


def test_words_settle_when_two_hypotheses_agree(vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer) -> None:
    agreement = Agreement()
    assert hear(agreement, vocabulary, tokenizer, " A") == (True, "")
    assert hear(agreement, vocabulary, tokenizer, " A boy has a drive.") == (True, " A")
    assert hear(agreement, vocabulary, tokenizer, " A boy has a dry cough.") == (True, " A boy has a")
    assert hear(agreement, vocabulary, tokenizer, " A boy has a dry cough.") == (True, " A boy has a dry")
    assert hear(agreement, vocabulary, tokenizer, " Some boys have a dry cough.") == (
        False,
        " A boy has a dry",
    )
    assert hear(agreement, vocabulary, tokenizer, " A boy has a dry cough, and") == (
        True,
        " A boy has a dry cough",
    )


def test_words_that_are_likely_to_be_wrong_do_not_settle(
    vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer
) -> None:
    agreement = Agreement()
    for _ in range(3):
        assert hear(agreement, vocabulary, tokenizer, " A boy has a", 0.5) == (True, "")
    assert hear(agreement, vocabulary, tokenizer, " A boy has a") == (True, " A boy has")
    assert hear(agreement, vocabulary, tokenizer, " A boy has a", 0.5) == (True, " A boy has")


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(["a", "cough", "coughs.", "1,5", "mg", "–"]), max_size=8), max_size=8))
def test_what_is_settled_stays(vocabulary: Vocabulary, tokenizer: tokenizers.Tokenizer, texts: list[list[str]]) -> None:
    agreement = Agreement()
    settled, shown = "", ""
    for words in texts:
        text = "".join(f" {word}" for word in words)
        is_taken, now = hear(agreement, vocabulary, tokenizer, text)
        assert now.startswith(settled)
        assert now == settled or (is_taken and text.startswith(now) and shown.startswith(now))
        settled = now
        shown = text if is_taken else shown
