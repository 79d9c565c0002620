"""How much of the processor a live session may take for what can wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 0.5
_MOST_CREDIT_S = 1.0
_MOST_DEBT_S = 1.0


class ProcessorBudget:
    """Seconds of processor time, earned by the sound that is heard and spent by recognising it.

    `share` of one core's time is earned. What must be done is done on credit, and what can wait waits until that is
    paid back.
    """

    def __init__(self, share: float = SHARE) -> None:
        self._share = share
        self._credit_s = _MOST_CREDIT_S

    @property
    def is_left(self) -> bool:
        return self._credit_s > 0

    @property
    def can_lend(self) -> bool:
        """Whether what is better done now than later may be done on credit too."""
        return self._credit_s > -_MOST_DEBT_S

    def earn(self, heard_s: float) -> None:
        self._credit_s = min(_MOST_CREDIT_S, self._credit_s + self._share * heard_s)

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Counts what the process, all of its threads together, takes inside."""
        before_s = time.process_time()
        try:
            yield
        finally:
            self._credit_s -= time.process_time() - before_s
