"""Which note is open, and those in the background that still wait for a recording, a text or the disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.anchors import Anchor, anchor_words, words_in
from app.desk.desk import Desk
from app.records import Note, Recording
from app.translation import translate
from app.ui.models.messages import Action, Messages
from app.ui.models.note import OpenNote
from speech.errors import OtoscribeError
from speech.transcript import Word

if TYPE_CHECKING:
    from app.dictation import FormattingOptions
    from app.records import RecordStore

_Read = tuple[Note, list[Recording], dict[int, tuple[Word, ...]], list[Anchor]]


class Notebook(QObject):
    """`current_changed`: another note is shown, or none. `saved`: the list of notes is out of date."""

    current_changed = Signal()
    saved = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._open: dict[int, OpenNote] = {}
        self._held: dict[int, int] = {}
        self.current: OpenNote | None = None

    @property
    def unsaved(self) -> tuple[OpenNote, ...]:
        return tuple(note for note in self._open.values() if note.is_dirty or note.is_saving)

    def create(self, then: Callable[[OpenNote], None] | None = None, failed: Callable[[], None] | None = None) -> None:
        """A new note, shown and handed to `then`; `failed` is called when the record takes none."""
        author = self._desk.author
        self._ask(lambda store: _read(store, store.create_note(author=author).id, None), then, failed)

    def open(self, note_id: int, then: Callable[[OpenNote], None] | None = None) -> None:
        """Shows a note; what was changed in the one before is saved at once."""
        note = self._open.get(note_id)
        if note is None:
            options = self._desk.settings.formatting_options
            self._ask(lambda store: _read(store, note_id, options), then)
            return
        self._show(note)
        if then is not None:
            then(note)

    def close_current(self) -> None:
        """Shows no note."""
        self._show(None)

    def hold(self, note: OpenNote) -> None:
        """Keeps a note open in the background until `let_go` was called as often."""
        self._held[note.id] = self._held.get(note.id, 0) + 1

    def let_go(self, note: OpenNote) -> None:
        self._held[note.id] = self._held.get(note.id, 1) - 1
        self._tidy(note)

    def save_all(self, then: Callable[[bool], None]) -> None:
        """Saves what is not saved; `then` hears whether the record holds all of it."""
        waiting = list(self.unsaved)
        results: list[bool] = []

        def collect(is_saved: bool) -> None:
            results.append(is_saved)
            if len(results) == len(waiting):
                then(all(results))

        if not waiting:
            then(True)
        for note in waiting:
            note.save_now(collect)

    def _ask(
        self,
        read: Callable[[RecordStore], _Read],
        then: Callable[[OpenNote], None] | None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        def take(found: _Read) -> None:
            note = self._open.get(found[0].id)
            if note is None:
                note = OpenNote(self._desk, self._messages, *found, parent=self)
                note.saved.connect(self.saved)
                self._open[note.id] = note
            self._messages.clear("open")
            self.saved.emit()
            self._show(note)
            if then is not None:
                then(note)

        def fail(problem: OtoscribeError) -> None:
            self._messages.warn(
                "open", problem, Action(translate("Notebook", "Try again"), lambda: self._ask(read, then, failed))
            )
            if failed is not None:
                failed()

        self._desk.ask_records(read, take, fail)

    def _show(self, note: OpenNote | None) -> None:
        before = self.current
        if before is note:
            return
        self.current = note
        self.current_changed.emit()
        if before is not None:
            before.save_now(lambda _saved: self._tidy(before))

    def _tidy(self, note: OpenNote) -> None:
        """Lets a note in the background go when nothing waits for it."""
        if note is self.current or self._held.get(note.id, 0) > 0 or note.is_dirty or note.is_saving:
            return
        if self._open.pop(note.id, None) is not None:
            self._held.pop(note.id, None)
            note.deleteLater()


def _read(store: RecordStore, note_id: int, options: FormattingOptions | None) -> _Read:
    """The note, its recordings, their words and where those stand in its text."""
    note = store.get_note(note_id)
    recordings = store.recordings(note_id)
    heard = {
        each.id: words_in(note.text, each.transcript, options) for each in recordings if each.transcript is not None
    }
    return note, recordings, heard, anchor_words(note.text, list(heard.items()))
