"""A part of the window with actions of its own, and perhaps a page that stands in place of the note."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtGui import QAction

from app.ui.page import Page

if TYPE_CHECKING:
    from app.ui.models.note import OpenNote
    from app.ui.window import MainWindow

P = TypeVar("P", bound=Page)


@dataclass(frozen=True)
class Situation:
    """What the window shows: the desk or the pages before it, and on the desk a note or something else."""

    is_desk: bool
    note: OpenNote | None

    @property
    def has_draft(self) -> bool:
        """A note is on show and its text can change."""
        return self.is_desk and self.note is not None and self.note.is_draft

    @property
    def has_note(self) -> bool:
        return self.is_desk and self.note is not None


class Feature:
    """Adds its actions to the window's menus when it is made."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session
        self.theme = window.theme
        self._conditions: dict[QAction, Callable[[Situation], bool]] = {}

    def add(
        self,
        menu: str,
        text: str,
        key: str,
        tip: str,
        run: Callable[[], object],
        condition: Callable[[Situation], bool] = lambda situation: situation.is_desk,
    ) -> QAction:
        """An action at the end of a menu ("note", "edit", "dictation", "view", "help"), allowed under a condition."""
        action = self.window.actions_.make(text, key, tip)
        action.triggered.connect(lambda _checked=False: run())
        self.window.actions_.put(menu, action)
        self._conditions[action] = condition
        return action

    def allow(self, situation: Situation) -> None:
        """Enables what can be done now."""
        for action, condition in self._conditions.items():
            action.setEnabled(condition(situation))

    @property
    def is_on_show(self) -> bool:
        """Whether it stands in place of the note."""
        return False


class PageFeature(Feature, ABC, Generic[P]):
    """A feature with a page, made when it is first wanted: most starts do without."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._page: P | None = None

    @abstractmethod
    def make_page(self) -> P:
        """Called once."""

    @property
    def page(self) -> P:
        if self._page is None:
            self._page = self.make_page()
            self.window.add_page(self._page)
        return self._page

    @property
    def is_on_show(self) -> bool:
        return self._page is not None and self.window.inner.currentWidget() is self._page

    def show_page(self) -> None:
        """The page in place of the note."""
        self.window.show_page(self.page)
