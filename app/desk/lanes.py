"""Work off the window's thread: a lane does one thing at a time, in order, and answers where it was asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from speech.errors import OtoscribeError

T = TypeVar("T")

# Runs a thunk on the asking thread; in the window that is a queued Qt signal, in a test whatever the test likes.
Deliver = Callable[[Callable[[], None]], None]


class Job:
    """A piece of work handed to a lane; `cancel` asks it to stop at its next chance."""

    def __init__(self, deliver: Deliver, run_waiting: Callable[[], None]) -> None:
        self._deliver = deliver
        self._run_waiting = run_waiting
        self._cancelled = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Work that has not begun is dropped, work under way sees `is_cancelled`. Neither answers any more."""
        self._cancelled.set()

    def give_way(self) -> None:
        """Called by long work itself, where it can be interrupted: first runs all that was handed to its lane since."""
        self._run_waiting()

    def report(self, listener: Callable[[Any], None], value: Any) -> None:
        """Called by the work itself: tells `listener` on the asking thread how far it has come."""
        if not self.is_cancelled:
            self._deliver(lambda: None if self.is_cancelled else listener(value))


class Lane:
    """One thread that works through what it is given in order.

    `done` and `failed` are called through `deliver`. An OtoscribeError goes to `failed`; any other exception is a
    bug and is raised on the asking thread, where the program's excepthook writes it down. Work may be handed in to
    run behind all other: it should call `job.give_way()` several times a second.
    """

    def __init__(self, name: str, deliver: Deliver) -> None:
        self._deliver = deliver
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._waiting: deque[Callable[[], None]] = deque()
        self._waiting_behind: deque[Callable[[], None]] = deque()

    def submit(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[OtoscribeError], None] | None = None,
        *,
        is_behind: bool = False,
    ) -> Job:
        """Runs `work(job)` in the lane; with `is_behind` when nothing else waits there. Without `failed`, an
        OtoscribeError is raised on the asking thread too."""
        job = Job(self._deliver, self._run_waiting)
        queue = self._waiting_behind if is_behind else self._waiting
        queue.append(partial(self._run, job, work, done, failed))
        self._executor.submit(self._run_next)
        return job

    def _run_next(self) -> None:
        """The work that was handed in with this may have been done already, by other work that gave way to it."""
        queue = self._waiting or self._waiting_behind
        if queue:
            queue.popleft()()

    def _run_waiting(self) -> None:
        while self._waiting:
            self._waiting.popleft()()

    def _run(
        self,
        job: Job,
        work: Callable[[Job], T],
        done: Callable[[T], None] | None,
        failed: Callable[[OtoscribeError], None] | None,
    ) -> None:
        if job.is_cancelled:
            return
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
