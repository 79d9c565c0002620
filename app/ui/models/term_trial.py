"""A term tried by saying it: what is heard without the lexicons and with those that are on."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.ui.models.recognition import RecognitionModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.capture import RecordedAudio, Recorder


class TrialState(StrEnum):
    """IDLE → LISTENING → WRITING → IDLE."""

    IDLE = "idle"
    LISTENING = "listening"
    WRITING = "writing"


class TermTrialModel(QObject):
    """`changed`: another state or result. `level_changed`: dBFS of what the microphone hears.

    The recording lies in a folder of its own and is thrown away.
    """

    changed = Signal()
    level_changed = Signal(float)

    def __init__(self, desk: Desk, recognition: RecognitionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._recognition = recognition
        self._recorder: Recorder | None = None  # this and the next are touched by the sound lane alone
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self.state = TrialState.IDLE
        self.without: str | None = None
        self.with_lexicons: str | None = None
        self.problem: OtoscribeError | None = None

    def toggle(self) -> None:
        """Listens; asked again, writes down what was said."""
        if self.state is TrialState.IDLE:
            self._listen()
        elif self.state is TrialState.LISTENING:
            self._show(TrialState.WRITING)
            self._desk.sound.submit(self._stop, self._write, self._fail)

    def end(self) -> None:
        """Lets go of the microphone and of what was recorded."""
        self._desk.sound.submit(self._clean)
        self._show(TrialState.IDLE)

    def _listen(self) -> None:
        self.without = self.with_lexicons = self.problem = None
        self._show(TrialState.LISTENING)
        microphone_id = self._desk.settings.microphone

        def work(job: Job) -> None:
            from app.capture import Recorder

            self._clean(job)
            self._scratch = tempfile.TemporaryDirectory(prefix="otoscribe-term-")
            self._recorder = Recorder(
                Path(self._scratch.name),
                microphone_id=microphone_id,
                on_level=lambda level: job.report(self.level_changed.emit, level),
                on_problem=lambda problem: job.report(self._fail, problem),
            )
            self._recorder.start()

        self._desk.sound.submit(work, failed=self._fail)

    def _stop(self, _job: Job) -> RecordedAudio:
        if self._recorder is None:
            raise OtoscribeError("Nothing was recorded", "Press Record and say the term.")
        recorder, self._recorder = self._recorder, None
        return recorder.stop()

    def _write(self, audio: RecordedAudio) -> None:
        self._recognition.compare(audio.path, self._take, self._fail)

    def _clean(self, _job: Job) -> None:
        from app.capture import RecorderState

        if self._recorder is not None and self._recorder.state != RecorderState.IDLE:
            self._recorder.discard()
        self._recorder = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _take(self, texts: tuple[str, str]) -> None:
        self.without, self.with_lexicons = texts
        self.end()

    def _fail(self, problem: OtoscribeError) -> None:
        self.problem = problem
        self.end()

    def _show(self, state: TrialState) -> None:
        self.state = state
        self.changed.emit()
