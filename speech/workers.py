"""Work shared out among hands that each do one piece at a time, in threads of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")

_LOOK_S = 0.05


def share_out(
    pieces: Iterable[Piece],
    hands: Sequence[Callable[[Piece], Result]],
    ended: Event,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """The results in the order in which they are ready.

    One piece more than there are hands is taken ahead, so that none waits while the next is made; what else there is
    stays where it is, and memory bounded. `watch` is called several times a second while nothing is ready, in the
    thread that asks for results. What it, a hand or `pieces` raises is raised here once every hand has stopped; they
    are told by `ended`.
    """
    free: SimpleQueue[Callable[[Piece], Result]] = SimpleQueue()
    for hand in hands:
        free.put(hand)

    def work(piece: Piece) -> Result:
        hand = free.get()
        try:
            return hand(piece)
        finally:
            free.put(hand)

    waiting: set[Future[Result]] = set()

    def take_ready() -> Iterator[Result]:
        nonlocal waiting
        done: set[Future[Result]] = set()
        while not done:
            watch()
            done, waiting = wait(waiting, _LOOK_S, return_when=FIRST_COMPLETED)
        for each in done:
            yield each.result()

    with ThreadPoolExecutor(len(hands), "recognition") as pool:
        try:
            for piece in pieces:
                waiting.add(pool.submit(work, piece))
                if len(waiting) > len(hands):
                    yield from take_ready()
            while waiting:
                yield from take_ready()
        finally:
            ended.set()
            pool.shutdown(cancel_futures=True)
