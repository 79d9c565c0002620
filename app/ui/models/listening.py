"""Hearing the shown note again: from a word, or a stretch of words, and on from where it was paused."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.records import Recording
from app.ui.models.note import OpenNote
from app.ui.models.notebook import Notebook
from app.ui.models.playback import PlaybackModel
from app.ui.models.recording import RecordingModel


class ListeningModel(QObject):
    """What a place in the note means for the player."""

    def __init__(
        self, notebook: Notebook, playback: PlaybackModel, recording: RecordingModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._notebook = notebook
        self._playback = playback
        self._recording = recording
        self._asked: tuple[int, int] | None = None

    def toggle(self, start: int, end: int) -> None:
        """One key: plays what is selected, or from the cursor on; while playing it pauses; then goes on from there,
        unless the cursor has moved meanwhile."""
        if self._playback.is_playing:
            self._playback.pause()
        elif self._playback.is_paused and self._asked == (start, end):
            self._playback.resume()
        else:
            self.play(start, end)

    def play(self, start: int, end: int | None = None) -> None:
        """Plays from the word at (or before) a place in the text on, or the words up to `end`; without any, the newest
        recording."""
        note = self._notebook.current
        if note is None or not note.recordings or self._recording.is_active:
            return
        self._asked = (start, start if end is None else end)
        found = self._stretch(note, start, end) if end is not None and end > start else None
        if found is not None:
            recording, from_s, until_s = found
            self._playback.play(recording, note.document.words_of(recording.id), from_s, until_s)
            return
        word = note.document.spoken_word_near(start)
        near = note.recording(word.recording_id) if word is not None else None
        recording = near if near is not None else note.recordings[-1]
        from_s = word.heard.start_s if word is not None and near is not None else 0.0
        self._playback.play(recording, note.document.words_of(recording.id), from_s)

    def _stretch(self, note: OpenNote, start: int, end: int) -> tuple[Recording, float, float] | None:
        """When the words of a selection were said: of those in one recording, that of the first."""
        words = [
            each for each in note.document.spoken_words_between(start, end) if each.start < end and start < each.end
        ]
        recording = note.recording(words[0].recording_id) if words else None
        if recording is None:
            return None
        own = [word.heard for word in words if word.recording_id == recording.id]
        return recording, min(word.start_s for word in own), max(word.end_s for word in own)
