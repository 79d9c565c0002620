"""What happened to the device while it worked."""

from __future__ import annotations

from collections.abc import Callable


class Notices:
    """What the user has to know about the device: told at once, and kept for the next transcript."""

    def __init__(self, on_notice: Callable[[str], None] | None = None) -> None:
        self._on_notice = on_notice
        self._taken = 0
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        self.lines.append(line)
        if self._on_notice is not None:
            self._on_notice(line)

    def take(self) -> list[str]:
        """The lines that no transcript has carried yet."""
        first, self._taken = self._taken, len(self.lines)
        return self.lines[first:]
