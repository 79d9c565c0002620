"""Recordings that a crash left behind: offered at the start, never taken away without being asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.paths import spool_folder
from app.translation import translate
from app.ui.models.messages import Action, Messages
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.desk.recovery import LeftBehind
    from app.records import RecordStore


class RecoveryModel(QObject):
    """`changed`: another list of recordings."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self.recordings: tuple[LeftBehind, ...] = ()
        self.is_put_off = False

    @property
    def offer(self) -> tuple[LeftBehind, ...]:
        """What the window offers now."""
        return () if self.is_put_off else self.recordings

    def look(self) -> None:
        """Looks into the spool folder. Call it before anything is recorded."""

        def find(store: RecordStore) -> list[LeftBehind]:
            from app.desk.recovery import find_left_behind

            return find_left_behind(store, spool_folder())

        self._desk.ask_records(
            find,
            self._take,
            lambda problem: self._messages.warn(
                "recovery", problem, Action(translate("RecoveryModel", "Look again"), self.look)
            ),
        )

    def put_off(self) -> None:
        """Keeps everything where it is until the next start, or until the menu asks for it."""
        self.is_put_off = True
        self.changed.emit()

    def offer_again(self) -> None:
        self.is_put_off = False
        self.look()

    def forget(self, recording: LeftBehind) -> None:
        """It was put into a note."""
        self.recordings = tuple(each for each in self.recordings if each != recording)
        self.changed.emit()

    def delete(self, recording: LeftBehind) -> None:
        """The user has confirmed that nobody needs it."""

        def done(_nothing: None) -> None:
            self.forget(recording)

        self._desk.files.submit(
            lambda job: _delete(recording.path), done, lambda problem: self._messages.warn("recovery", problem)
        )

    def _take(self, recordings: list[LeftBehind]) -> None:
        self.recordings = tuple(recordings)
        self.changed.emit()


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OtoscribeError(
            f"The recording cannot be deleted ({error.strerror})", "Close the programs that use it and try again."
        ) from error
