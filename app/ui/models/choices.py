"""Other wordings for a dictated word, looked for behind the window and kept for when they are asked for again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.ui.models.messages import Messages
from app.ui.models.note import OpenNote
from app.ui.models.recognition import RecognitionModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.desk.choices import Choice, Question
    from app.ui.spoken_lines import SpokenWord

_KEPT = 64  # answers


class ChoicesModel(QObject):
    """Asks one question at a time: a newer one takes the place of that under way."""

    def __init__(
        self, desk: Desk, messages: Messages, recognition: RecognitionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition
        self._job: Job | None = None
        self._known: dict[tuple[object, ...], tuple[Choice, ...]] = {}

    @property
    def hears_again(self) -> bool:
        """Whether the model is free to hear a recording again; else only the lexicons are asked."""
        return self._recognition.recognizer is not None and not self._recognition.is_in_use

    def prepare(self, note: OpenNote, words: Sequence[SpokenWord]) -> None:
        """Looks for them now, so that they are there when they are asked for; only then a failure is told."""
        self._find(note, words, lambda _choices: None, lambda _problem: None)

    def ask(self, note: OpenNote, words: Sequence[SpokenWord], then: Callable[[tuple[Choice, ...]], None]) -> None:
        """Other wordings for neighbouring words of one recording; `then` is called at once where they are known, and
        with none where there is no recording to hear."""

        def fail(problem: OtoscribeError) -> None:
            self._messages.warn("choices", problem)
            then(())

        self._find(note, words, then, fail)

    def _find(
        self,
        note: OpenNote,
        words: Sequence[SpokenWord],
        then: Callable[[tuple[Choice, ...]], None],
        failed: Callable[[OtoscribeError], None],
    ) -> None:
        self._drop_job()
        question = self._question(note, words)
        if question is None:
            then(())
            return
        asked = question.transcript, self._recognition.recognizer
        key = (words[0].recording_id, question.first, question.last, self.hears_again, *map(id, asked))
        known = self._known.get(key)
        if known is not None:
            then(known)
            return

        def take(found: tuple[Choice, ...]) -> None:
            self._job = None
            self._known[key] = found
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
            then(found)

        def fail(problem: OtoscribeError) -> None:
            self._job = None
            failed(problem)

        self._job = self._submit(question, take, fail)

    def forget(self) -> None:
        """Other lexicons or another model would give other answers."""
        self._known.clear()

    def _question(self, note: OpenNote, words: Sequence[SpokenWord]) -> Question | None:
        from app.desk.choices import Question

        recording = note.recording(words[0].recording_id) if words else None
        if recording is None or recording.transcript is None:
            return None
        return Question(
            recording.path,
            recording.transcript,
            note.document.words_of(recording.id),
            words[0].number,
            words[-1].number + 1,
            self._desk.settings.formatting_options,
            self._desk.doubt_threshold,
        )

    def _submit(
        self,
        question: Question,
        take: Callable[[tuple[Choice, ...]], None],
        fail: Callable[[OtoscribeError], None],
    ) -> Job:
        hears_again, recognizer = self.hears_again, self._recognition.recognizer

        def work(job: Job) -> tuple[Choice, ...]:
            from adaptation.lexicon.rescoring import LexiconCorrector
            from app.desk.choices import find_choices

            corrector = recognizer.corrector if recognizer is not None else None
            lexicon = corrector.lexicon if isinstance(corrector, LexiconCorrector) else None
            return find_choices(question, recognizer if hears_again else None, lexicon)

        lane = self._desk.recognition if hears_again else self._desk.files
        return lane.submit(work, take, fail)

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
