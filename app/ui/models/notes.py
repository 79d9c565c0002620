"""The list of notes beside the note: all of them, newest first, or those that a search finds."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.records import NoteSummary
from app.translation import translate
from app.ui.models.messages import Action, Messages
from speech.errors import OtoscribeError

_SEARCH_AFTER_MS = 200
_PAGE = 200


class NotesModel(QObject):
    """`changed` when the list is another one."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._asked: Job | None = None
        self._limit = _PAGE
        self.query = ""
        self.notes: tuple[NoteSummary, ...] = ()
        self.is_loaded = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_AFTER_MS)
        self._timer.timeout.connect(self.refresh)

    @property
    def hint(self) -> str:
        """What to say where the list is empty; nothing when it is not."""
        if self.notes or not self.is_loaded:
            return ""
        if self.query.strip():
            return translate("NotesModel", "No note holds these words.\nTry fewer or shorter words.")
        return translate("NotesModel", "No notes yet.\nPress Ctrl+N for a new note, or F9 to start dictating.")

    @property
    def may_have_more(self) -> bool:
        return len(self.notes) >= self._limit

    def search(self, query: str) -> None:
        """Looks for the words a moment after the last key."""
        self.query = query
        self._limit = _PAGE
        self._timer.start()

    def load_more(self) -> None:
        """Asked for when the end of the list comes into sight."""
        if self.may_have_more:
            self._limit += _PAGE
            self.refresh()

    def refresh(self) -> None:
        """Reads the list anew; an answer that is overtaken by a later question is dropped."""
        if self._asked is not None:
            self._asked.cancel()
        query, limit = self.query.strip(), self._limit
        self._asked = self._desk.ask_records(
            lambda store: store.search(query, limit) if query else store.list_notes(limit), self._show, self._fail
        )

    def _show(self, notes: list[NoteSummary]) -> None:
        self.is_loaded = True
        self.notes = tuple(notes)
        self._messages.clear("notes")
        self.changed.emit()

    def _fail(self, problem: OtoscribeError) -> None:
        self._messages.warn("notes", problem, Action(translate("NotesModel", "Try again"), self.refresh))
