"""Learning from corrections in the window: what signed notes teach is gathered, where the author wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.ui.models.messages import Messages
from app.ui.models.recognition import RecognitionModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.desk.gathering import Heard
    from app.desk.lanes import Job
    from app.records import RecordStore


class LearningModel(QObject):
    """`changed`: other corrections are gathered."""

    changed = Signal()

    def __init__(
        self, desk: Desk, messages: Messages, recognition: RecognitionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition

    def gather(self, note_id: int, author: str) -> None:
        """Keeps what the author changed in a note that was just signed; nothing unless learning is switched on."""
        if not self._desk.settings.learning:
            return
        options = self._desk.settings.formatting_options

        def compare(store: RecordStore) -> list[Heard]:
            from app.desk.gathering import compare_note

            return compare_note(store.get_note(note_id), store.recordings(note_id), options)

        self._desk.ask_records(compare, lambda heard: self._listen(note_id, author, heard), self._warn)

    def _listen(self, note_id: int, author: str, heard: list[Heard]) -> None:
        """The loaded model says how far the sound supports each change; without one the spelling alone decides."""
        recognizer = self._recognition.recognizer
        if recognizer is None or not any(each.changed.changes for each in heard):
            self._keep(note_id, author, heard)
            return

        def work(job: Job) -> list[Heard]:
            from app.desk.gathering import listen

            return listen(heard, recognizer, lambda: job.is_cancelled)

        def go_on_without(problem: OtoscribeError) -> None:
            self._warn(problem)
            self._keep(note_id, author, heard)

        self._desk.recognition.submit(work, lambda weighed: self._keep(note_id, author, weighed), go_on_without)

    def _keep(self, note_id: int, author: str, heard: list[Heard]) -> None:
        def work(store: RecordStore) -> None:
            from app.desk.gathering import to_keep

            store.learning.keep(note_id, author, to_keep(heard))

        self._desk.ask_records(work, lambda _nothing: self.changed.emit(), self._warn)

    def _warn(self, problem: OtoscribeError) -> None:
        self._messages.warn("learning", problem)
