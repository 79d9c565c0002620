"""All view models of one window, and what happens between them: from the voice to the note to the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor

from app.desk.ahead import load_ahead
from app.desk.desk import Desk
from app.desk.marks import terms_in
from app.desk.unfinished import Rest
from app.export import FORMATS
from app.records import Recording
from app.translation import translate
from app.ui.dates import day_and_time_text
from app.ui.models.batch import BatchModel
from app.ui.models.choices import ChoicesModel
from app.ui.models.dictation import Dictation
from app.ui.models.documents import document_of
from app.ui.models.learning import LearningModel
from app.ui.models.lexicons import LexiconsModel
from app.ui.models.listening import ListeningModel
from app.ui.models.messages import Action, Messages
from app.ui.models.note import OpenNote
from app.ui.models.notebook import Notebook
from app.ui.models.notes import NotesModel
from app.ui.models.own_commands import OwnCommandsModel
from app.ui.models.playback import PlaybackModel
from app.ui.models.recognition import ModelState, RecognitionModel
from app.ui.models.recording import RecordingModel, RecordingState
from app.ui.models.recovery import RecoveryModel
from app.ui.models.setup import SetupModel
from app.ui.models.templates import TemplatesModel
from app.ui.models.term_trial import TermTrialModel
from app.ui.models.voice_commands import VoiceCommands
from app.ui.models.waveform import WaveformModel
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from app.capture import RecordedAudio
    from app.desk.recovery import LeftBehind

# By then the list of notes is on the screen.
_PAINTED_MS = 100


class Session(QObject):
    """`records_ready` when the record is open, `records_failed` with the problem when it is not.

    `painted` when the list of notes is on the screen, and what takes its time may begin. `changed`: something that
    decides what is allowed is another. `setup_wanted`: the user asks for the first-run page.
    """

    records_ready = Signal()
    records_failed = Signal(object)
    painted = Signal()
    changed = Signal()
    setup_wanted = Signal()

    def __init__(self, desk: Desk, bridge: QObject) -> None:
        super().__init__()
        bridge.setParent(self)
        self.desk = desk
        self.messages = Messages(self)
        self.notes = NotesModel(desk, self.messages, self)
        self.notebook = Notebook(desk, self.messages, self)
        self.recording = RecordingModel(desk, self.messages, self)
        self.recognition = RecognitionModel(desk, self.messages, self)
        self.playback = PlaybackModel(desk, self.messages, self)
        self.listening = ListeningModel(self.notebook, self.playback, self.recording, self)
        self.recovery = RecoveryModel(desk, self.messages, self)
        self.lexicons = LexiconsModel(desk, self.messages, self)
        self.choices = ChoicesModel(desk, self.messages, self.recognition, self)
        self.templates = TemplatesModel(desk, self.messages, self)
        self.learning = LearningModel(desk, self.messages, self.recognition, self.playback, self)
        self.term_trial = TermTrialModel(desk, self.recognition, self)
        self.batch = BatchModel(desk, self.messages, self.recognition, self)
        self.commands = VoiceCommands(self.recording, self.templates, self)
        self.own_commands = OwnCommandsModel(desk, self.messages, self.recognition, self)
        self.waveform = WaveformModel(desk, self.messages, self.notebook, self.playback, self.recording, self)
        self.setup = SetupModel(desk, self.recording, self.recognition, self)
        self.dictated: OpenNote | None = None
        self._dictation: Dictation | None = None
        self._asks_for_note = False
        self._attaching = 0
        self._unwritten: list[Dictation] = []
        self._when_painted = QTimer(self)
        self._when_painted.setSingleShot(True)
        self._when_painted.timeout.connect(self._begin_behind_the_window)
        self.notebook.saved.connect(self.notes.refresh)
        self.batch.kept.connect(self.notes.refresh)
        self.batch.heard.connect(lambda words: self.lexicons.count(terms_in(words)))
        self.recognition.changed.connect(self._tell_about_model)
        self.lexicons.kept.connect(self.recognition.use_lexicons)
        self.lexicons.kept.connect(self.choices.forget)
        self.notebook.current_changed.connect(self._show_other_note)
        for model in (self.recording, self.recognition, self.notebook):
            signal = model.current_changed if isinstance(model, Notebook) else model.changed
            signal.connect(self.changed)

    # --- starting

    def start(self) -> None:
        """Opens the record, then everything that may take its time behind the window."""
        self.desk.open_records(self._begin, self.records_failed.emit)

    def _begin(self, _nothing: None) -> None:
        self.notes.refresh()
        self.recovery.look()
        self.records_ready.emit()
        # All else would take the processor from the list of notes: it waits until the record has answered.
        self.desk.ask_records(lambda store: None, lambda _nothing: self._when_painted.start(_PAINTED_MS))

    def _begin_behind_the_window(self) -> None:
        self.batch.open()
        self.recording.list_microphones()
        self.templates.refresh()
        self.own_commands.refresh()
        self.desk.files.submit(lambda job: load_ahead())
        self.recognition.load()
        self.painted.emit()

    # --- dictating

    @property
    def can_dictate(self) -> bool:
        """Recording may begin, pause or go on."""
        if self._asks_for_note or not self.recording.can_toggle:
            return False
        note = self.notebook.current
        return self.recording.is_active or note is None or note.is_draft

    @property
    def can_be_told_to_dictate(self) -> bool:
        """It can, or the user is told what to do first: a key that does nothing costs what is said after it."""
        note = self.notebook.current
        return self.can_dictate or (self.recording.can_toggle and note is not None and not note.is_draft)

    @property
    def is_beginning(self) -> bool:
        """Record was pressed, and the note for it is still being made."""
        return self._asks_for_note

    def toggle_recording(self, start: int | None = None, end: int | None = None) -> None:
        """Record, pause, go on: one key. Text goes in place of what stands from `start` to `end` in the note; by
        default to its end."""
        if not self.can_dictate:
            note = self.notebook.current
            if note is not None and not note.is_draft:
                self._tell_signed()
            return
        if self.recording.state == RecordingState.RECORDING:
            self.recording.pause()
        elif self.recording.is_active:
            self.recording.resume()
        elif self.notebook.current is not None:
            self._record_into(self.notebook.current, start, end)
        else:
            self._asks_for_note = True
            self.changed.emit()
            self.notebook.create(self._record_into, self._give_up_note)

    def go_on_at(self, start: int, end: int, from_s: float | None = None) -> None:
        """What is dictated from now on, or was from a time of the recording on, goes in place of what stands from
        `start` to `end` in the shown note. Without a dictation into that note nothing happens."""
        if self._dictation is not None and self._dictation.note is self.notebook.current:
            self._dictation.go_on_at(self._dictation.note.place_at(start, end), from_s)

    def cancel_dictation(self) -> None:
        """Ends the recording, deletes its sound and takes back what was written of it."""
        if self._dictation is not None and self.recording.can_stop:
            self._dictation.drop()
            self.recording.cancel()
            self.messages.tell(
                "cancelled", translate("Session", "Cancelled: its text is taken back, its sound deleted.")
            )

    def look_for_microphones(self) -> None:
        """The user comes back to the window, perhaps from plugging one in."""
        if self.recording.are_microphones_known and not self.playback.is_playing:
            self.recording.list_microphones()

    def new_note(self) -> None:
        self.notebook.create()

    def _give_up_note(self) -> None:
        self._asks_for_note = False
        self.changed.emit()

    def _record_into(self, note: OpenNote, start: int | None = None, end: int | None = None) -> None:
        self._asks_for_note = False
        self.playback.stop()
        place = note.place_at(start, end)
        dictation = Dictation(self.desk, self.messages, self.recognition, note, place, self.recognise, self.commands)
        self.dictated, self._dictation = note, dictation
        self.notebook.hold(note)
        self.messages.clear("cancelled")
        self.recording.start(
            dictation.name_sound, lambda audio: self._keep_dictation(dictation, audio), dictation.sound
        )
        self.recording.changed.connect(self._let_go_when_not_started)
        dictation.begin()

    def _keep_dictation(self, dictation: Dictation, audio: RecordedAudio) -> None:
        """The recording is over: its last words are still being written down while the record takes the sound."""
        note = dictation.note
        self._unwritten.append(dictation)
        self.notebook.hold(note)
        dictation.end()

        def written(recording: Recording) -> None:
            self._unwritten.remove(dictation)
            self.lexicons.count(terms_in(note.document.words_of(recording.id)))
            self.notebook.let_go(note)
            self.changed.emit()

        self._attach(note, audio, lambda recording: dictation.keep(recording, lambda: written(recording)))

    def _let_go_when_not_started(self) -> None:
        """The microphone could not be opened, or the recording is over: the hold on its note ends."""
        if self.recording.is_active:
            return
        self.recording.changed.disconnect(self._let_go_when_not_started)
        note, self.dictated, self._dictation = self.dictated, None, None
        if note is not None:
            self.notebook.let_go(note)
        self.changed.emit()

    def _attach(self, note: OpenNote, audio: RecordedAudio, then: Callable[[Recording], None]) -> None:
        """The recording goes into the record before anything else is done with it."""
        self._attaching += 1
        self.notebook.hold(note)
        author = self.desk.author

        def done(recording: Recording) -> None:
            self._attaching -= 1
            note.add_recording(recording)
            then(recording)
            self.notebook.let_go(note)

        def fail(problem: OtoscribeError) -> None:
            self._attaching -= 1
            self.notebook.let_go(note)
            kept = OtoscribeError(f"{problem.what.rstrip('.')}; the recording is safe on disk", problem.next_step)
            self.messages.warn(
                f"attach {audio.path.name}",
                kept,
                Action(translate("Session", "Try again"), lambda: self._attach(note, audio, then)),
            )

        self.desk.ask_records(lambda store: store.attach_recording(note.id, audio.path, author=author), done, fail)

    def recognise(self, note: OpenNote, recording: Recording, place: QTextCursor) -> None:
        """Turns a recording of the note into text at a place in it. Where the note holds a part of it, the rest goes
        where that breaks off."""
        if not note.is_draft:
            self._tell_signed()
            return
        self.notebook.hold(note)
        held, unfinished = note.held_part(recording), recording.unfinished
        places = [place]
        if held is not None and unfinished is not None:
            places = [note.place_in(unfinished.text, each) for each in unfinished.places]

        def done(newest: Recording, rest: Rest) -> None:
            if note.is_draft:
                note.insert_rest(replace(newest, unfinished=unfinished), rest, places, held)
                self.lexicons.count(terms_in(rest.words))
            self.notebook.let_go(note)

        def dropped(problem: OtoscribeError | None) -> None:
            self.notebook.let_go(note)
            if problem is not None and self.recognition.state != ModelState.UNAVAILABLE:
                again = Action(translate("Session", "Recognise again"), lambda: self.recognise(note, recording, place))
                self.messages.warn("recognition", problem, again)

        self.recognition.enqueue(recording, done, dropped, held)

    def recognise_missing(self, position: int) -> None:
        """All recordings of the shown note that have no text yet; when all have, the newest one again.

        The text goes to `position` in the note.
        """
        note = self.notebook.current
        if note is None or not note.recordings:
            return
        for recording in note.unrecognised or note.recordings[-1:]:
            self.recognise(note, recording, note.place_at(position))

    def put_into_new_note(self, recovered: LeftBehind) -> None:
        """A recording that a crash left behind becomes a note of its own."""

        from app.capture import RecordedAudio

        def attach(note: OpenNote) -> None:
            self.recovery.forget(recovered)
            note.set_title(
                translate("Session", "Recovered dictation of {when}", when=day_and_time_text(recovered.started_at))
            )
            place = note.place_at(None)
            audio = RecordedAudio(recovered.path, recovered.duration_s, 0)
            self._attach(note, audio, lambda recording: self.recognise(note, recording, place))

        self.notebook.create(attach)

    def put_into_its_note(self, left: LeftBehind) -> None:
        """A recording that a crash left behind goes into the note that it was dictated into: what that lacks of it is
        written where the dictation broke off."""
        from app.capture import RecordedAudio

        dictation = left.dictation
        if dictation is None:
            return

        def attach(note: OpenNote) -> None:
            if not note.is_draft:
                self._tell_signed()
                return
            self.recovery.forget(left)
            place = note.place_in(dictation.text, dictation.places[0])
            audio = RecordedAudio(left.path, left.duration_s, 0)
            self._attach(note, audio, lambda recording: self.recognise(note, recording, place))

        self.notebook.open(dictation.note_id, attach)

    # --- signing and handing on

    @property
    def can_sign(self) -> bool:
        note = self.notebook.current
        return note is not None and note.is_draft and note is not self.dictated and not self._is_expected(note)

    def may_sign(self) -> bool:
        """Whether the shown note can be signed; one without a text says that it can't."""
        note = self.notebook.current
        has_text = note is not None and bool(note.document.toPlainText().strip())
        if self.can_sign and not has_text:
            self.messages.tell("sign", translate("Session", "There is no text to sign yet."))
        return self.can_sign and has_text

    def sign(self, author: str, *, with_open_fields: bool = False) -> None:
        """Signs the shown note under a name, which is kept for next time. A note with open fields is signed only
        `with_open_fields`."""
        note = self.notebook.current
        if note is None or not self.can_sign:
            return
        if note.open_fields and not with_open_fields:
            self.messages.tell("sign", translate("Session", "The note has open fields; it is not signed."))
            return
        self._keep_author(author)
        note.sign(
            author, lambda problem: self.messages.warn("sign", problem), lambda: self.learning.gather(note.id, author)
        )

    def add_addendum(self, text: str, author: str) -> None:
        note = self.notebook.current
        if note is not None and text.strip():
            self._keep_author(author)
            note.add_addendum(text.strip(), author, lambda problem: self.messages.warn("sign", problem))

    def export(self, format: str, path: Path, open_folder: Callable[[Path], None]) -> None:
        """Saves the shown note and writes it as a document; the message offers its folder."""
        note = self.notebook.current
        if note is None:
            return
        author = self.desk.author

        def write(is_saved: bool) -> None:
            if not is_saved:
                return
            saved, recordings, settings = note.note, note.recordings, self.desk.settings
            self.desk.files.submit(
                lambda job: FORMATS[format](document_of(saved, recordings, settings), path), written, fail
            )

        def written(_nothing: None) -> None:
            self.messages.tell(
                "export",
                translate("Session", "Exported to {path}", path=path),
                Action(translate("Session", "Open folder"), lambda: open_folder(path.parent)),
            )
            self.desk.ask_records(lambda store: store.record_export(note.id, format, author), None, fail)

        def fail(problem: OtoscribeError) -> None:
            self.messages.warn("export", problem)

        note.save_now(write)

    def _keep_author(self, author: str) -> None:
        if author != self.desk.settings.author:
            self.desk.change_settings(lambda problem: self.messages.warn("settings", problem), author=author)

    def _is_expected(self, note: OpenNote) -> bool:
        waiting = self.recognition.waiting_ids
        is_unwritten = any(dictation.note is note for dictation in self._unwritten)
        return self._attaching > 0 or is_unwritten or any(recording.id in waiting for recording in note.recordings)

    def _tell_signed(self) -> None:
        self.messages.tell(
            "signed",
            translate("Session", "This note is signed. Add an addendum, or start a new note."),
            Action(translate("Session", "New note"), self.new_note),
        )

    def _tell_about_model(self) -> None:
        if self.recognition.state != ModelState.UNAVAILABLE or self.recognition.problem is None:
            return
        told = OtoscribeError(
            self.recognition.problem.what, "Recordings are kept with their notes until the model is there."
        )
        self.messages.warn("model", told, Action(translate("Session", "Get the model"), self.setup_wanted.emit))

    def _show_other_note(self) -> None:
        self.playback.stop()
        self.messages.clear("export")
        self.messages.clear("signed")

    # --- leaving

    @property
    def reason_to_stay(self) -> str:
        """Why the window should not close without asking: "recording", "recognising" or nothing."""
        if self.recording.is_active:
            return "recording"
        is_storing = any(dictation.is_being_stored for dictation in self._unwritten)
        return "recognising" if self.recognition.is_busy or self._attaching or is_storing else ""

    def leave(self, then: Callable[[bool], None]) -> None:
        """Stops and keeps what is being recorded, saves all notes; `then` hears whether the record holds everything.

        What was dictated is written down to its last word; recognition under way is dropped: its recording is in the
        record and can be recognised later.
        """
        if self.recording.is_active:
            self._when_idle(lambda: self.leave(then))
            self.recording.stop()
            return
        if self.recognition.is_ending:
            self._when_written(lambda: self.leave(then))
            return
        if self._attaching:
            self.desk.ask_records(lambda store: None, lambda _nothing: self.leave(then))
            return
        self._when_painted.stop()
        self.recognition.cancel()
        self.batch.end()
        self.playback.stop()
        self.setup.end()
        self.term_trial.end()
        self.learning.cancel()
        self.setup.cancel_pull()
        self.notebook.save_all(then)

    def _when_idle(self, then: Callable[[], None]) -> None:
        def look() -> None:
            if not self.recording.is_active:
                self.recording.changed.disconnect(look)
                then()
            elif self.recording.can_stop:
                self.recording.stop()

        self.recording.changed.connect(look)

    def _when_written(self, then: Callable[[], None]) -> None:
        def look() -> None:
            if not self.recognition.is_ending:
                self.recognition.changed.disconnect(look)
                then()

        self.recognition.changed.connect(look)
