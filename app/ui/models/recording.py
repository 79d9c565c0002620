"""The microphone: which one, how loud, recording or not. What is recorded goes to disk at once and to its note."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.paths import spool_folder
from app.translation import translate
from app.ui.models.messages import Action, Messages
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.capture import Microphone, RecordedAudio, Recorder
    from app.desk.live import LiveSound

T = TypeVar("T")

SILENCE_DBFS = -96.0
_TICK_MS = 200


class RecordingState(StrEnum):
    """As the recorder's states, and STARTING and STOPPING while its lane works on it."""

    IDLE = "idle"
    STARTING = "starting"
    RECORDING = "recording"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    STOPPING = "stopping"


class RecordingModel(QObject):
    """`changed`: another state or elapsed second; `level_changed`: dBFS; `microphones_changed`: another list or choice.

    `finished` is told what was recorded; whoever hears it puts it into the record.
    """

    changed = Signal()
    level_changed = Signal(float)
    microphones_changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recorder: Recorder | None = None
        self._sound: LiveSound | None = None
        self._begun: Callable[[Path], None] | None = None
        self._finished: Callable[[RecordedAudio], None] | None = None
        self.state = RecordingState.IDLE
        self.microphones: tuple[Microphone, ...] = ()
        self.are_microphones_known = False
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.changed)

    @property
    def is_active(self) -> bool:
        """Between pressing Record and the recording lying on disk as a whole."""
        return self.state != RecordingState.IDLE

    @property
    def elapsed_s(self) -> float:
        return self._recorder.elapsed_s if self._recorder is not None else 0.0

    @property
    def can_record(self) -> bool:
        return self.state == RecordingState.IDLE

    @property
    def can_toggle(self) -> bool:
        return self.state not in (RecordingState.STARTING, RecordingState.STOPPING)

    @property
    def can_stop(self) -> bool:
        return self.state in (RecordingState.RECORDING, RecordingState.PAUSED, RecordingState.INTERRUPTED)

    @property
    def chosen_microphone(self) -> str | None:
        """The id of the microphone in the settings, None for the system's default."""
        return self._desk.settings.microphone

    def list_microphones(self) -> None:
        """Reads the list anew, unless a recording is under way."""
        if self.state != RecordingState.IDLE:
            return

        def work(job: Job) -> list[Microphone]:
            from app.capture import microphones

            return microphones()

        self._desk.sound.submit(work, self._take_microphones, self._lack_microphones)

    def choose_microphone(self, microphone_id: str | None) -> None:
        """From the next recording on; None for the system's default."""
        if microphone_id != self._desk.settings.microphone:
            self._desk.change_settings(
                lambda problem: self._messages.warn("settings", problem), microphone=microphone_id
            )
            self.microphones_changed.emit()

    def start(self, begun: Callable[[Path], None], finished: Callable[[RecordedAudio], None], sound: LiveSound) -> None:
        """Begins to record; `begun` gets the file that it goes into, `finished` the recording when it was stopped.
        `sound` is handed what is heard, once that is on disk, and told when it pauses and ends."""
        if self.state != RecordingState.IDLE:
            return
        self._begun, self._finished, self._sound = begun, finished, sound
        self._messages.clear("microphone")
        self._set(RecordingState.STARTING)
        microphone_id, has_cues = self.chosen_microphone, self._desk.settings.cues

        def work(job: Job) -> Recorder:
            from app.capture import Recorder

            recorder = Recorder(
                spool_folder(),
                microphone_id=microphone_id,
                on_level=lambda level: job.report(self._show_level, level),
                on_problem=lambda problem: job.report(self._interrupt, problem),
                listener=sound.take_in,
            )
            if has_cues:
                _play_cue("BEGIN")
            recorder.start()
            return recorder

        self._desk.sound.submit(work, self._take_recorder, self._fail_to_start)

    def pause(self) -> None:
        if self.state == RecordingState.RECORDING and self._recorder is not None:
            work = self._before_cue(self._recorder.pause)
            self._desk.sound.submit(work, self._follow_recorder, self._interrupt)

    def resume(self) -> None:
        if self.state in (RecordingState.PAUSED, RecordingState.INTERRUPTED) and self._recorder is not None:
            recorder, has_cues = self._recorder, self._desk.settings.cues
            self._messages.clear("microphone")

            def work(job: Job) -> None:
                if has_cues:
                    _play_cue("BEGIN")
                recorder.resume()

            self._desk.sound.submit(work, self._follow_recorder, self._interrupt)

    def stop(self) -> None:
        """Ends the recording; nothing that was said before is lost, however long the disk takes."""
        if self.can_stop and self._recorder is not None:
            work = self._before_cue(self._recorder.stop)
            self._set(RecordingState.STOPPING)
            self._desk.sound.submit(work, self._finish, self._fail_to_stop)

    def cancel(self) -> None:
        """Ends the recording and deletes its sound."""
        if self.can_stop and self._recorder is not None:
            work = self._before_cue(self._recorder.discard)
            self._set(RecordingState.STOPPING)
            self._desk.sound.submit(work, lambda _nothing: self._reset(), self._fail_to_stop)

    def _before_cue(self, end: Callable[[], T]) -> Callable[[Job], T]:
        """Lets go of the microphone and then plays the cue; in between nothing waits for it."""
        has_cues, sound = self._desk.settings.cues, self._desk.sound

        def work(job: Job) -> T:
            ended = end()
            if has_cues:
                sound.submit(lambda _job: _play_cue("END"))
            return ended

        return work

    def _take_microphones(self, found: list[Microphone]) -> None:
        self.are_microphones_known = True
        if tuple(found) != self.microphones:
            self.microphones = tuple(found)
            if found:
                self._messages.clear("microphone")
        self.microphones_changed.emit()

    def _lack_microphones(self, problem: OtoscribeError) -> None:
        self.microphones, self.are_microphones_known = (), True
        self.microphones_changed.emit()
        self._messages.warn(
            "microphone", problem, Action(translate("RecordingModel", "Look again"), self.list_microphones)
        )

    def _take_recorder(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._tick.start()
        if self._begun is not None and recorder.path is not None:
            self._begun(recorder.path)
        self._follow_recorder()

    def _fail_to_start(self, problem: OtoscribeError) -> None:
        self._reset()
        self._messages.warn(
            "microphone", problem, Action(translate("RecordingModel", "Look for microphones"), self.list_microphones)
        )

    def _follow_recorder(self, _done: None = None) -> None:
        if self._recorder is not None and self.state != RecordingState.STOPPING:
            state = RecordingState(self._recorder.state.value)
            if state != RecordingState.RECORDING and self._sound is not None:
                self._sound.pause()
            self._set(state if state != RecordingState.IDLE else RecordingState.INTERRUPTED)

    def _interrupt(self, problem: OtoscribeError) -> None:
        """The device or the disk failed; what was recorded until then is on disk."""
        self._follow_recorder()
        self.level_changed.emit(SILENCE_DBFS)
        if self.state == RecordingState.INTERRUPTED:
            self._messages.warn(
                "microphone",
                problem,
                Action(translate("RecordingModel", "Go on recording"), self.resume),
                Action(translate("RecordingModel", "Stop and write it down"), self.stop),
            )
        else:
            self._messages.warn("microphone", problem)

    def _finish(self, audio: RecordedAudio) -> None:
        self._end_sound()
        if self._finished is not None:
            self._finished(audio)
        self._reset()

    def _fail_to_stop(self, problem: OtoscribeError) -> None:
        self._reset()
        self._messages.warn("microphone", problem)

    def _end_sound(self) -> None:
        if self._sound is not None:
            self._sound.end()
            self._sound = None

    def _reset(self) -> None:
        self._end_sound()
        self._recorder, self._begun, self._finished = None, None, None
        self._tick.stop()
        self.level_changed.emit(SILENCE_DBFS)
        self._set(RecordingState.IDLE)

    def _show_level(self, level_dbfs: float) -> None:
        if self.state == RecordingState.RECORDING:
            self.level_changed.emit(level_dbfs)

    def _set(self, state: RecordingState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()


def _play_cue(name: str) -> None:
    from app.capture.cues import Cue, play_cue

    play_cue(Cue[name])


def elapsed_text(seconds: float) -> str:
    """1:02:03, or 02:03 below an hour."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
