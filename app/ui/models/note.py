"""An open note: its text as a document, saved by itself, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor

from app.desk.anchors import Anchor
from app.desk.desk import Desk
from app.desk.unfinished import HeldPart, Rest, find_again
from app.dictation.fields import find_fields
from app.records import DictationPlace, Note, NoteStatus, Recording, UnfinishedDictation
from app.translation import translate
from app.ui.dates import day_and_time_text
from app.ui.models.messages import Action, Messages
from app.ui.note_document import NoteDocument
from app.ui.positions import offset_of, units
from speech.errors import OtoscribeError
from speech.transcript import Word

if TYPE_CHECKING:
    from app.records import RecordStore
    from app.ui.models.dictation import Dictation

_SAVE_AFTER_MS = 1000
_SAVE_AT_LATEST_MS = 10_000
_TRY_AGAIN_MS = 15_000


class OpenNote(QObject):
    """A note as it stands in the window. It stays alive while a recording or a recognition for it is under way.

    `changed`: status, saving state or recordings are other ones. `saved`: the record holds what is shown.
    """

    changed = Signal()
    saved = Signal()

    def __init__(
        self,
        desk: Desk,
        messages: Messages,
        note: Note,
        recordings: Sequence[Recording],
        heard: Mapping[int, Sequence[Word]],
        anchors: Sequence[Anchor],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self.note = note
        self.recordings = tuple(recordings)
        self.title = note.title
        self.patient = note.patient
        self.is_saving = False
        self.save_problem: OtoscribeError | None = None
        self._after_save: list[Callable[[bool], None]] = []
        self._dictations: list[Dictation] = []
        self._kept_dictations: tuple[UnfinishedDictation, ...] = ()
        self._finished: set[str] = set()
        self.document = NoteDocument(desk.settings.language, self)
        self.document.load(note.text, heard, anchors, note.confirmed)
        self._soon = self._timer(_SAVE_AFTER_MS)
        self._at_latest = self._timer(_SAVE_AT_LATEST_MS)
        self.document.contentsChanged.connect(self.save_soon)

    @property
    def id(self) -> int:
        return self.note.id

    @property
    def language(self) -> str:
        """The code of the language that is dictated, or auto."""
        return self._desk.settings.language

    @property
    def is_draft(self) -> bool:
        return self.note.status == NoteStatus.DRAFT

    @property
    def is_dirty(self) -> bool:
        """Something is shown that the record does not hold."""
        if not self.is_draft:
            return False
        kept = self.note.text, self.note.title, self.note.patient
        if (self._text, self.title, self.patient) != kept:
            return True
        if self._finished or self._unfinished() != self._kept_dictations:
            return True
        return self.document.confirmed() != frozenset(self.note.confirmed)

    @property
    def _text(self) -> str:
        return self.document.toPlainText()

    @property
    def shown_title(self) -> str:
        return self.title.strip() or translate("OpenNote", "Untitled note")

    @property
    def saving_state(self) -> str:
        """One or two words for the line below the title."""
        if not self.is_draft:
            return ""
        if self.save_problem is not None:
            return translate("OpenNote", "Not saved")
        if self.is_saving or self._soon.isActive():
            return translate("OpenNote", "Saving…")
        return translate("OpenNote", "Saved")

    @property
    def signature(self) -> str:
        """Who signed and when; nothing for a draft."""
        if self.note.signed_at is None:
            return ""
        return translate(
            "OpenNote",
            "Signed by {author}, {when}",
            author=self.note.signed_by,
            when=day_and_time_text(self.note.signed_at),
        )

    @property
    def addenda_text(self) -> str:
        """What was added after signing, with who and when."""
        heads = [
            translate(
                "OpenNote", "Addendum by {author}, {when}", author=each.author, when=day_and_time_text(each.created_at)
            )
            for each in self.note.addenda
        ]
        return "\n\n".join(f"{head}\n{each.text}" for head, each in zip(heads, self.note.addenda, strict=True))

    @property
    def unrecognised(self) -> tuple[Recording, ...]:
        """Recordings that have not been turned into text yet, or not to their end."""
        return tuple(each for each in self.recordings if each.transcript is None or each.unfinished is not None)

    def words_to_check(self, threshold: float) -> int:
        """How many words are still marked as doubtful, or as abbreviations that are dangerous."""
        return self.document.words_to_check(threshold)

    @property
    def open_fields(self) -> list[str]:
        """The fields of a template that nobody has filled yet, in few words each."""
        return [place.field.label for place in find_fields(self._text)]

    def recording(self, recording_id: int) -> Recording | None:
        return next((each for each in self.recordings if each.id == recording_id), None)

    def set_title(self, title: str) -> None:
        self.title = title
        self.save_soon()

    def set_patient(self, patient: str) -> None:
        self.patient = patient
        self.save_soon()

    def place_at(self, start: int | None, end: int | None = None) -> QTextCursor:
        """A place in the text (None: its end), or all from `start` to `end`, that moves with edits before it."""
        place = QTextCursor(self.document)
        last = self.document.characterCount() - 1
        place.setPosition(last if start is None else min(start, last))
        if end is not None:
            place.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        return place

    def add_recording(self, recording: Recording) -> None:
        """Takes over a recording that was just attached, or a newer state of one."""
        others = [each for each in self.recordings if each.id != recording.id]
        self.recordings = tuple(sorted([*others, recording], key=lambda each: each.id))
        self.changed.emit()

    def follow(self, dictation: Dictation) -> None:
        """From now on each saving keeps how far the text holds the dictation."""
        self._dictations.append(dictation)

    def finish(self, file_names: Collection[str]) -> None:
        """Nothing of these dictations is to be written any more."""
        names = {name for name in file_names if name}
        self._dictations = [
            each for each in self._dictations if each.unfinished and each.unfinished.file_name not in names
        ]
        self._finished |= names
        self.save_soon()

    def place_in(self, text: str, place: DictationPlace) -> QTextCursor:
        """A place of the text as it was saved, in what stands now."""
        now = self._text
        start, end = find_again(text, now, offset_of(text, place.start), offset_of(text, place.end))
        return self.place_at(units(now[:start]), units(now[:end]))

    def held_part(self, recording: Recording) -> HeldPart | None:
        """What the text holds of a recording that is to be written from where it breaks off."""
        unfinished = recording.unfinished
        if unfinished is None or not (unfinished.written_s or len(unfinished.places) > 1):
            return None
        known = {each.id: self.document.words_of(each.id) for each in self.recordings if each.id != recording.id}
        return HeldPart(
            unfinished.written_s,
            tuple(place.from_s for place in unfinished.places[1:]),
            tuple(self.document.words_of(recording.id)),
            self._text,
            {id: words for id, words in known.items() if words},
        )

    def insert_rest(
        self, recording: Recording, rest: Rest, places: Sequence[QTextCursor], held: HeldPart | None
    ) -> None:
        """Puts what is missing of a recording, or all of it, at its places and saves soon."""
        names = [
            each.unfinished.file_name
            for each in self._dictations
            if each.recording_id == recording.id and each.unfinished
        ]
        names += [recording.unfinished.file_name] if recording.unfinished is not None else []
        self.add_recording(replace(recording, unfinished=None))
        pieces, across = rest.pieces, rest.across
        if across is not None and self.document.select_written(places[0], across.replaced):
            pieces = across.pieces
        if held is not None and rest.held and held.text == self._text:
            self.document.name_words(recording.id, pieces[0].words, rest.held)
        for piece, place in zip(pieces, places, strict=True):
            if piece.text:
                self.document.insert_transcript(place, piece, is_rest=held is not None)
        self.finish(names)

    def _unfinished(self) -> tuple[UnfinishedDictation, ...]:
        return tuple(found for each in self._dictations if (found := each.unfinished) is not None)

    def save_soon(self) -> None:
        """A second after the last change, ten after the first."""
        if self._soon.isActive() and self._at_latest.isActive():  # whoever types on need not be compared again
            self._soon.start(_SAVE_AFTER_MS)
            return
        if not self.is_dirty:
            return
        self._soon.start(_SAVE_AFTER_MS)
        if not self._at_latest.isActive():
            self._at_latest.start()
        self.changed.emit()

    def save_now(self, then: Callable[[bool], None] | None = None) -> None:
        """Hands what is shown to the record; `then` hears whether the record holds it."""
        self._soon.stop()
        self._at_latest.stop()
        if then is not None:
            self._after_save.append(then)
        if self.is_saving:
            return
        if not self.is_dirty:
            self._finish_saving(True)
            return
        text, title, patient, author = self._text, self.title, self.patient, self._desk.author
        confirmed = sorted(self.document.confirmed(), key=lambda word: (word.recording_id, word.start_s))
        dictations, finished = self._unfinished(), frozenset(self._finished)
        self.is_saving = True
        self.changed.emit()

        def save(store: RecordStore) -> Note:
            return store.save(
                self.id,
                text=text,
                title=title,
                patient=patient,
                confirmed=confirmed,
                dictations=dictations,
                finished=finished,
                author=author,
            )

        def saved(note: Note) -> None:
            self._kept_dictations = dictations
            self._finished -= finished
            self._take_saved(note)

        self._desk.ask_records(save, saved, self._fail_saving)

    def sign(self, author: str, failed: Callable[[OtoscribeError], None], then: Callable[[], None]) -> None:
        """Saves, then signs; afterwards the text only grows by addenda. `then` is called when it is signed."""

        def signed(note: Note) -> None:
            self._take_over(note)
            then()

        def go_on(is_saved: bool) -> None:
            if is_saved:
                self._desk.ask_records(lambda store: store.sign(self.id, author), signed, failed)

        self.save_now(go_on)

    def add_addendum(self, text: str, author: str, failed: Callable[[OtoscribeError], None]) -> None:
        """Adds to a signed note."""
        self._desk.ask_records(lambda store: store.add_addendum(self.id, text, author), self._take_over, failed)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.save_now)
        return timer

    def _take_over(self, note: Note) -> None:
        self.note = note
        self.saved.emit()
        self.changed.emit()

    def _take_saved(self, note: Note) -> None:
        self.is_saving = False
        self.save_problem = None
        self.note = note
        self._messages.clear(f"save {self.id}")
        self.saved.emit()
        if self.is_dirty and self._after_save:
            self.save_now()
            return
        self._finish_saving(True)
        self.save_soon()

    def _fail_saving(self, problem: OtoscribeError) -> None:
        self.is_saving = False
        self.save_problem = problem
        self._messages.warn(f"save {self.id}", problem, Action(translate("OpenNote", "Save again"), self.save_now))
        self._soon.start(_TRY_AGAIN_MS)
        self._finish_saving(False)

    def _finish_saving(self, is_saved: bool) -> None:
        waiting, self._after_save = self._after_save, []
        self.changed.emit()
        for then in waiting:
            then(is_saved)
