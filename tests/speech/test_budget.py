"""What a live session may take of the processor for what can wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from speech import budget
from speech.budget import ProcessorBudget


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[ProcessorBudget, float], None]:
    """Spends so many seconds of the processor, without taking them."""
    now = [0.0]
    monkeypatch.setattr(budget.time, "process_time", lambda: now[0])

    def spend(of: ProcessorBudget, seconds: float) -> None:
        with of.spend():
            now[0] += seconds

    return spend


def test_what_can_wait_waits_until_what_was_taken_is_earned(work: Callable[[ProcessorBudget, float], None]) -> None:
    kept = ProcessorBudget(share=0.5)
    work(kept, 1.2)
    assert not kept.is_left
    kept.earn(0.2)
    assert not kept.is_left
    kept.earn(0.4)
    assert kept.is_left


def test_a_first_look_is_lent_to_but_not_without_end(work: Callable[[ProcessorBudget, float], None]) -> None:
    kept = ProcessorBudget(share=0.5)
    work(kept, 1.5)
    assert kept.can_lend and not kept.is_left
    work(kept, 1.0)
    assert not kept.can_lend
    kept.earn(2.0)
    assert kept.can_lend and not kept.is_left


def test_silence_by_the_hour_buys_no_more_than_a_second(work: Callable[[ProcessorBudget, float], None]) -> None:
    kept = ProcessorBudget(share=0.5)
    kept.earn(3600.0)
    work(kept, 1.01)
    assert not kept.is_left


def test_work_that_fails_is_paid_for_too(work: Callable[[ProcessorBudget, float], None]) -> None:
    kept, other = ProcessorBudget(), ProcessorBudget()
    with pytest.raises(ValueError), kept.spend():
        work(other, 1.2)
        raise ValueError
    assert not kept.is_left
