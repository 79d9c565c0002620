"""What runs the network: `encode(mel) → memory` and `step(tokens, cache, memory) → logits` behind one protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from speech.context import Context

CANDIDATES = 16
ENCODER_FILE = "encoder.onnx"
DECODER_FILE = "decoder.onnx"


class Backend(Protocol):
    """A loaded student. Memory (the encoded audio) and cache (keys and values of past tokens) are opaque to callers.

    A cache of None means that no token has been read yet. Neither memory nor cache is changed by a call, so both may
    be kept and used again. A memory with batch 1 serves any number of rows.
    """

    name: str

    def encode(self, mel: NDArray[np.float32], context: Context | None = None, kept: Any | None = None) -> Any:
        """mel[batch, mels, frames] → memory of the context, by default the whole mel; frames even, at most 3000.

        Positions that were `kept` of a mel that begins as this one does are not read again.
        """
        ...

    def keep(self, mel: NDArray[np.float32], context: Context, kept: Any | None, positions: int) -> Any | None:
        """The first `positions` of one row's context, encoded with all of it behind what was `kept`, for `encode`.

        None where nothing is kept: everything is read again then.
        """
        ...

    def step(
        self, tokens: NDArray[np.int64], cache: Any | None, memory: Any, asked: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], Any]:
        """tokens[batch, n] read after those in the cache → (logits[batch, n, vocabulary], the longer cache).

        With `asked`, places from 0 to n - 1, only the logits behind those are computed, in that order.
        """
        ...

    def choose(
        self, tokens: NDArray[np.int64], cache: Any | None, memory: Any, bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], Any]:
        """The likeliest tokens after each of tokens[batch, n] and the longer cache.

        bias[vocabulary] is added to the logits first; minus infinity forbids a token. Returns (candidates[batch, n,
        CANDIDATES], their log-probabilities, the cache), the likeliest first.
        """
        ...

    def attention(self, cache: Any) -> NDArray[np.float32] | None:
        """What `align` gives for the tokens in the cache, where the backend noted it as it read them."""
        ...

    def truncate(self, cache: Any, length: int) -> Any:
        """A cache of the first `length` tokens of another, as if the rest had not been read."""
        ...

    def align(self, tokens: NDArray[np.int64], memory: Any) -> NDArray[np.float32]:
        """tokens[batch, n] → attention weights of the alignment heads [batch, heads, n, context]."""
        ...

    def select(self, kept: Any, rows: NDArray[np.int64]) -> Any:
        """A memory or cache made of the given rows of its batch, in that order; a row may be taken several times."""
        ...
