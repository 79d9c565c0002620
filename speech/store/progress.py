"""How far a pull or an import is, as one number over all of its stages."""

from __future__ import annotations

from collections.abc import Callable

OnProgress = Callable[[float, str], None]
"""Called with (fraction done from 0 to 1 and never falling, what is being done in a few words).

An exception that it raises stops the work and passes through; what was fetched stays and is continued next time.
"""


class Progress:
    """Maps a stage's own 0..1 onto its share of the whole, and keeps the number from falling."""

    def __init__(self, listener: OnProgress | None, start: float = 0.0, end: float = 1.0) -> None:
        self._listener = listener
        self._start, self._end = start, end
        self._last = start

    def part(self, start: float, end: float) -> Progress:
        """The progress of a stage that fills `start`..`end` of this one."""
        span = self._end - self._start
        return Progress(self._listener, self._start + start * span, self._start + end * span)

    def report(self, fraction: float, what: str) -> None:
        """Says that `fraction` (0..1) of this stage is done."""
        done = self._start + min(max(fraction, 0.0), 1.0) * (self._end - self._start)
        self._last = max(self._last, done)
        if self._listener is not None:
            self._listener(self._last, what)
