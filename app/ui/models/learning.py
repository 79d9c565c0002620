"""Learning from corrections in the window: gathered from signed notes where the author wants that, decided on, and
learned in a process beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.ui.models.messages import Messages
from app.ui.models.playback import PlaybackModel
from app.ui.models.recognition import RecognitionModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from adaptation.learning import Progress, Promotion
    from app.desk.gathering import Heard
    from app.desk.lanes import Job
    from app.desk.learning import State
    from app.desk.training import TrainingBeside
    from app.records import Recording, RecordStore
    from app.records.gathered import GatheredClip


class LearningModel(QObject):
    """`changed`: something else is gathered, decided or learned. `advanced`: a training is further."""

    changed = Signal()
    advanced = Signal()

    def __init__(
        self,
        desk: Desk,
        messages: Messages,
        recognition: RecognitionModel,
        playback: PlaybackModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition
        self._playback = playback
        self._training: Job | None = None
        self._beside: TrainingBeside | None = None
        self.state: State | None = None
        self.progress: Progress | None = None

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

    # --- what is gathered, and what is to become of it

    @property
    def is_on(self) -> bool:
        """Whether corrections are gathered at signing."""
        return self._desk.settings.learning

    @property
    def is_training(self) -> bool:
        return self._training is not None

    def switch(self, is_on: bool) -> None:
        """Gathers corrections from now on, or no more; what is gathered stays."""
        if is_on != self.is_on:
            self._desk.change_settings(self._warn, learning=is_on)
            self.changed.emit()

    def refresh(self) -> None:
        """Reads anew what is gathered and what was learned."""
        author, model = self._desk.author, self._desk.settings.model_name

        def read(store: RecordStore) -> State:
            from app.desk.learning import look

            return look(store, author, model)

        self._desk.ask_records(read, self._take, self._warn)

    def decide(self, correction_id: int, kind: str) -> None:
        """The author says what a correction is."""
        self._desk.ask_records(lambda store: store.learning.decide(correction_id, kind), self._look, self._warn)

    def play(self, clip: GatheredClip) -> None:
        """Plays the recording from the clip on."""

        def find(store: RecordStore) -> Recording | None:
            return next((each for each in store.recordings(clip.note_id) if each.id == clip.recording_id), None)

        def start(recording: Recording | None) -> None:
            if recording is not None:
                self._playback.play(recording, (), clip.start_s)

        self._desk.ask_records(find, start, self._warn)

    def purge(self) -> None:
        """Removes what was gathered from this author."""
        author = self._desk.author

        def work(store: RecordStore) -> int:
            from app.desk.learning import purge

            return purge(store, author)

        self._desk.ask_records(work, self._look, self._warn)

    def roll_back(self) -> None:
        """Back to the version before, or to the plain model, and writes with that at once."""
        model = self._desk.settings.model_name

        def work(job: Job) -> None:
            from app.desk.learning import open_adapters

            open_adapters().roll_back(model)

        self._desk.files.submit(work, self._use_other, self._warn)

    def train(self) -> None:
        """Learns from what is gathered, in a process beside the window."""
        if self.is_training:
            return
        author, settings = self._desk.author, self._desk.settings
        language = "en" if settings.language == "auto" else settings.language
        from app.desk.training import TrainingBeside

        training = self._beside = TrainingBeside(author, settings.model_name, language)
        self.progress = None

        def work(job: Job) -> Promotion | None:
            return training.run(lambda progress: job.report(self._advance, progress))

        self._training = self._desk.training.submit(work, self._finish, self._fail)
        self.changed.emit()

    def cancel(self) -> None:
        """Ends the training under way; the next one goes on where it was."""
        if self._training is not None:
            self._training.cancel()
            if self._beside is not None:
                self._beside.stop()
            self._training, self.progress = None, None
            self.changed.emit()

    def _advance(self, progress: Progress) -> None:
        self.progress = progress
        self.advanced.emit()

    def _finish(self, promotion: Promotion | None) -> None:
        self._training, self.progress = None, None
        if promotion is not None and promotion.verdict.passed:
            self._use_other(None)
        else:
            self.refresh()

    def _fail(self, problem: OtoscribeError) -> None:
        self._training, self.progress = None, None
        self._warn(problem)
        self.refresh()

    def _use_other(self, _nothing: None) -> None:
        self._recognition.load()
        self.refresh()

    def _look(self, _answer: object) -> None:
        self.refresh()

    def _take(self, state: State) -> None:
        self.state = state
        self.changed.emit()

    def _warn(self, problem: OtoscribeError) -> None:
        self._messages.warn("learning", problem)
