"""One dictation: what is said into a note stands there while it is said, and is the recording's text at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from math import inf
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCursor

from app.desk.desk import Desk
from app.desk.live_text import Addition, Piece
from app.desk.live_utterances import Order
from app.records import DictationPlace, Recording, UnfinishedDictation
from app.translation import number, translate
from app.ui.models.messages import Action, Messages
from app.ui.models.note import OpenNote
from app.ui.models.recognition import Listener, RecognitionModel
from app.ui.models.voice_commands import VoiceCommands
from speech.errors import OtoscribeError
from speech.transcript import Transcript

_provisional_ids = count(-1, -1)


class Dictation(QObject):
    """From pressing Record until the record holds sound and text. `place` is where the text goes, or what it goes in
    place of; nothing is taken away there before there is text."""

    def __init__(
        self,
        desk: Desk,
        messages: Messages,
        recognition: RecognitionModel,
        note: OpenNote,
        place: QTextCursor,
        recognise: Callable[[OpenNote, Recording, QTextCursor], None],
        commands: VoiceCommands,
    ) -> None:
        """`commands` carries out what is commanded. `recognise` writes the recording down as a whole, where that did
        not succeed while it was made."""
        from app.desk.live import LiveSound

        super().__init__(note)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition
        self._recognise = recognise
        self._commands = commands
        self._id = next(_provisional_ids)
        self._has_text = False
        self._has_text_here = False
        self._waiting: list[tuple[float, QTextCursor]] = []
        self._partial_place: QTextCursor | None = None
        self._is_over = False
        self._is_dropped = False
        self._file_name = ""
        self._written_s = 0.0
        self._undo_steps = note.document.availableUndoSteps()
        self._heard: Transcript | None = None
        self._problem: OtoscribeError | None = None
        self._recording: Recording | None = None
        self._kept: Callable[[], None] | None = None
        self.is_being_stored = False
        self.note = note
        self.place = place
        self.sound = LiveSound()

    def go_on_at(self, place: QTextCursor, from_s: float | None = None) -> None:
        """What is said from now on goes to another place in the note, or what was said from a time of the recording on;
        what was said before still goes to the old one, even if it is not written down yet."""
        if from_s is None:
            from_s = self.sound.arrived_s
            self.sound.pause()  # nobody waits for a pause between pressing a key and speaking on
        self._waiting.append((from_s, place))

    @property
    def recording_id(self) -> int | None:
        """The number of the recording, once the record holds it."""
        return self._recording.id if self._recording is not None else None

    @property
    def unfinished(self) -> UnfinishedDictation | None:
        """How far the note holds it; None before there is sound, and when it was dropped."""
        if not self._file_name or self._is_dropped:
            return None
        places = tuple(
            DictationPlace(from_s, place.selectionStart(), place.selectionEnd())
            for from_s, place in ((0.0, self.place), *self._waiting)
        )
        return UnfinishedDictation(self.note.id, self._file_name, round(self._written_s, 3), places)

    def name_sound(self, path: Path) -> None:
        """The file that the sound goes into. From now on the record knows which note it belongs to, and how far that
        holds it: should the program end at any moment, the rest can be written there."""
        self._file_name = path.name
        self.note.follow(self)
        self.note.save_now()

    def begin(self) -> None:
        """Listens to `sound` from its beginning, as soon as the model is there."""
        self._messages.clear("behind")
        heard = Listener(self._show, self._add, self._obey, self._tell_delay, self._take, self._fail)
        self._recognition.listen(self.sound, heard)

    def end(self) -> None:
        """The recording is over."""
        self._recognition.end_listening(self.sound)

    def drop(self) -> None:
        """Takes back what was written since it began; nothing more of it is written."""
        self._is_dropped = True
        self.note.finish([self._file_name])
        self.end()
        document = self.note.document
        document.partial.hide()
        while document.availableUndoSteps() > self._undo_steps:
            document.undo()

    def keep(self, recording: Recording, then: Callable[[], None]) -> None:
        """The record holds the sound now; `then` is called when it holds the text too, or never will."""
        self._recording, self._kept = recording, then
        self.note.document.name_recording(self._id, recording.id)
        self._id = recording.id
        self._finish()

    def _show(self, piece: Piece) -> None:
        if self._is_dropped:
            return
        place = self._partial_place or (self._waiting[-1][1] if self._waiting else self.place)
        self._partial_place = place if piece.text else None
        self.note.document.show_partial(place, piece)

    def _add(self, addition: Addition) -> None:
        if self._is_dropped:
            return
        self._partial_place = None
        words = addition.alone.words
        if self._turn_to(words[0].start_s if words else 0.0):
            addition = Addition(Piece("", ()), addition.alone, addition.alone)
        self._commands.write(self.note, self.place, lambda: self._put(addition))
        if words:
            self._count_written(words[-1].end_s)

    def _obey(self, order: Order) -> None:
        if self._is_dropped:
            return
        self._partial_place = None
        self._turn_to(order.start_s)
        if not self._commands.carry_out(self.note, self.place, order, self._put, self._leave):
            self._add(order.text)
            self._commands.tell_written(order.command)
        said = order.text.alone.words
        self._count_written(said[-1].end_s if said else order.start_s)

    def _count_written(self, until_s: float) -> None:
        self._written_s = max(self._written_s, until_s)
        self.note.save_soon()

    def _put(self, addition: Addition) -> None:
        self._has_text = self._has_text_here = True
        is_correction = self._commands.is_correcting(self.place)
        self.note.document.add_dictated(self.place, addition, self._id, is_correction=is_correction)

    def _leave(self) -> None:
        """Dictation goes on elsewhere."""
        if self._has_text_here:
            self.note.document.end_dictated(self.place)
        self._has_text_here = False

    def _turn_to(self, said_s: float) -> bool:
        """Takes the place that was the newest one when the words were said; whether it is another one."""
        has_turned = False
        while self._waiting and self._waiting[0][0] <= said_s:
            self._leave()
            has_turned = True
            self.place = self._waiting.pop(0)[1]
        return has_turned

    def _tell_delay(self, behind_s: float) -> None:
        if not behind_s:
            self._messages.clear("behind")
            return
        self._messages.tell(
            "behind",
            translate(
                "Dictation",
                "The text is {seconds} s behind: this computer is slower than you speak. Nothing is lost.",
                seconds=number(behind_s),
            ),
        )

    def _take(self, heard: Transcript) -> None:
        self._heard = heard
        self._finish()

    def _fail(self, problem: OtoscribeError | None) -> None:
        self._problem = problem
        self._is_over = True
        self._finish()

    def _finish(self) -> None:
        """Goes on once the sound is in the record and the text is complete, or given up."""
        recording, kept = self._recording, self._kept
        if recording is None or kept is None or (self._heard is None and not self._is_over):
            return
        self._kept = None
        self._messages.clear("behind")  # it is all written, or given up
        self._turn_to(inf)
        if self._has_text_here:
            self.note.document.end_dictated(self.place)
        else:
            self.note.document.partial.hide()
        if self._heard is not None:
            self._written_s = max(self._written_s, self._heard.duration_s)
            self._store(recording, self._heard, kept)
            return
        if not self._has_text:
            self._recognise(self.note, recording, self.place)
        elif self._problem is not None:
            unfinished = self.unfinished
            if unfinished is not None:
                unfinished = replace(unfinished, text=self.note.document.toPlainText())
            partly = replace(recording, unfinished=unfinished)
            self.note.add_recording(partly)
            again = Action(
                translate("Dictation", "Write the rest of it down"),
                lambda: self._recognise(self.note, partly, self.place),
            )
            self._messages.warn("recognition", self._problem, again)
        kept()

    def _store(self, recording: Recording, heard: Transcript, kept: Callable[[], None]) -> None:
        if not heard.segments:
            self._recognition.tell_nothing_heard()
        named = heard.renamed(str(recording.path))
        author = self._desk.author

        self.is_being_stored = True

        def done(newest: Recording) -> None:
            self.is_being_stored = False
            self.note.add_recording(replace(newest, unfinished=None))
            self.note.finish([self._file_name])
            kept()

        def fail(problem: OtoscribeError) -> None:
            self.is_being_stored = False
            self._messages.warn("transcript", problem)
            kept()

        self._desk.ask_records(lambda store: store.set_transcript(recording.id, named, author=author), done, fail)
