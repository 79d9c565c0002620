"""Pieces shared out among hands."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.workers import share_out


@given(st.lists(st.integers()), st.integers(1, 3))
def test_every_piece_is_done_once(pieces: list[int], hands: int) -> None:
    results = list(share_out(pieces, [lambda piece: piece * 2] * hands, threading.Event()))
    assert sorted(results) == sorted(piece * 2 for piece in pieces)


def test_hands_work_at_the_same_time_and_each_at_one_piece() -> None:
    together = threading.Barrier(2, timeout=30)  # breaks when only one works at a time
    at_work: list[set[int]] = [set(), set()]

    def hand(number: int, piece: int) -> int:
        assert not at_work[number]
        at_work[number].add(piece)
        together.wait()
        at_work[number].clear()
        return piece

    hands = [lambda piece: hand(0, piece), lambda piece: hand(1, piece)]
    assert sorted(share_out(range(10), hands, threading.Event())) == list(range(10))


def test_pieces_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for piece in range(100):
            taken.append(piece)
            yield piece

    results = share_out(pieces(), [lambda piece: piece] * 2, threading.Event())
    next(results)
    assert len(taken) == 3
    results.close()  # type: ignore[attr-defined]
    assert len(taken) == 3


def test_what_a_hand_raises_ends_the_others() -> None:
    ended, waits = threading.Event(), threading.Event()

    def hand(piece: int) -> int:
        if piece == 0:
            waits.wait(30)
            raise ValueError("no")
        waits.set()
        assert ended.wait(30), "nobody told this hand to end"
        return piece

    with pytest.raises(ValueError, match="no"):
        list(share_out(range(9), [hand] * 2, ended))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("recognition")]


def test_what_the_watch_raises_ends_the_hands() -> None:
    ended, begun = threading.Event(), threading.Event()

    def hand(piece: int) -> int:
        begun.set()
        assert ended.wait(30), "nobody told this hand to end"
        return piece

    def watch() -> None:
        if begun.is_set():
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        list(share_out(range(9), [hand] * 2, ended, watch))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("recognition")]
