"""Which window of another program text would go to: the one that has the focus, or had it before ours took it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from app.transfer.system import NO_WINDOW, Target


class Windows(Protocol):
    """The windows on the screen."""

    def focused(self) -> Target: ...

    def find(self, window_id: int, /) -> Target | None: ...

    def is_foreign(self, window_id: int, /) -> bool:
        """A window of another program that text can be put into."""


def tell_of_focus(windows: Windows, last: Target, listener: Callable[[Target], None]) -> Target:
    """Looks once: a window of another program that has the focus is told when it is another one than `last` or shows
    something else than that; and where `last` was left, what it showed then. Returns what is to be `last` next time.
    """
    now = windows.focused()
    if now.id != last.id and last != NO_WINDOW:
        left = windows.find(last.id)
        if left is not None and left != last:
            listener(left)
    if now == NO_WINDOW or not windows.is_foreign(now.id):
        return NO_WINDOW
    if now != last:
        listener(now)
    return now


class FocusWatch:
    """A thread of its own that looks for the focus until it is closed."""

    def __init__(self) -> None:
        self._is_closed = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_closed(self) -> bool:
        return self._is_closed.is_set()

    def start(self, look: Callable[[], None]) -> None:
        """`look` goes on until `is_closed`, and pauses with `wait` where nothing wakes it."""
        self._thread = threading.Thread(target=look, name="focus", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Waits so long, or until it is closed, which it tells."""
        return self._is_closed.wait(seconds)

    def close(self) -> None:
        """Ends the thread; blocks until then."""
        self._is_closed.set()
        if self._thread is not None:
            self._thread.join()
