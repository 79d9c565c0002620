"""The sound of the shown note as a picture with its words: measured where it is wanted, and following the voice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desk.anchors import word_at
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.records import Recording
from app.ui.models.messages import Messages
from app.ui.models.note import OpenNote
from app.ui.models.notebook import Notebook
from app.ui.models.playback import PlaybackModel
from app.ui.models.recording import RecordingModel
from speech.errors import OtoscribeError
from speech.transcript import Word

if TYPE_CHECKING:
    from app.desk.peaks import Peaks


class WaveformModel(QObject):
    """`changed`: another recording, its sound or its words. `moved`: another word is the current one. `reached`: the
    user went to a word, which stands in the text from one position up to another."""

    changed = Signal()
    moved = Signal()
    reached = Signal(int, int)

    def __init__(
        self,
        desk: Desk,
        messages: Messages,
        notebook: Notebook,
        playback: PlaybackModel,
        dictating: RecordingModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._notebook = notebook
        self._playback = playback
        self._dictating = dictating
        self._note: OpenNote | None = None
        self._job: Job | None = None
        self.recording: Recording | None = None
        self.peaks: Peaks | None = None
        self.word: int | None = None
        notebook.current_changed.connect(self._take_note)
        playback.changed.connect(self._follow)
        playback.word_changed.connect(self._follow_word)

    @property
    def is_wanted(self) -> bool:
        return self._desk.settings.waveform

    @property
    def words(self) -> Sequence[Word]:
        """The words of the recording as they were written, in the order of their times."""
        if self._note is None or self.recording is None:
            return ()
        return self._note.document.words_of(self.recording.id)

    @property
    def position_s(self) -> float | None:
        """Where the voice is in this recording."""
        playing = self._playback.recording
        if playing is None or self.recording is None or playing.id != self.recording.id:
            return None
        return self._playback.position_s

    def want(self, is_wanted: bool) -> None:
        """Shows the sound of notes, or spends nothing on it."""
        self._desk.change_settings(lambda problem: self._messages.warn("settings", problem), waveform=is_wanted)
        self._take_recording()

    def is_doubtful(self, number: int) -> bool:
        """Whether a word is still to be checked in the text."""
        if self._note is None or self.recording is None or self._note.document.is_settling:
            return False
        return self._note.document.is_doubtful(self.recording.id, number, self._desk.doubt_threshold)

    def choose(self, recording: Recording) -> None:
        """Shows another recording of the note."""
        self._show(recording)

    def show_text_at(self, position: int) -> None:
        """The cursor stands somewhere in the text: the word that was said there is the current one."""
        if not self.is_wanted or self._note is None or self._playback.is_playing or self._note.document.is_settling:
            return
        word = self._note.document.spoken_word_near(position)
        recording = self._note.recording(word.recording_id) if word is not None else None
        if word is not None and recording is not None:
            self._show(recording)
            self._move(word.number)

    def play_from(self, position_s: float) -> None:
        """Plays from a moment on, and goes to the word that is said then."""
        if self.recording is None or self._dictating.is_active:
            return
        self._playback.play(self.recording, self.words, position_s)
        self.go_to(word_at(self.words, position_s))

    def step(self, words: int) -> None:
        """Goes some words on, or (below nought) back."""
        if self.words:
            here = -1 if self.word is None else self.word
            self.go_to(min(max(0, here + words), len(self.words) - 1))

    def go_to(self, number: int | None) -> None:
        """Makes a word the current one, and goes to it in the text if it still stands there."""
        self._move(number)
        if self._note is None or self.recording is None or number is None:
            return
        found = self._note.document.find_spoken(self.recording.id, number)
        if found is not None:
            self.reached.emit(found.start, found.end)

    def play_word(self) -> None:
        """Plays from the current word on, or is silent again."""
        if self._playback.is_playing:
            self._playback.pause()
        else:
            self.play_from(self.words[self.word].start_s if self.word is not None and self.words else 0.0)

    def _take_note(self) -> None:
        if self._note is not None:
            self._note.changed.disconnect(self._take_recording)
            self._note.document.words_changed.disconnect(self.changed)
        self._note = self._notebook.current
        if self._note is not None:
            self._note.changed.connect(self._take_recording)
            self._note.document.words_changed.connect(self.changed)
        self._take_recording()

    def _take_recording(self) -> None:
        """The recording that is shown may be gone, be a newer state of itself, or there is a first one."""
        recordings = self._note.recordings if self._note is not None and self.is_wanted else ()
        here = self.recording.id if self.recording is not None else None
        same = next((each for each in recordings if each.id == here), None)
        self._show(same if same is not None else (recordings[-1] if recordings else None))

    def _show(self, recording: Recording | None) -> None:
        if recording == self.recording:
            return
        is_other = recording is None or self.recording is None or recording.id != self.recording.id
        self.recording = recording
        if is_other:
            self.peaks, self.word = None, None
            self._measure()
        self.changed.emit()

    def _measure(self) -> None:
        if self._job is not None:
            self._job.cancel()
        recording = self.recording
        if recording is None:
            return

        def work(job: Job) -> Peaks:
            from app.desk.peaks import open_peaks

            return open_peaks(recording.path, recording.sha256, lambda: job.is_cancelled)

        self._job = self._desk.waveforms.submit(work, self._take_peaks, self._fail)

    def _take_peaks(self, peaks: Peaks) -> None:
        self.peaks = peaks
        self.changed.emit()

    def _fail(self, problem: OtoscribeError) -> None:
        self._messages.warn("waveform", problem)

    def _follow(self) -> None:
        playing = self._playback.recording
        if playing is not None and self._note is not None and self.is_wanted:
            own = self._note.recording(playing.id)
            if own is not None:
                self._show(own)
        self.moved.emit()

    def _follow_word(self) -> None:
        if self._playback.word is not None and self.position_s is not None:
            self._move(self._playback.word)

    def _move(self, number: int | None) -> None:
        if number != self.word:
            self.word = number
            self.moved.emit()
