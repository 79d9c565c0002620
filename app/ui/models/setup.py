"""The first-run page: does the microphone hear, is the model there, is there room on the disk."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.paths import data_folder, models_folder
from app.translation import describe_phrase, describe_problem, describe_what, number, percent, translate
from app.ui.models.recognition import ModelState, RecognitionModel
from app.ui.models.recording import SILENCE_DBFS, RecordingModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.capture import Recorder

# An hour of 48 kHz mono PCM16 is 330 MiB: room for a day of dictation before it gets tight.
ENOUGH_BYTES = 2 * 1024**3
# Room noise at a usual gain stays below this; a voice at arm's length does not.
HEARD_DBFS = -45.0


class Check(StrEnum):
    """How one of the three checks stands."""

    WAITING = "waiting"
    GOOD = "good"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """A check and what it says, with the next step where one is needed."""

    check: Check
    line: str


class PullCancelledError(Exception):
    """Raised into the store's progress to stop a download that the user cancelled."""


class SetupModel(QObject):
    """`changed`: another finding; `level_changed`: dBFS of the microphone under test."""

    changed = Signal()
    level_changed = Signal(float)

    def __init__(
        self, desk: Desk, recording: RecordingModel, recognition: RecognitionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._recording = recording
        self._recognition = recognition
        self._listening: Job | None = None
        self._recorder: Recorder | None = None  # this and the next are touched by the sound lane alone
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._pull: Job | None = None
        self._has_heard = False
        self._microphone_problem: OtoscribeError | None = None
        self._pull_problem: OtoscribeError | None = None
        self._free_bytes: int | None = None
        self.pull_progress = 0.0
        self.pull_stage = ""
        recognition.changed.connect(self.changed)
        recording.microphones_changed.connect(self._microphones_changed)

    @property
    def microphone(self) -> Finding:
        if self._recording.are_microphones_known and not self._recording.microphones:
            return Finding(
                Check.PROBLEM, translate("SetupModel", "No microphone was found. Plug one in and press Look again.")
            )
        if self._microphone_problem is not None:
            return Finding(Check.PROBLEM, describe_problem(self._microphone_problem))
        if self._has_heard:
            return Finding(Check.GOOD, translate("SetupModel", "The microphone hears you."))
        return Finding(
            Check.WAITING, translate("SetupModel", "Say a few words: the bar should move well into the middle.")
        )

    @property
    def model(self) -> Finding:
        name = self._desk.settings.model_name
        if self._pull is not None:
            stage = describe_phrase(self.pull_stage or "Getting the model")
            return Finding(Check.WAITING, f"{stage}: {percent(self.pull_progress)}")
        if self._recognition.state == ModelState.READY:
            return Finding(Check.GOOD, translate("SetupModel", "The speech model {name} is ready.", name=name))
        if self._pull_problem is not None:
            return Finding(Check.PROBLEM, describe_problem(self._pull_problem))
        if self._recognition.state == ModelState.UNAVAILABLE:
            what = describe_what(self._recognition.problem) if self._recognition.problem else name
            return Finding(
                Check.PROBLEM,
                translate("SetupModel", "{what}. Press Get the model; it is downloaded once.", what=what),
            )
        return Finding(Check.WAITING, translate("SetupModel", "The speech model is being loaded."))

    @property
    def disk(self) -> Finding:
        if self._free_bytes is None:
            return Finding(Check.WAITING, translate("SetupModel", "Looking at the disk."))
        free = translate("SetupModel", "{size} GB free", size=number(self._free_bytes / 1e9, 1))
        if self._free_bytes < ENOUGH_BYTES:
            return Finding(
                Check.PROBLEM,
                translate("SetupModel", "Only {free}. Free some space: a long dictation needs up to 2 GB.", free=free),
            )
        return Finding(Check.GOOD, translate("SetupModel", "{free}, enough for recordings and notes.", free=free))

    @property
    def is_pulling(self) -> bool:
        return self._pull is not None

    @property
    def can_pull(self) -> bool:
        return not self.is_pulling and self._recognition.state == ModelState.UNAVAILABLE

    @property
    def pull_label(self) -> str:
        """With its accelerator."""
        if self._pull_problem is not None:
            return translate("SetupModel", "&Try again")
        return translate("SetupModel", "&Get the model")

    @property
    def is_good(self) -> bool:
        """Nothing keeps the user from dictating."""
        return all(finding.check != Check.PROBLEM for finding in (self.microphone, self.model, self.disk))

    def begin(self) -> None:
        """The page is shown: look at the disk and listen to the microphone."""
        self._desk.files.submit(_free_bytes, self._take_free_bytes, self._lack_disk)
        self._recording.list_microphones()
        self._listen()

    def end(self) -> None:
        """The page is left: the microphone is let go. A download goes on."""
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
            self._desk.sound.submit(self._stop_listening)

    def look_again(self) -> None:
        self._recording.list_microphones()
        self._listen()

    def pull(self) -> None:
        """Gets the model of the settings, and loads it."""
        if self._pull is not None:
            return
        name = self._desk.settings.model_name
        self._pull_problem, self.pull_progress, self.pull_stage = None, 0.0, ""

        def work(job: Job) -> None:
            from speech.store import ModelStore

            def advance(fraction: float, stage: str) -> None:
                if job.is_cancelled:
                    raise PullCancelledError
                job.report(self._advance, (fraction, stage))

            try:
                ModelStore(models_folder()).pull(name, advance)
            except PullCancelledError:
                return

        self._pull = self._desk.downloads.submit(work, self._end_pull, self._fail_pull)
        self.changed.emit()

    def cancel_pull(self) -> None:
        """Stops the download at its next step; what is there is continued next time."""
        if self._pull is not None:
            self._pull.cancel()
            self._pull = None
            self.changed.emit()

    def _microphones_changed(self) -> None:
        self.changed.emit()
        if self._listening is not None:
            self._listen()

    def _listen(self) -> None:
        """Listens to the chosen microphone; what is heard goes to a folder of its own and is thrown away."""
        self.end()
        if self._recording.is_active:
            return
        self._has_heard, self._microphone_problem = False, None
        microphone_id = self._desk.settings.microphone

        def work(job: Job) -> None:
            from app.capture import Recorder

            self._scratch = tempfile.TemporaryDirectory(prefix="otoscribe-level-")
            self._recorder = Recorder(
                Path(self._scratch.name),
                microphone_id=microphone_id,
                on_level=lambda level: job.report(self._show_level, level),
                on_problem=lambda problem: job.report(self._lack_microphone, problem),
            )
            self._recorder.start()

        self._listening = self._desk.sound.submit(work, failed=self._lack_microphone)
        self.changed.emit()

    def _stop_listening(self, _job: Job) -> None:
        from app.capture import RecorderState

        if self._recorder is not None:
            if self._recorder.state != RecorderState.IDLE:
                self._recorder.discard()
            self._recorder = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _show_level(self, level_dbfs: float) -> None:
        self.level_changed.emit(level_dbfs)
        if level_dbfs > HEARD_DBFS and not self._has_heard:
            self._has_heard = True
            self.changed.emit()

    def _lack_microphone(self, problem: OtoscribeError) -> None:
        self._microphone_problem = problem
        self.level_changed.emit(SILENCE_DBFS)
        self.changed.emit()

    def _take_free_bytes(self, free_bytes: int) -> None:
        self._free_bytes = free_bytes
        self.changed.emit()

    def _lack_disk(self, _problem: OtoscribeError) -> None:
        self._free_bytes = 0
        self.changed.emit()

    def _advance(self, done: tuple[float, str]) -> None:
        self.pull_progress, self.pull_stage = done
        self.changed.emit()

    def _end_pull(self, _nothing: None) -> None:
        self._pull = None
        self._recognition.load()
        self.changed.emit()

    def _fail_pull(self, problem: OtoscribeError) -> None:
        self._pull, self._pull_problem = None, problem
        self.changed.emit()


def _free_bytes(_job: Job) -> int:
    try:
        return shutil.disk_usage(data_folder()).free
    except OSError as error:
        raise OtoscribeError("The disk cannot be read", "Check that the data folder can be reached.") from error
