"""Hearing a recording again from any word of the note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.anchors import word_at
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.records import Recording
from app.ui.models.messages import Messages
from app.ui.models.recording import elapsed_text
from speech.errors import OtoscribeError
from speech.transcript import Word

if TYPE_CHECKING:
    from app.capture import Player

# A word's own start is where the alignment puts it; a moment earlier lets the ear catch on.
_LEAD_IN_S = 0.15
_TAIL_S = 0.25  # behind the last word of a stretch
_INSIDE_S = 0.01
_BACK_S = 3.0
_REWIND_S = 1.5  # by which it goes back when it goes on after a pause
SPEEDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class PlaybackModel(QObject):
    """`changed`: playing or not, or how; `position_changed`: seconds; `word_changed`: another word under the voice."""

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
        self._stretch_s: tuple[float, float | None] = (0.0, None)
        self.recording: Recording | None = None
        self.is_playing = False
        self.is_repeating = False
        self.speed = 1.0
        self.position_s = 0.0
        self.word: int | None = None

    @property
    def is_paused(self) -> bool:
        """It can go on from where it was."""
        return self.recording is not None and not self.is_playing

    @property
    def line(self) -> str:
        """Where the voice is, as "00:03 / 00:27"."""
        if self.recording is None:
            return ""
        return f"{elapsed_text(self.position_s)} / {elapsed_text(self.recording.duration_s)}"

    def play(self, recording: Recording, words: Sequence[Word], from_s: float, until_s: float | None = None) -> None:
        """Plays a recording from the beginning of a word on, up to the end of another one; what is playing is stopped.
        `word` counts in the words given."""
        self._stretch_s = (max(0.0, from_s), until_s)
        self.recording, self._words = recording, words
        self._start(max(0.0, from_s))

    def stop(self) -> None:
        """Silence; the position is forgotten."""
        self._drop_player()
        self.recording, self.is_playing, self.word = None, False, None
        self.changed.emit()
        self.word_changed.emit()

    def pause(self) -> None:
        """Silence; it can go on from here."""
        if self.is_playing:
            self._drop_player()
            self.is_playing, self.word = False, None
            self.changed.emit()
            self.word_changed.emit()

    def resume(self) -> None:
        """Goes on a moment before the place where it was paused, so that the ear finds back."""
        if self.is_paused:
            self._start(max(self._stretch_s[0], self.position_s - _REWIND_S))

    def skip_back(self) -> None:
        """The last seconds once more."""
        if self.recording is None:
            return
        start_s = max(0.0, self.position_s - _BACK_S)
        self._stretch_s = (min(start_s, self._stretch_s[0]), self._stretch_s[1])
        self._start(start_s)

    def change_speed(self, steps: int) -> None:
        """Some steps of SPEEDS faster, or slower."""
        self.set_speed(SPEEDS[min(max(0, SPEEDS.index(self.speed) + steps), len(SPEEDS) - 1)])

    def set_speed(self, speed: float) -> None:
        """One of SPEEDS, from now on."""
        if speed != self.speed:
            self.speed = speed
            self._go_on_otherwise()

    def repeat(self, is_repeating: bool) -> None:
        """Whether what is played begins anew at its end."""
        if is_repeating != self.is_repeating:
            self.is_repeating = is_repeating
            self._go_on_otherwise()

    def _go_on_otherwise(self) -> None:
        if self.is_playing:
            self._start(self.position_s)
        else:
            self.changed.emit()

    def _start(self, from_s: float) -> None:
        recording, speed = self.recording, self.speed
        assert recording is not None, "there is something to play"
        self._drop_player()
        self.is_playing = True
        first_s, last_s = self._stretch_s
        again_from_s = max(0.0, first_s - _LEAD_IN_S) if self.is_repeating else None
        until_s = None if last_s is None else last_s + _TAIL_S
        self._show_position(from_s)
        self.changed.emit()

        def work(job: Job) -> None:
            from app.capture import Player

            self._player = Player(
                recording.path,
                on_position=lambda position_s: job.report(self._show_position, position_s),
                on_end=lambda: job.report(self._end, None),
                on_problem=lambda problem: job.report(self._fail, problem),
            )
            self._player.play(max(0.0, from_s - _LEAD_IN_S), until_s, speed=speed, again_from_s=again_from_s)

        self._job = self._desk.sound.submit(work, failed=self._fail)

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
        first_s, last_s = self._stretch_s
        inside_s = max(first_s, position_s if last_s is None else min(position_s, last_s - _INSIDE_S))
        word = word_at(self._words, inside_s)
        if word != self.word:
            self.word = word
            self.word_changed.emit()

    def _end(self, _nothing: None) -> None:
        self.stop()

    def _fail(self, problem: OtoscribeError) -> None:
        self.stop()
        self._messages.warn("loudspeaker", problem)
