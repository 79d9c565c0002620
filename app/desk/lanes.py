"""Work off the window's thread: a lane does one thing at a time, in order, and answers where it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from speech.errors import OtoscribeError

T = TypeVar("T")

# Runs a thunk on the asking thread; in the window that is a queued Qt signal, in a test whatever the test likes.
Deliver = Callable[[Callable[[], None]], None]


class Job:
    """A piece of work handed to a lane; `cancel` asks it to stop at its next chance."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._cancelled = threading.Event()
        self._future: Future[None] | None = None

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Work that has not begun is dropped, work under way sees `is_cancelled`. Neither answers any more."""
        self._cancelled.set()
        if self._future is not None:
            self._future.cancel()

    def report(self, listener: Callable[[Any], None], value: Any) -> None:
        """Called by the work itself: tells `listener` on the asking thread how far it has come."""
        if not self.is_cancelled:
            self._deliver(lambda: None if self.is_cancelled else listener(value))


class Lane:
    """One thread that works through what it is given in order.

    `done` and `failed` are called through `deliver`. An OtoscribeError goes to `failed`; any other exception is a
    bug and is raised on the asking thread, where the program's excepthook writes it down.
    """

    def __init__(self, name: str, deliver: Deliver) -> None:
        self._deliver = deliver
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def submit(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[OtoscribeError], None] | None = None,
    ) -> Job:
        """Runs `work(job)` in the lane. Without `failed`, an OtoscribeError is raised on the asking thread too."""
        job = Job(self._deliver)
        job._future = self._executor.submit(self._run, job, work, done, failed)
        return job

    def _run(
        self,
        job: Job,
        work: Callable[[Job], T],
        done: Callable[[T], None] | None,
        failed: Callable[[OtoscribeError], None] | None,
    ) -> None:
        try:
            result = work(job)
        except OtoscribeError as problem:
            self._answer(job, failed if failed is not None else _raise, problem)
        except Exception as bug:
            self._answer(job, _raise, bug)
        else:
            if done is not None:
                self._answer(job, done, result)

    def _answer(self, job: Job, listener: Callable[[Any], None], value: Any) -> None:
        self._deliver(lambda: None if job.is_cancelled else listener(value))

    def close(self) -> None:
        """Finishes what was handed in and ends the thread; blocks until then."""
        self._executor.shutdown(wait=True)


def _raise(problem: BaseException) -> None:
    raise problem
