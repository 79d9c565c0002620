"""What a model predicts along a known text, and how far the predictions of two lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from adaptation.corpus import Clip
from speech.recognizer import Recognizer


def predict(recognizer: Recognizer, tokenizer: Tokenizer, clip: Clip, memory: Any) -> NDArray[np.float32]:
    """Log-probabilities of the tokens after the prompt and after each of the clip's text, as heard in `memory`."""
    prompt = recognizer.vocabulary.prompt("en")
    text = tokenizer.encode(f" {clip.text}", add_special_tokens=False).ids
    logits, cache = recognizer.backend.step(np.array([prompt], np.int64), None, memory)
    rows = [logits[0, -1]]
    for token in text:
        logits, cache = recognizer.backend.step(np.array([[token]], np.int64), cache, memory)
        rows.append(logits[0, -1])
    scores = np.stack(rows)
    scores = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True)), np.float32)


def divergence(expected: NDArray[np.float32], predicted: NDArray[np.float32]) -> float:
    """Of Kullback and Leibler, in nats, the mean over the tokens."""
    return float((np.exp(expected) * (expected - predicted)).sum(axis=-1).mean())
