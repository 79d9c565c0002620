"""What the user is told in the window itself: a problem with its next step, or something that is worth knowing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.translation import describe_problem
from speech.errors import OtoscribeError


@dataclass(frozen=True)
class Action:
    """A button of a message: what it says and what it does. The message goes away when it is pressed."""

    label: str
    run: Callable[[], None]


@dataclass(frozen=True)
class Message:
    """One line at the top of the note. A new message with the same `key` takes the place of the old one."""

    key: str
    text: str
    is_warning: bool = False
    actions: tuple[Action, ...] = ()


class Messages(QObject):
    """The messages that stand, oldest first."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._standing: dict[str, Message] = {}

    @property
    def standing(self) -> tuple[Message, ...]:
        return tuple(self._standing.values())

    def tell(self, key: str, text: str, *actions: Action) -> None:
        """Something worth knowing."""
        self._put(Message(key, text, False, actions))

    def warn(self, key: str, problem: OtoscribeError, *actions: Action) -> None:
        """Something that went wrong, with what to do next."""
        self._put(Message(key, describe_problem(problem), True, actions))

    def clear(self, key: str) -> None:
        if self._standing.pop(key, None) is not None:
            self.changed.emit()

    def run(self, message: Message, action: Action) -> None:
        """The user pressed an action's button."""
        self.clear(message.key)
        action.run()

    def _put(self, message: Message) -> None:
        if self._standing.get(message.key) != message:
            self._standing.pop(message.key, None)
            self._standing[message.key] = message
            self.changed.emit()
