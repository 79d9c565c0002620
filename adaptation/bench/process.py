"""The parent's side of an engine's process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adaptation.bench.engines import EngineKind, Setup
from adaptation.bench.worker import Failed, Heard, Ready, serve
from speech.errors import OtoscribeError

_FAREWELL_S = 5.0


class EngineError(OtoscribeError):
    """An engine that cannot be loaded, or that ended while it was asked."""


class EngineProcess:
    """One engine in a process of its own, so that its memory is its own and no two engines' threads or libraries
    meet. Use it with `with`: leaving ends the process."""

    def __init__(self, kind: EngineKind, setup: Setup) -> None:
        self.name = kind.name
        self._threads = setup.threads
        context = multiprocessing.get_context("spawn")
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(self._theirs, kind.module, setup), daemon=True)

    @property
    def process_id(self) -> int | None:
        """None before `load`."""
        return self._process.pid

    def load(self) -> Ready:
        """Starts the process; returns when the engine is loaded. EngineError when it cannot be."""
        with _no_interrupts(), _thread_limits(self._threads):
            self._process.start()
        self._theirs.close()
        answer: Ready = self._receive()
        return answer

    def transcribe(self, samples: NDArray[np.float32]) -> Heard:
        """Text and time of a 16 kHz recording; returns when the engine's threads are at rest. EngineError when the
        engine fails or ends."""
        try:
            self._connection.send(samples)
        except OSError:
            raise self._ended() from None
        answer: Heard = self._receive()
        return answer

    def _receive(self) -> Any:
        try:
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        if isinstance(answer, Failed):
            raise EngineError(f"{self.name}: {answer.what}", answer.next_step)
        return answer

    def _ended(self) -> EngineError:
        self._process.join(_FAREWELL_S)
        return EngineError(f"{self.name} ended by itself ({self._process.exitcode})", "Check its installation.")

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()
        self._theirs.close()
        if self.process_id is None:  # was never started
            return
        if kind is None:
            self._process.join(_FAREWELL_S)
        self._process.kill()
        self._process.join()


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """A process started within ignores Ctrl+C from its first moment: that key is meant for the parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _thread_limits(threads: int) -> Iterator[None]:
    """A process started within lets numpy's and OpenMP's libraries use that many threads; they look when loaded."""
    names = [f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL")]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(threads)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
