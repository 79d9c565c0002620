"""The queue of audio files in the window: one after the other becomes a note, behind everything else that goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer, Signal

from app.desk.batch import WrittenFile, is_kept, keep_note, write_down
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.desk.queued_files import ChangedFileError, CopiedFile, copy_file, drop_copies, see, watch
from app.paths import data_folder
from app.records import Move, QueuedFile, QueuedState, SeenFile
from app.translation import describe_what, percent, translate
from app.ui.models.messages import Messages
from app.ui.models.recognition import ModelState, RecognitionModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.records import RecordStore
    from speech.recognizer import Recognizer

T = TypeVar("T")

_LOOK_EVERY_MS = 3000


class BatchModel(QObject):
    """`changed`: other files, states or progress. `kept`: a note was made. `heard`: the words of a file that was
    written down, for the lexicons to count."""

    changed = Signal()
    kept = Signal()
    heard = Signal(object)

    def __init__(
        self, desk: Desk, messages: Messages, recognition: RecognitionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition
        self._lock: FileLock | None = None
        self._is_open = False
        self._is_looking = False
        self._seen: list[SeenFile] = []
        self._job: Job | None = None
        self._refused: dict[int, OtoscribeError] = {}  # what the record did not take either
        self.files: tuple[QueuedFile, ...] = ()
        self.current: QueuedFile | None = None
        self._tries = 0
        self.progress = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        recognition.changed.connect(self._follow_recognition)

    # --- what there is to show

    @property
    def is_paused(self) -> bool:
        return self._desk.settings.batch_paused

    @property
    def watched_folder(self) -> Path | None:
        chosen = self._desk.settings.watched_folder
        return Path(chosen) if chosen is not None else None

    @property
    def line(self) -> str:
        """How the queue stands, in words."""
        left = sum(file.state in (QueuedState.WAITING, QueuedState.ARRIVING) for file in self.files)
        failed = sum(self.problem_of(file) is not None for file in self.files)
        if failed and not left:
            return translate("Batch", "%n file(s) could not be written down. Choose one to see what to do.", n=failed)
        if not left:
            return translate("Batch", "No files are waiting.")
        if self.is_paused:
            return translate("Batch", "Paused, %n file(s) waiting", n=left)
        if self._is_open and self._lock is None:
            return translate("Batch", "Another window of Otoscribe works through this queue.")
        if self._recognition.state == ModelState.UNAVAILABLE:
            return translate("Batch", "The speech model is missing (F2 gets it), %n file(s) waiting", n=left)
        if self._recognition.is_in_use:
            return translate("Batch", "Your dictation goes first, %n file(s) waiting", n=left)
        return translate("Batch", "%n file(s) to go", n=left)

    @property
    def _waiting(self) -> list[QueuedFile]:
        return [each for each in self.files if each.state == QueuedState.WAITING and each.id not in self._refused]

    def problem_of(self, file: QueuedFile) -> OtoscribeError | None:
        """Why a file could not be written down, and what to do."""
        if file.id in self._refused:
            return self._refused[file.id]
        if file.state == QueuedState.FAILED:
            return OtoscribeError(file.problem or "", file.next_step or "")
        return None

    def state_line(self, file: QueuedFile) -> str:
        """A file's state in a few words."""
        problem = self.problem_of(file)
        if problem is not None:
            return describe_what(problem)
        if self.current is not None and file.id == self.current.id and file.state == QueuedState.WAITING:
            return translate("Batch", "Writing down: {share}", share=percent(self.progress))
        if file.state == QueuedState.DONE and file.problem:
            return translate("Batch", "No speech was heard; the sound is in its note")
        return {
            QueuedState.ARRIVING: translate("Batch", "Still being written; taken when it stands still"),
            QueuedState.WAITING: translate("Batch", "Waiting"),
            QueuedState.PAUSED: translate("Batch", "Paused"),
            QueuedState.DONE: translate("Batch", "Written down"),
        }.get(file.state, "")

    # --- what is wanted

    def open(self) -> None:
        """The record is open: goes on where the queue was left."""
        self._is_open = True
        self._refresh()

    def add(self, paths: Sequence[Path]) -> None:
        """Puts files, and the audio files in folders, at the end of the queue."""

        def tell(added: int) -> None:
            self._messages.clear("batch")
            if not added:
                self._messages.tell("batch", translate("Batch", "These files are on the list already."))

        self._put_in(lambda job: see(paths), tell, is_asked_for=True)

    def watch(self, folder: Path | None) -> None:
        """Takes what is and what will be in a folder, or none any more."""
        self._messages.clear("watched folder")
        self._change_settings(watched_folder=str(folder) if folder is not None else None)
        self._look()

    def pause_all(self, is_paused: bool) -> None:
        """Stops after the words under way, or goes on."""
        self._change_settings(batch_paused=is_paused)
        if is_paused:
            self._stop()
        self._refresh()

    def pause(self, files: Sequence[QueuedFile]) -> None:
        """These wait until somebody lets them go on."""
        self._set([each for each in files if each.state == QueuedState.WAITING], QueuedState.PAUSED)

    def let_wait(self, files: Sequence[QueuedFile]) -> None:
        """Paused files go on, and those that failed are tried again."""
        self._set(
            [
                each
                for each in files
                if each.state in (QueuedState.PAUSED, QueuedState.FAILED) or each.id in self._refused
            ],
            QueuedState.WAITING,
        )

    def move(self, file: QueuedFile, move: Move) -> None:
        """Changes the order; the file under way waits for one that is now before it."""
        self._change(lambda store: store.batch.move(file.id, move), self._give_way)

    def take_off(self, files: Sequence[QueuedFile]) -> None:
        """Takes files off the list, and nothing else: their notes and the files themselves stay."""
        ids = [each.id for each in files]
        self._stop_if_current(ids)
        self._desk.batch.submit(lambda job: drop_copies(files))
        self._change(lambda store: store.batch.take_off(ids))

    def end(self) -> None:
        """Stops; what was heard of the file under way is kept for the next start."""
        self._is_open = False
        self._timer.stop()
        self._stop()
        self._seen = []
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # --- looking for files

    def _look(self) -> None:
        if self._is_looking or not self._is_open:
            return
        self._take_lock()
        folder = self.watched_folder
        arriving = [each for each in self.files if each.state == QueuedState.ARRIVING]
        if self._lock is None or (folder is None and not arriving):
            self._refresh()
            return
        self._is_looking = True

        def stop_looking() -> None:
            self._is_looking = False

        self._put_in(lambda job: watch(folder, arriving), lambda _added: None, is_asked_for=False, then=stop_looking)

    def _put_in(
        self,
        look: Callable[[Job], list[SeenFile]],
        tell: Callable[[int], None],
        *,
        is_asked_for: bool,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        author = self._desk.author

        def take(seen: list[SeenFile]) -> None:
            if not is_asked_for and seen == self._seen:  # nothing new in the folder
                then()
                self._refresh()
                return
            self._seen = [] if is_asked_for else seen

            def done(added: int) -> None:
                self._messages.clear("watched folder")
                then()
                tell(added)
                self._refresh()

            self._desk.ask_records(lambda store: store.batch.add(seen, author, is_asked_for=is_asked_for), done, fail)

        def fail(problem: OtoscribeError) -> None:
            then()
            self._messages.warn("watched folder", problem)

        self._desk.batch.submit(look, take, fail)

    # --- working through the queue

    def _take_lock(self) -> None:
        """One window works through the queue; another takes over when that is closed."""
        if self._lock is not None or not self._is_open:
            return
        try:
            lock = FileLock(data_folder() / "batch.lock", mode=0o600)
            lock.acquire(timeout=0)
            self._lock = lock
        except (OSError, Timeout):
            return

    def _refresh(self, then: Callable[[], None] = lambda: None) -> None:
        def take(files: tuple[QueuedFile, ...]) -> None:
            self._take_files(files)
            then()

        if self._is_open:
            self._desk.ask_records(lambda store: tuple(store.batch.files()), take, self._warn)

    def _take_files(self, files: tuple[QueuedFile, ...]) -> None:
        if not self._is_open:
            return
        if files != self.files:
            self.files = files
            self.changed.emit()
        if self.watched_folder is not None or any(each.state != QueuedState.DONE for each in files):
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        self._next()

    def _follow_recognition(self) -> None:
        if any(each.state == QueuedState.WAITING for each in self.files):
            self.changed.emit()
            self._next()

    def _next(self) -> None:
        """Begins with the first file that waits, unless one is under way."""
        self._take_lock()
        if self.current is not None or self.is_paused or self._lock is None or not self._is_open:
            return
        if self._recognition.state != ModelState.READY:
            return
        if not self._waiting:
            return
        file = self.current = self._waiting[0]
        self._tries += 1
        tries = self._tries
        self.progress = 0.0
        self.changed.emit()
        self._job = self._desk.batch.submit(
            lambda job: self._careful(tries, lambda: copy_file(file, job)),
            lambda copied: self._identify(file, copied),
            self._fail,
        )

    def _identify(self, file: QueuedFile, copied: CopiedFile) -> None:
        tries = self._tries

        def look(store: RecordStore) -> QueuedFile:
            known = store.batch.identify(file.id, copied.sha256, copied.duration_s)
            if known.state != QueuedState.DONE and is_kept(store, known):
                store.batch.set_state([file.id], QueuedState.DONE)
            return store.batch.get(file.id)

        def go_on(known: QueuedFile) -> None:
            if known.state == QueuedState.DONE:
                self._desk.batch.submit(lambda job: drop_copies([known]))
                self._finish()
            else:
                self._write_down(known, copied)

        self._job = self._desk.ask_records(lambda store: self._careful(tries, lambda: look(store)), go_on, self._fail)

    def _write_down(self, file: QueuedFile, copied: CopiedFile) -> None:
        settings, tries = self._desk.settings, self._tries

        def tell(line: str) -> None:
            self._messages.tell("batch", line)

        def work(recognizer: Recognizer, job: Job) -> WrittenFile:
            return self._careful(
                tries,
                lambda: write_down(
                    recognizer,
                    settings,
                    file,
                    copied,
                    job,
                    on_progress=lambda share: job.report(self._advance, share),
                    on_trouble=lambda line: job.report(tell, line),
                ),
            )

        self._job = self._recognition.submit_behind(work, lambda written: self._keep(file, copied, written), self._fail)
        if self._job is None:
            self._end_current()

    def _keep(self, file: QueuedFile, copied: CopiedFile, written: WrittenFile) -> None:
        def done(_nothing: None) -> None:
            self._desk.batch.submit(lambda job: written.journal.unlink(missing_ok=True))
            self.heard.emit(written.text.words)
            self._finish()
            self.kept.emit()

        tries = self._tries

        def work(store: RecordStore) -> None:
            self._careful(tries, lambda: keep_note(store, file, copied, written))

        self._job = self._desk.ask_records(work, done, self._fail)

    def _careful(self, tries: int, work: Callable[[], T]) -> T:
        """A bug in the work on one file is told in its row, and the queue goes on."""
        try:
            return work()
        except OtoscribeError:
            raise
        except Exception:
            problem = OtoscribeError(
                "Something went wrong inside Otoscribe with this file",
                "Press Try again; if it happens again, send the log file to your administrator.",
            )
            self._desk.deliver(lambda: self._fail(problem) if self._tries == tries else None)
            raise

    def _advance(self, share: float) -> None:
        if round(share, 2) != round(self.progress, 2):
            self.progress = share
            self.changed.emit()

    def _fail(self, problem: OtoscribeError) -> None:
        file = self.current
        if file is None:
            return

        def work(store: RecordStore) -> None:
            if isinstance(problem, ChangedFileError):
                store.batch.set_state([file.id], QueuedState.ARRIVING)
            else:
                store.batch.fail(file.id, problem)

        def refused(_second: OtoscribeError) -> None:
            self._refused[file.id] = problem
            self._finish()

        self._desk.ask_records(work, lambda _nothing: self._finish(), refused)

    def _finish(self) -> None:
        self._end_current()
        self._refresh()

    def _end_current(self) -> None:
        self.current, self._job, self.progress = None, None, 0.0
        self.changed.emit()

    def _stop(self) -> None:
        self._tries += 1
        if self._job is not None:
            self._job.cancel()
        self._end_current()

    def _give_way(self) -> None:
        ids = [each.id for each in self._waiting]
        if self.current is not None and self.current.id in ids[1:]:
            self._stop()
            self._next()

    def _stop_if_current(self, ids: Sequence[int]) -> None:
        if self.current is not None and self.current.id in ids:
            self._stop()

    # --- asking

    def _set(self, files: Sequence[QueuedFile], state: QueuedState) -> None:
        ids = [each.id for each in files]
        for file_id in ids:
            self._refused.pop(file_id, None)
        if state == QueuedState.PAUSED:
            self._stop_if_current(ids)
        self._change(lambda store: store.batch.set_state(ids, state))

    def _change(self, change: Callable[[RecordStore], object], then: Callable[[], None] = lambda: None) -> None:
        self._desk.ask_records(change, lambda _result: self._refresh(then), self._warn)

    def _change_settings(self, **changes: object) -> None:
        self._desk.change_settings(lambda problem: self._messages.warn("settings", problem), **changes)
        self.changed.emit()

    def _warn(self, problem: OtoscribeError) -> None:
        self._messages.warn("batch", problem)
