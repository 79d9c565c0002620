"""The tour for a first look: which of its screens is on show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

SCREENS = 4


class TourModel(QObject):
    """`changed`: another screen, 1 to SCREENS, or none (0). The first is the page that checks microphone, model and
    disk."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.screen = 0

    @property
    def is_under_way(self) -> bool:
        return self.screen > 0

    @property
    def is_last(self) -> bool:
        return self.screen == SCREENS

    def start(self) -> None:
        self._show(1)

    def go_on(self) -> None:
        """To the next screen; after the last one the tour is over."""
        self._show(0 if self.is_last else self.screen + 1)

    def go_back(self) -> None:
        self._show(max(1, self.screen - 1))

    def end(self) -> None:
        """The user skips the rest."""
        self._show(0)

    def _show(self, screen: int) -> None:
        if screen != self.screen:
            self.screen = screen
            self.changed.emit()
