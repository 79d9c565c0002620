"""Hearing a recording again from any word of the note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.capture import Player
from app.desk.anchors import word_at
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.records import Recording
from app.ui.models.messages import Messages
from app.ui.models.recording import elapsed_text
from speech.errors import OtoscribeError
from speech.transcript import Word

# A word's own start is where the alignment puts it; a moment earlier lets the ear catch on.
_LEAD_IN_S = 0.15


class PlaybackModel(QObject):
    """`changed`: playing or not; `position_changed`: seconds; `word_changed`: another word under the voice."""

    changed = Signal()
    position_changed = Signal()
    word_changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._player: Player | None = None  # touched by the sound lane alone
        self._job: Job | None = None
        self._words: Sequence[Word] = ()
        self.recording: Recording | None = None
        self.is_playing = False
        self.position_s = 0.0
        self.word: int | None = None

    @property
    def line(self) -> str:
        """Where the voice is, as "00:03 / 00:27"."""
        if self.recording is None:
            return ""
        return f"{elapsed_text(self.position_s)} / {elapsed_text(self.recording.duration_s)}"

    def play(self, recording: Recording, words: Sequence[Word], from_s: float) -> None:
        """Plays a recording from a moment on; what is playing is stopped. `word` counts in the words given."""
        self._drop_player()
        self.recording, self._words = recording, words
        self.is_playing = True
        self._show_position(max(0.0, from_s))
        self.changed.emit()
        start_s = max(0.0, from_s - _LEAD_IN_S)

        def work(job: Job) -> None:
            self._player = Player(
                recording.path,
                on_position=lambda position_s: job.report(self._show_position, position_s),
                on_end=lambda: job.report(self._end, None),
                on_problem=lambda problem: job.report(self._fail, problem),
            )
            self._player.play(start_s)

        self._job = self._desk.sound.submit(work, failed=self._fail)

    def stop(self) -> None:
        """Silence; the position is forgotten."""
        self._drop_player()
        self.recording, self.is_playing, self.word = None, False, None
        self.changed.emit()
        self.word_changed.emit()

    def toggle_pause(self) -> None:
        """Pauses what is playing, or goes on from where it was paused."""
        if self.recording is None:
            return
        if not self.is_playing:
            self.play(self.recording, self._words, self.position_s)
            return
        self._drop_player()
        self.is_playing = False
        self.changed.emit()

    def _drop_player(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._desk.sound.submit(self._silence)

    def _silence(self, _job: Job) -> None:
        if self._player is not None:
            self._player.stop()
            self._player = None

    def _show_position(self, position_s: float) -> None:
        self.position_s = position_s
        self.position_changed.emit()
        word = word_at(self._words, position_s)
        if word != self.word:
            self.word = word
            self.word_changed.emit()

    def _end(self, _nothing: None) -> None:
        self.stop()

    def _fail(self, problem: OtoscribeError) -> None:
        self.stop()
        self._messages.warn("loudspeaker", problem)
