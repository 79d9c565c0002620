"""A backend whose device may run out of memory or go away in the middle of an utterance.

It keeps what everything on the device was made from: the features of a memory, the tokens of a cache. When the device
refuses, the work is done again in smaller batches, and when it refuses one row, on the processor from then on. Callers
keep their memories and caches; they are rebuilt when they are next used.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Protocol, Self, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from speech.backends import Backend
from speech.context import Context

_log = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_OUT_OF_MEMORY = ("out of memory", "failed to allocate", "bad allocation", "bad_alloc", "outofmemory", "alloc_failed")


class DeviceBackend(Backend, Protocol):
    """A backend that says which exceptions mean that its device refused, rather than that it was used wrongly."""

    failures: tuple[type[Exception], ...]


class _Kept:
    """A memory or cache as callers hold it; `source` is what it can be made from again, by row."""

    def __init__(self, source: NDArray[Any]) -> None:
        self.source = source

    def of(self, source: NDArray[Any]) -> Self:
        """The same but for its source."""
        made = copy(self)
        made.source = source
        return made


class Memory(_Kept):
    """source[batch, mels, frames]: the features, and which context of them is encoded."""

    def __init__(self, source: NDArray[Any], context: Context | None) -> None:
        super().__init__(source)
        self.context = context


class Cache(_Kept):
    """source[batch, n]: the tokens read so far."""


class FallbackBackend:
    """Implements `speech.backends.Backend` by another, and by one on the processor once the first one fails."""

    def __init__(self, backend: DeviceBackend, open_spare: Callable[[], Backend], tell: Callable[[str], None]) -> None:
        """`open_spare` loads the backend on the processor; `tell` gets the line for the user when it has to be."""
        self.name = backend.name
        self._backend: Backend = backend
        self._failures = backend.failures
        self._open_spare = open_spare
        self._tell = tell
        self._most_rows: int | None = None
        # what lies on the device, a piece of the batch each; forgotten when device or size of the pieces change
        self._held: WeakKeyDictionary[_Kept, list[Any]] = WeakKeyDictionary()

    def encode(self, mel: NDArray[np.float32], context: Context | None = None, kept: None = None) -> Memory:
        memory = Memory(mel, context)
        self._attempt(lambda: self._memory(memory), len(mel))
        return memory

    def keep(self, mel: NDArray[np.float32], context: Context, kept: None, positions: int) -> None:
        """Nothing, that could be lost with the device."""

    def step(
        self, tokens: NDArray[np.int64], cache: Cache | None, memory: Memory, asked: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], Cache]:
        (logits,), longer = self._read(
            tokens, cache, memory, lambda n, past, part: self._backend.step(n, past, part, asked)
        )
        return logits, longer

    def choose(
        self, tokens: NDArray[np.int64], cache: Cache | None, memory: Memory, bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], Cache]:
        (best, scores), longer = self._read(
            tokens, cache, memory, lambda n, past, part: self._backend.choose(n, past, part, bias)
        )
        return best, scores, longer

    def align(self, tokens: NDArray[np.int64], memory: Memory) -> NDArray[np.float32]:
        def work() -> NDArray[np.float32]:
            return np.concatenate(
                [self._backend.align(tokens[rows], part) for rows, part in self._pairs(tokens, memory)]
            )

        return self._attempt(work, len(tokens))

    def attention(self, cache: Cache) -> NDArray[np.float32] | None:
        """None also where the cache lies in pieces or has not been made anew yet; `align` serves then."""
        held = self._held.get(cache)
        return self._backend.attention(held[0]) if held is not None and len(held) == 1 else None

    def select(self, kept: Memory | Cache, rows: NDArray[np.int64]) -> Memory | Cache:
        chosen = kept.of(kept.source[rows])
        in_one_piece = self._most_rows is None or max(len(rows), len(kept.source)) <= self._most_rows
        if in_one_piece and kept in self._held:
            self._derive(kept, chosen, lambda held: self._backend.select(held, rows))
        return chosen

    def truncate(self, cache: Cache, length: int) -> Cache:
        shorter = Cache(cache.source[:, :length])
        if length and cache in self._held:
            self._derive(cache, shorter, lambda held: self._backend.truncate(held, length))
        return shorter

    def _derive(self, kept: _Kept, derived: _Kept, make: Callable[[Any], Any]) -> None:
        """Makes on the device what comes of something there; where that fails it is made anew when it is needed."""
        try:
            self._held[derived] = [make(held) for held in self._held[kept]]
            return
        except self._failures as error:
            reason = error.with_traceback(None)
        self._give_way(reason, len(derived.source))

    def _read(
        self, tokens: NDArray[np.int64], cache: Cache | None, memory: Memory, call: Callable[..., tuple[Any, ...]]
    ) -> tuple[list[Any], Cache]:
        """What the call gives for all rows together, and the longer cache."""
        longer = Cache(tokens if cache is None else np.concatenate([cache.source, tokens], axis=1))

        def work() -> tuple[list[Any], list[Any]]:
            pairs = self._pairs(tokens, memory)
            past = [None] * len(pairs) if cache is None else self._cache(cache, memory)
            results = [call(tokens[rows], before, part) for (rows, part), before in zip(pairs, past, strict=True)]
            outputs = zip(*(result[:-1] for result in results), strict=True)
            return [np.concatenate(each) for each in outputs], [result[-1] for result in results]

        outputs, self._held[longer] = self._attempt(work, len(tokens))
        return outputs, longer

    def _pairs(self, tokens: NDArray[np.int64], memory: Memory) -> list[tuple[slice, Any]]:
        """The pieces in which these rows are read, each with its memory; one of batch 1 serves all."""
        parts = self._memory(memory)
        pieces = list(self._pieces(len(tokens)))
        return list(zip(pieces, parts * len(pieces) if len(memory.source) == 1 else parts, strict=True))

    def _memory(self, memory: Memory) -> list[Any]:
        if memory not in self._held:
            pieces = self._pieces(len(memory.source))
            self._held[memory] = [self._backend.encode(memory.source[rows], memory.context) for rows in pieces]
        return self._held[memory]

    def _cache(self, cache: Cache, memory: Memory) -> list[Any]:
        if cache not in self._held:
            if not cache.source.shape[1]:
                return [None for _ in self._pieces(len(cache.source))]
            pairs = self._pairs(cache.source, memory)
            self._held[cache] = [self._backend.step(cache.source[rows], None, part, [0])[1] for rows, part in pairs]
        return self._held[cache]

    def _pieces(self, count: int) -> Iterator[slice]:
        size = self._most_rows or count
        return (slice(first, first + size) for first in range(0, count, size))

    def _attempt(self, work: Callable[[], _Result], rows: int) -> _Result:
        """The work's result, done again as often as the device refuses and there is a way to go on."""
        while True:
            try:
                return work()
            except self._failures as error:
                reason = error.with_traceback(None)  # it would keep alive what lies on the device
            self._give_way(reason, rows)

    def _give_way(self, reason: Exception, rows: int) -> None:
        """Takes smaller pieces where memory is short, otherwise the processor."""
        _log.info("%s failed: %s", self.name, reason)
        self._held.clear()
        size = min(rows, self._most_rows or rows)
        full = any(sign in f"{type(reason).__name__} {reason}".lower() for sign in _OUT_OF_MEMORY)
        if full and size > 1:
            self._most_rows = size // 2
            return
        self._backend = self._open_spare()
        failed, self.name = self.name, self._backend.name
        self._failures, self._most_rows = (), None
        self._tell(
            f"{failed} {'ran out of memory' if full else 'failed'}; the work goes on with {self.name}. "
            "Look at the device with: otoscribe doctor."
        )
