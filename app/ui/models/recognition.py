"""The model and the recordings that wait for it: loaded behind the window, worked through one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.adapted import open_model
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.dictation import WrittenTranscript, write_transcript
from app.records import Recording
from app.ui.models.messages import Messages
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from speech.recognizer import Recognizer


class ModelState(StrEnum):
    """UNKNOWN → LOADING → READY or UNAVAILABLE; an unavailable model can be fetched or loaded again."""

    UNKNOWN = "unknown"
    LOADING = "loading"
    READY = "ready"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class _Waiting:
    recording: Recording
    done: Callable[[Recording, WrittenTranscript], None]
    dropped: Callable[[OtoscribeError | None], None]


class RecognitionModel(QObject):
    """`changed`: another model state, another recording under way, or more of it done."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognizer: Recognizer | None = None
        self._queue: deque[_Waiting] = deque()
        self._current: _Waiting | None = None
        self._job: Job | None = None
        self.state = ModelState.UNKNOWN
        self.problem: OtoscribeError | None = None
        self.progress = 0.0

    @property
    def recognizer(self) -> Recognizer | None:
        """The loaded model, for use in the recognition lane only."""
        return self._recognizer

    @property
    def is_busy(self) -> bool:
        """A recording is being recognised or waits for the model."""
        return self._current is not None or bool(self._queue)

    @property
    def waiting_ids(self) -> frozenset[int]:
        """The recordings under way and in the queue."""
        under_way = [self._current] if self._current is not None else []
        return frozenset(waiting.recording.id for waiting in (*under_way, *self._queue))

    @property
    def line(self) -> str:
        """What is going on, in words."""
        if self.state == ModelState.LOADING and self.is_busy:
            return "Loading the speech model; your recording is next."
        if self._current is None:
            return ""
        more = f", {len(self._queue)} more waiting" if self._queue else ""
        return f"Writing down your dictation: {self.progress:.0%}{more}"

    def load(self) -> None:
        """Loads the model of the settings in its lane; a model that is there already is exchanged."""
        if self.state == ModelState.LOADING:
            return
        self.state, self.problem = ModelState.LOADING, None
        self.changed.emit()
        name = self._desk.settings.model

        def work(job: Job) -> Recognizer:
            from speech.recognizer import Recognizer

            return Recognizer.open(open_model(name))

        self._desk.recognition.submit(work, self._take_recognizer, self._lack_recognizer)

    def use_lexicons(self) -> None:
        """Takes the lexicons that are on now for the recordings to come; one under way keeps those it began with."""
        recognizer = self._recognizer
        if recognizer is None:
            return

        def work(job: Job) -> None:
            from app.desk.lexicons import open_corrector, open_store

            recognizer.corrector = open_corrector(open_store())

        self._desk.recognition.submit(work, failed=lambda problem: self._messages.warn("lexicons", problem))

    def compare(
        self, path: Path, done: Callable[[tuple[str, str]], None], failed: Callable[[OtoscribeError], None]
    ) -> None:
        """The text of a recording without the lexicons and with those that are on; nothing is kept."""
        recognizer, settings = self._recognizer, self._desk.settings
        if recognizer is None:
            failed(self.problem or OtoscribeError("The speech model is not loaded yet", "Try again in a moment."))
            return

        def work(job: Job) -> tuple[str, str]:
            def write() -> str:
                heard = recognizer.transcribe(path, language=settings.language)
                return write_transcript(heard, settings.formatting_options).text

            with_lexicons = write()
            corrector, recognizer.corrector = recognizer.corrector, None
            try:
                return write(), with_lexicons
            finally:
                recognizer.corrector = corrector

        self._desk.recognition.submit(work, done, failed)

    def enqueue(
        self,
        recording: Recording,
        done: Callable[[Recording, WrittenTranscript], None],
        dropped: Callable[[OtoscribeError | None], None],
    ) -> None:
        """Turns a recording into text as soon as the model is free; `done` gets it once the record holds it.

        `dropped` is called instead when it failed (with the problem) or was cancelled (with None).
        """
        if recording.id in self.waiting_ids:
            dropped(None)
            return
        self._queue.append(_Waiting(recording, done, dropped))
        if self.state == ModelState.UNAVAILABLE:
            self.load()
        self._next()

    def cancel(self) -> None:
        """Stops everything that is under way or waits. The recordings stay with their notes."""
        if self._job is not None:
            self._job.cancel()
        self._drop(None)

    def _take_recognizer(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.state, self.problem = ModelState.READY, None
        self._messages.clear("model")
        self.use_lexicons()
        self.changed.emit()
        self._next()

    def _lack_recognizer(self, problem: OtoscribeError) -> None:
        self._recognizer = None
        self.state, self.problem = ModelState.UNAVAILABLE, problem
        self._drop(problem)

    def _next(self) -> None:
        if self._current is not None or not self._queue or self._recognizer is None:
            self.changed.emit()
            return
        waiting = self._current = self._queue.popleft()
        recognizer, settings = self._recognizer, self._desk.settings
        self.progress = 0.0
        self.changed.emit()

        def work(job: Job) -> WrittenTranscript:
            heard = recognizer.transcribe(
                waiting.recording.path,
                language=settings.language,
                on_progress=lambda fraction: job.report(self._advance, fraction),
                is_cancelled=lambda: job.is_cancelled,
            )
            return write_transcript(heard, settings.formatting_options)

        self._job = self._desk.recognition.submit(work, self._keep, self._fail)

    def _advance(self, fraction: float) -> None:
        if round(fraction, 2) != round(self.progress, 2):
            self.progress = fraction
            self.changed.emit()

    def _keep(self, written: WrittenTranscript) -> None:
        waiting = self._current
        if waiting is None:
            return
        author = self._desk.author
        self._desk.ask_records(
            lambda store: store.set_transcript(waiting.recording.id, written.heard, author=author),
            lambda recording: self._hand_over(waiting, recording, written),
            lambda problem: self._hand_over(waiting, waiting.recording, written, problem),
        )

    def _hand_over(
        self, waiting: _Waiting, recording: Recording, written: WrittenTranscript, problem: OtoscribeError | None = None
    ) -> None:
        if self._current is not waiting:
            return
        if problem is not None:
            self._messages.warn("transcript", problem)
        if not written.text:
            self._messages.tell(
                "nothing heard",
                "No words were heard in this recording. Check the microphone's level; the sound is kept with the note.",
            )
        waiting.done(recording, written)
        self._end_current()
        self._next()

    def _fail(self, problem: OtoscribeError) -> None:
        waiting = self._current
        self._end_current()
        if waiting is not None:
            waiting.dropped(problem)
        self._next()

    def _drop(self, problem: OtoscribeError | None) -> None:
        """Everything under way and in the queue ends here."""
        dropped = [*([self._current] if self._current is not None else []), *self._queue]
        self._queue.clear()
        self._end_current()
        for waiting in dropped:
            waiting.dropped(problem)

    def _end_current(self) -> None:
        self._current, self._job, self.progress = None, None, 0.0
        self.changed.emit()
