"""Work off the asking thread: in order, answered where it was asked, cancelled in time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from app.desk.lanes import Job, Lane
from speech.errors import OtoscribeError


class Inbox:
    """The asking thread's loop: runs what lanes deliver."""

    def __init__(self) -> None:
        self._thunks: queue.Queue[Callable[[], None]] = queue.Queue()

    def deliver(self, thunk: Callable[[], None]) -> None:
        self._thunks.put(thunk)

    def run_one(self) -> None:
        self._thunks.get(timeout=60)()

    @property
    def is_empty(self) -> bool:
        return self._thunks.empty()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def lane(inbox: Inbox) -> Iterator[Lane]:
    made = Lane("test", inbox.deliver)
    yield made
    made.close()


def test_work_runs_in_order_off_the_asking_thread_and_answers_on_it(lane: Lane, inbox: Inbox) -> None:
    answers: list[tuple[int, int]] = []
    for number in range(5):
        lane.submit(
            lambda job, number=number: (number, threading.get_ident()),
            lambda answer: answers.append((answer[0], answer[1] != threading.get_ident())),
        )
    for _ in range(5):
        inbox.run_one()
    assert answers == [(number, True) for number in range(5)]


def test_problems_of_the_surroundings_go_to_failed(lane: Lane, inbox: Inbox) -> None:
    problems: list[OtoscribeError] = []

    def work(job: Job) -> None:
        raise OtoscribeError("The disk is full", "Free some space.")

    lane.submit(work, None, problems.append)
    inbox.run_one()
    assert [str(problem) for problem in problems] == ["The disk is full. Free some space."]


def test_a_bug_is_raised_on_the_asking_thread_and_the_lane_goes_on(lane: Lane, inbox: Inbox) -> None:
    problems: list[OtoscribeError] = []
    lane.submit(lambda job: 1 / 0, None, problems.append)
    with pytest.raises(ZeroDivisionError):
        inbox.run_one()
    answers: list[int] = []
    lane.submit(lambda job: 7, answers.append)
    inbox.run_one()
    assert (problems, answers) == ([], [7])


def test_cancelled_work_sees_it_and_does_not_answer(lane: Lane, inbox: Inbox) -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: list[bool] = []
    answers: list[object] = []

    def work(job: Job) -> int:
        begun.set()
        go_on.wait(60)
        seen.append(job.is_cancelled)
        job.report(answers.append, "progress")
        return 1

    job = lane.submit(work, answers.append, answers.append)
    waiting = lane.submit(lambda job: seen.append(False), answers.append)
    begun.wait(60)
    job.cancel()
    waiting.cancel()
    go_on.set()
    lane.close()
    while not inbox.is_empty:
        inbox.run_one()
    assert (seen, answers) == ([True], [])


def test_an_answer_under_way_is_dropped_when_cancelled(lane: Lane, inbox: Inbox) -> None:
    answers: list[int] = []
    job = lane.submit(lambda job: 1, answers.append)
    lane.close()
    job.cancel()
    inbox.run_one()
    assert answers == []


def test_closing_finishes_what_was_handed_in(lane: Lane, inbox: Inbox) -> None:
    done: list[int] = []
    for number in range(20):
        lane.submit(lambda job, number=number: done.append(number))
    lane.close()
    assert done == list(range(20))


def test_work_behind_lets_all_other_work_go_first(lane: Lane, inbox: Inbox) -> None:
    begun, handed_in = threading.Event(), threading.Event()
    order: list[str] = []

    def long_work(job: Job) -> None:
        order.append("begun")
        begun.set()
        handed_in.wait(60)
        job.give_way()
        order.append("ended")

    lane.submit(long_work, is_behind=True)
    begun.wait(60)
    lane.submit(lambda job: order.append("behind"), is_behind=True)
    lane.submit(lambda job: order.append("first"))
    dropped = lane.submit(lambda job: order.append("dropped"))
    dropped.cancel()
    lane.submit(lambda job: order.append("second"))
    handed_in.set()
    lane.close()
    assert order == ["begun", "first", "second", "ended", "behind"]
