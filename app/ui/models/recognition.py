"""The model, the dictation under way and the recordings that wait for it: loaded behind the window, one at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.desk.live_text import Addition, Piece
from app.desk.live_utterances import LiveListener, Order
from app.desk.rewriting import WrittenRecording, place_words, write_recording
from app.desk.unfinished import HeldPart, Rest, write_rest
from app.dictation import write_transcript
from app.dictation.commands import OwnPhrase
from app.records import Recording
from app.translation import number, percent, translate
from app.ui.models.messages import Messages
from speech.errors import OtoscribeError
from speech.transcript import Transcript

if TYPE_CHECKING:
    from app.desk.live import LiveSound
    from speech.recognizer import Recognizer

T = TypeVar("T")

_SHOWN_S = 2.0  # of sound behind the end of a dictation: less is written down at once


class ModelState(StrEnum):
    """UNKNOWN → LOADING → READY or UNAVAILABLE; an unavailable model can be fetched or loaded again."""

    UNKNOWN = "unknown"
    LOADING = "loading"
    READY = "ready"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class _Waiting:
    recording: Recording
    done: Callable[[Recording, Rest], None]
    dropped: Callable[[OtoscribeError | None], None]
    held: HeldPart | None


@dataclass(frozen=True)
class Listener:
    """Who hears, in the window's thread, of a dictation under way; see LiveListener. At its end either `done` gets
    all of it or `failed` the problem, which is None where it was cancelled."""

    partial: Callable[[Piece], None]
    final: Callable[[Addition], None]
    order: Callable[[Order], None]
    delay: Callable[[float], None]
    done: Callable[[Transcript], None]
    failed: Callable[[OtoscribeError | None], None]


@dataclass
class _Live:
    sound: LiveSound
    listener: Listener
    job: Job | None = None
    is_ending: bool = False


class RecognitionModel(QObject):
    """`changed`: another model state, another recording under way, or more of it done."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognizer: Recognizer | None = None
        self._live: list[_Live] = []
        self._queue: deque[_Waiting] = deque()
        self._current: _Waiting | None = None
        self._job: Job | None = None
        self.state = ModelState.UNKNOWN
        self.problem: OtoscribeError | None = None
        self.progress = 0.0
        self.own_phrases: tuple[OwnPhrase, ...] = ()  # of the user's, heard as commands

    @property
    def recognizer(self) -> Recognizer | None:
        """The loaded model, for use in the recognition lane only."""
        return self._recognizer

    @property
    def is_busy(self) -> bool:
        """A recording is being recognised or waits for the model, or the end of a dictation is."""
        return self._current is not None or bool(self._queue) or self.is_ending

    @property
    def is_ending(self) -> bool:
        """A dictation is over and its last words are being written down."""
        return any(live.is_ending for live in self._live)

    @property
    def waiting_ids(self) -> frozenset[int]:
        """The recordings under way and in the queue."""
        under_way = [self._current] if self._current is not None else []
        return frozenset(waiting.recording.id for waiting in (*under_way, *self._queue))

    @property
    def line(self) -> str:
        """What is going on, in words."""
        if self.state == ModelState.LOADING and self.is_busy:
            return translate("RecognitionModel", "Loading the speech model; your recording is next.")
        if self.is_ending:
            waiting_s = sum(live.sound.waiting_s for live in self._live if live.is_ending)
            if waiting_s < _SHOWN_S:
                return ""
            return translate(
                "RecognitionModel", "Writing down the last {seconds} s of your dictation", seconds=number(waiting_s)
            )
        if self._current is None:
            return ""
        line = translate("RecognitionModel", "Writing down your dictation: {share}", share=percent(self.progress))
        if not self._queue:
            return line
        return translate("RecognitionModel", "{line}, %n more waiting", n=len(self._queue), line=line)

    def load(self) -> None:
        """Loads the model of the settings in its lane; a model that is there already is exchanged."""
        if self.state == ModelState.LOADING:
            return
        self.state, self.problem = ModelState.LOADING, None
        self.changed.emit()
        name = self._desk.settings.model_name

        def work(job: Job) -> tuple[Recognizer, OtoscribeError | None]:
            from app.adapted import find_model
            from speech.recognizer import Recognizer

            model, misfit = find_model(name)
            return Recognizer.open(model), misfit

        self._desk.recognition.submit(work, self._take_recognizer, self._lack_recognizer)

    def use_lexicons(self) -> None:
        """Takes the lexicons that are on now for the recordings to come; one under way keeps those it began with."""
        recognizer = self._recognizer
        if recognizer is None:
            return

        def work(job: Job) -> None:
            from app.desk.lexicons import open_corrector, open_store

            corrector = open_corrector(open_store())
            if corrector is not None:
                corrector.prepare(recognizer.vocabulary)  # so that the first utterance need not wait for it
            recognizer.corrector = corrector

        self._desk.recognition.submit(work, failed=lambda problem: self._messages.warn("lexicons", problem))

    def listen(self, sound: LiveSound, listener: Listener) -> None:
        """Writes down a dictation while it goes on. A recording under way gives way and begins anew afterwards."""
        if self.state == ModelState.UNAVAILABLE:
            listener.failed(self.problem)
            return
        self._live.append(_Live(sound, listener))
        if self._job is not None and self._current is not None:
            self._job.cancel()
            self._queue.appendleft(self._current)
            self._end_current()
        self._begin_live()

    def end_listening(self, sound: LiveSound) -> None:
        """The sound has ended; what has not been written down yet soon is."""
        for live in self._live:
            live.is_ending = live.is_ending or live.sound is sound
        self.changed.emit()

    def _begin_live(self) -> None:
        """Hands every dictation that waited for the model to its lane."""
        for live in self._live:
            if live.job is None and self._recognizer is not None:
                live.job = self._submit_live(live, self._recognizer)

    def _submit_live(self, live: _Live, recognizer: Recognizer) -> Job:
        settings, listener, own = self._desk.settings, live.listener, self.own_phrases

        def work(job: Job) -> Transcript:
            from app.desk.live import write_live

            heard = LiveListener(
                partial=lambda piece: job.report(listener.partial, piece),
                final=lambda addition: job.report(listener.final, addition),
                order=lambda order: job.report(listener.order, order),
                delay=lambda behind_s: job.report(listener.delay, behind_s),
            )
            options = settings.formatting_options
            try:
                return write_live(recognizer, live.sound, settings.language, options, heard, own)
            except OtoscribeError:
                raise
            except Exception:
                job.report(lambda _bug: self._end_live(live, None), None)
                raise

        return self._desk.recognition.submit(
            work, lambda heard: self._end_live(live, heard), lambda problem: self._end_live(live, None, problem)
        )

    def _end_live(self, live: _Live, heard: Transcript | None, problem: OtoscribeError | None = None) -> None:
        self._live.remove(live)
        live.sound.cancel()
        if heard is not None:
            live.listener.done(heard)
        else:
            live.listener.failed(problem)
        self._next()

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
        done: Callable[[Recording, Rest], None],
        dropped: Callable[[OtoscribeError | None], None],
        held: HeldPart | None = None,
    ) -> None:
        """Turns a recording, or what is missing of it behind what is `held`, into text as soon as the model is free;
        `done` gets it once the record holds it.

        `dropped` is called instead when it failed (with the problem) or was cancelled (with None).
        """
        if recording.id in self.waiting_ids:
            dropped(None)
            return
        self._queue.append(_Waiting(recording, done, dropped, held))
        if self.state == ModelState.UNAVAILABLE:
            self.load()
        self._next()

    def submit_behind(
        self,
        work: Callable[[Recognizer, Job], T],
        done: Callable[[T], None],
        failed: Callable[[OtoscribeError], None],
    ) -> Job | None:
        """Work with the loaded model that lets all other recognition go first, as `Job.give_way` says; None while
        there is no model."""
        recognizer = self._recognizer
        if recognizer is None:
            return None
        return self._desk.recognition.submit(lambda job: work(recognizer, job), done, failed, is_behind=True)

    @property
    def is_in_use(self) -> bool:
        """Somebody dictates or waits for a text: what runs behind that stands still."""
        return bool(self._live) or self._current is not None

    def tell_nothing_heard(self) -> None:
        """There was sound, and no word in it."""
        self._messages.tell(
            "nothing heard",
            translate(
                "RecognitionModel",
                "No words were heard in this recording. Check the microphone's level; the sound is kept with the note.",
            ),
        )

    def _tell_commands(self, count: int) -> None:
        text = translate(
            "RecognitionModel",
            "%n voice command(s) in this recording changed the note when it was dictated. Compare what is written now "
            "with the recording.",
            n=count,
        )
        self._messages.tell("commands heard again", text)

    def cancel(self) -> None:
        """Stops everything that is under way or waits, but no dictation that goes on. The recordings stay with their
        notes."""
        for live in [each for each in self._live if each.is_ending]:
            if live.job is not None:
                live.job.cancel()
            self._end_live(live, None)
        if self._job is not None:
            self._job.cancel()
        self._drop(None)

    def _take_recognizer(self, found: tuple[Recognizer, OtoscribeError | None]) -> None:
        self._recognizer, misfit = found
        self.state, self.problem = ModelState.READY, None
        self._messages.clear("model")
        if misfit is not None:
            self._messages.warn("adapter", misfit)
        self.use_lexicons()
        self.changed.emit()
        self._begin_live()
        self._next()

    def _lack_recognizer(self, problem: OtoscribeError) -> None:
        self._recognizer = None
        self.state, self.problem = ModelState.UNAVAILABLE, problem
        for live in list(self._live):
            self._end_live(live, None, problem)
        self._drop(problem)

    def _next(self) -> None:
        if self._live or self._current is not None or not self._queue or self._recognizer is None:
            self.changed.emit()
            return
        waiting = self._current = self._queue.popleft()
        recognizer, settings = self._recognizer, self._desk.settings
        self.progress = 0.0
        self.changed.emit()

        own = self.own_phrases

        def work(job: Job) -> tuple[WrittenRecording, Rest]:
            heard = recognizer.transcribe(
                waiting.recording.path,
                language=settings.language,
                on_progress=lambda fraction: job.report(self._advance, fraction),
                is_cancelled=lambda: job.is_cancelled,
            )
            options = settings.formatting_options
            if waiting.held is not None:
                return write_rest(heard, waiting.held, waiting.recording.id, options, own)
            written = write_recording(heard, options, own)
            return written, Rest((place_words(written.written, waiting.recording.id),))

        self._job = self._desk.recognition.submit(work, self._keep, self._fail)

    def _advance(self, fraction: float) -> None:
        if round(fraction, 2) != round(self.progress, 2):
            self.progress = fraction
            self.changed.emit()

    def _keep(self, done: tuple[WrittenRecording, Rest]) -> None:
        written, rest = done
        waiting, self._job = self._current, None
        if waiting is None:
            return
        author = self._desk.author
        self._desk.ask_records(
            lambda store: store.set_transcript(waiting.recording.id, written.heard, author=author),
            lambda recording: self._hand_over(waiting, recording, written, rest),
            lambda problem: self._hand_over(waiting, waiting.recording, written, rest, problem),
        )

    def _hand_over(
        self,
        waiting: _Waiting,
        recording: Recording,
        written: WrittenRecording,
        rest: Rest,
        problem: OtoscribeError | None = None,
    ) -> None:
        if self._current is not waiting:
            return
        if problem is not None:
            self._messages.warn("transcript", problem)
        if not written.heard.text:
            self.tell_nothing_heard()
        if written.changing:
            self._tell_commands(written.changing)
        waiting.done(recording, rest)
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
