"""A note's text as a Qt document that knows which of its words come from which recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import (
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from app.desk.anchors import Anchor, anchor_words
from app.desk.doubts import confirmation_of
from app.desk.live_text import Addition, Piece, first_heard, first_term
from app.desk.marks import are_one_stretch, heard_for, put_in, terms_in
from app.desk.rewriting import PlacedText
from app.dictation import Flag, fit_between, has_stop_too_many
from app.dictation.fields import option_said
from app.records import ConfirmedWord
from app.ui.dictated import DictatedStretch
from app.ui.line_reading import NoteReader
from app.ui.note_layout import NoteLayout
from app.ui.origins import Origin, confirmation, format_for
from app.ui.partial_text import PartialText
from app.ui.settling import Settling
from app.ui.spoken_lines import SpokenLine, SpokenLines, SpokenWord
from speech.transcript import Word

_TAKEN_BACK = 100  # utterances; each follows every edit


class NoteDocument(QTextDocument):
    """Text with spoken words in it. `words_changed` tells that marks may have to be drawn anew."""

    words_changed = Signal()

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        """`language` is the one in which dangerous abbreviations are looked for."""
        super().__init__(parent)
        self._layout = NoteLayout(self)
        self.setDocumentLayout(self._layout)
        self._language = language
        self._reader = NoteReader(language)
        self._confirmed: frozenset[ConfirmedWord] | None = None
        self._settled_confirmed: frozenset[ConfirmedWord] = frozenset()
        self._was_confirmed = False  # most notes: nothing need be looked for
        self.partial = PartialText(self)
        self.dictated: deque[DictatedStretch] = deque(maxlen=_TAKEN_BACK)  # oldest first
        self._spoken: list[SpokenWord] | None = None
        self._lines = SpokenLines(self, self._reader)
        self._settling = Settling(self, self._layout, self._lines.all, self._take_settled)
        self.contentsChange.connect(self._forget_places)

    def load(
        self,
        text: str,
        heard: Mapping[int, Sequence[Word]],
        anchors: Sequence[Anchor],
        confirmed: Collection[ConfirmedWord] = (),
    ) -> None:
        """Replaces everything; nothing of it can be undone. The words of a long text get their origins in the next
        moments; whoever asks for one waits for all."""
        self.setUndoRedoEnabled(False)
        self.setPlainText(text)
        self._reader.heard = dict(heard)
        self._was_confirmed = bool(confirmed)
        self._settled_confirmed = known = frozenset(confirmed)
        self._settling.begin(anchors, 0, lambda cursor, offset, some: self._apply(cursor, offset, some, known))

    def name_words(self, recording_id: int, words: Sequence[Word], anchors: Sequence[Anchor]) -> None:
        """Gives words that stand in the text already the recording that they come from."""
        self._settling.finish()
        self._reader.heard[recording_id] = words
        self._settling.begin(anchors, 0, self._apply)

    def insert_transcript(self, at: QTextCursor, placed: PlacedText, *, is_rest: bool = False) -> None:
        """Puts recognised text where `at` stands, in place of what it selects, fitted to its neighbours, as one step
        of undo. The words of a long text get their origins in the next moments.

        `at` stands behind it afterwards. Words from an earlier recognition of the same recording lose their origin,
        unless it `is_rest`: the text behind theirs.
        """
        self._settling.finish()
        self._reader.heard[placed.recording_id] = placed.words
        at.beginEditBlock()
        if not is_rest:
            self._drop_origin(placed.recording_id)
        start, fitted = self._write(at, placed.text, placed.words)
        self._end_dictated(at)
        at.endEditBlock()
        if fitted:
            moved = _margin(fitted) - _margin(placed.text)
            self._settling.begin(placed.anchors, start + moved, self._apply)

    def show_partial(self, at: QTextCursor, piece: Piece) -> None:
        """Shows an utterance under way behind `at`, or nothing any more; the note's text stays as it is."""
        if piece.is_command:
            self.partial.show(at, f" ‹{piece.text}›")
            return
        before, after = self._sides(at)
        fitted = fit_between(before, piece.text, after, self._language, piece.heard)
        if fitted and at.hasSelection() and not fitted[0].isspace():
            fitted = " " + fitted
        if fitted:
            self.partial.show(at, fitted)
        else:
            self.partial.hide()

    def add_dictated(
        self, at: QTextCursor, addition: Addition, recording_id: int, *, is_correction: bool = False
    ) -> None:
        """Puts an utterance of a recording under way where `at` stands, in place of what it selects, as one step of
        undo; the words count in those of the recording. A correction is no sentence of its own: nothing follows it.

        `at` stands behind it afterwards. `name_recording` tells later which recording it is.
        """
        self.partial.hide()
        written = list(self._reader.heard.get(recording_id, ()))
        piece = addition.piece
        at.beginEditBlock()
        if addition.replaced.text:
            if self._select_before(at, addition.replaced.text):
                del written[max(0, len(written) - len(addition.replaced.words)) :]
            else:
                piece = addition.alone
        self._reader.heard[recording_id] = [*written, *piece.words]
        option = option_said(at.selectedText(), piece.text)
        if option is not None:
            piece = replace(piece, text=option)
        replaced = at.selection()
        if is_correction and at.selectedText()[:1].islower():
            piece = replace(piece, text=_lowered(piece.text))
        start, fitted = self._write(at, piece.text.lstrip(" "), piece.words)
        anchors = anchor_words(fitted, [(recording_id, piece.words)])
        self._apply(QTextCursor(at), start, [replace(anchor, word=anchor.word + len(written)) for anchor in anchors])
        if is_correction and self._end_dictated(at):
            fitted = fitted.rstrip(" ")[:-1] + fitted[len(fitted.rstrip(" ")) :]
        at.endEditBlock()
        if fitted:
            self.dictated.append(DictatedStretch(self, start, fitted, replaced))

    def end_dictated(self, at: QTextCursor) -> None:
        """No more utterances come to `at`; what is needless there now belongs to the last one's step of undo."""
        self.partial.hide()
        if not at.hasSelection() and has_stop_too_many(*self._sides(at), self._language):
            at.joinPreviousEditBlock()
            self._end_dictated(at)
            at.endEditBlock()

    def name_recording(self, provisional_id: int, recording_id: int) -> None:
        """What was dictated under a provisional id is a recording of the record now."""
        self._reader.names[provisional_id] = recording_id
        self._reader.heard[recording_id] = self._reader.heard.pop(provisional_id, ())
        self._lines.forget(provisional_id)
        self._spoken = self._confirmed = None

    def _write(self, at: QTextCursor, text: str, words: Sequence[Word]) -> tuple[int, str]:
        """Where a text with these words was written, and how it was fitted, which may be to nothing; `at` ends before a
        space put behind it."""
        before, after = self._sides(at)
        fitted = fit_between(before, text, after, self._language, first_heard(words), first_term(words))
        if not fitted:
            return at.position(), ""
        at.removeSelectedText()
        start = at.position()
        at.insertText(fitted, QTextCharFormat())
        at.setPosition(start + len(fitted.rstrip(" ") if fitted.strip(" ") else fitted))
        return start, fitted

    def _end_dictated(self, at: QTextCursor) -> bool:
        """Takes out a full stop that is needless here, if there is one."""
        has_stop = has_stop_too_many(*self._sides(at), self._language)
        if has_stop:
            at.deletePreviousChar()
        return has_stop

    def _sides(self, at: QTextCursor) -> tuple[str, str]:
        """The lines before and behind a place or selection: "" at an end of the note, the line end at those of a
        line."""
        first, last = self.findBlock(at.selectionStart()), self.findBlock(at.selectionEnd())
        before = first.text()[: at.selectionStart() - first.position()]
        after = last.text()[at.selectionEnd() - last.position() :]
        return before or ("\n" if first.position() else ""), after or ("\n" if last.next().isValid() else "")

    def _select_before(self, at: QTextCursor, text: str) -> bool:
        """Selects the text before a place if it is that one, whatever its capitals."""
        end = at.position()
        if at.hasSelection() or end < len(text):
            return False
        at.setPosition(end - len(text), QTextCursor.MoveMode.KeepAnchor)
        if at.selectedText().replace("\u2029", "\n").casefold() == text.casefold():
            return True
        at.setPosition(end)
        return False

    def select_written(self, at: QTextCursor, text: str) -> bool:
        """Selects the text before a place where it is that one to the letter and begins with a word, perhaps with the
        full stop that ends an utterance of which no more was known."""
        end = at.position()
        for written in (text, f"{text}."):
            start = end - len(written)
            if self._select_before(at, written):
                before = self.characterAt(start - 1) if start else ""
                if at.selectedText() == written and not before.strip():
                    return True
                at.setPosition(end)
        return False

    def use_margin(self, pixels: int) -> None:
        """Leaves so much room around the text. Qt tells that as a change of all of it, of which nothing is one."""
        was_blocked = self.blockSignals(True)
        self.setDocumentMargin(pixels)
        self.blockSignals(was_blocked)

    def words_of(self, recording_id: int) -> Sequence[Word]:
        """The words of a recording as they are written here; a SpokenWord's `number` counts in these."""
        return self._reader.heard.get(recording_id, ())

    @property
    def is_settling(self) -> bool:
        """The words of a text that was just loaded are still getting their origins; words_changed tells the end."""
        return self._settling.is_under_way

    def _take_settled(self) -> None:
        if not self.isUndoRedoEnabled():  # it was loaded
            self.setUndoRedoEnabled(True)
            self.setModified(False)
        self.words_changed.emit()

    def _all_lines(self) -> Iterator[tuple[QTextBlock, SpokenLine]]:
        self._settling.finish()
        return self._lines.all()

    def line_of(self, block: QTextBlock) -> SpokenLine:
        """The words with an origin in one line, and what wants another wording there: dangerous abbreviations, and
        words for which a term is offered."""
        return self._lines.of(block)

    def words_to_check(self, threshold: float) -> int:
        """How many words are still marked as doubtful, or want another wording."""
        return sum(line.doubtful(threshold) + len(line.flags) for _, line in self._all_lines())

    def is_doubtful(self, recording_id: int, number: int, threshold: float) -> bool:
        """Whether a word of a recording still stands in the text and is to be checked."""
        found = (line.numbers.get((recording_id, number)) for _, line in self._all_lines())
        return any(word is not None and word.is_doubtful(threshold) for word in found)

    def unsafe(self) -> list[tuple[int, Flag]]:
        """All that wants another wording, each with its place in the document."""
        return [(block.position() + flag.start, flag) for block, line in self._all_lines() for flag in line.flags]

    def unsafe_at(self, position: int) -> tuple[int, Flag] | None:
        """The dangerous abbreviation at a position, with its place in the document."""
        block = self.findBlock(position)
        places = [(block.position() + flag.start, flag) for flag in self.line_of(block).flags]
        return next((each for each in places if each[0] <= position <= each[0] + len(each[1].found)), None)

    def heard_at(self, position: int) -> tuple[int, int, str] | None:
        """Start and end of the words at a position that belong together, and what was said for them, where that is
        written in another form and nobody has changed it since."""
        word = self.spoken_word_at(position)
        if word is None:
            return None
        stretch = self._stretch_of(word)
        heard = heard_for([each.heard for each in stretch])
        if heard is None or any(each.is_edited for each in stretch):
            return None
        return stretch[0].start, stretch[-1].end, heard

    def terms_at(self, position: int) -> list[str]:
        """The listed terms that were written in place of something else at a position."""
        word = self.spoken_word_at(position)
        words = [each.heard for each in self._stretch_of(word)] if word is not None else []
        return terms_in([each for each in words if each.heard is not None])

    def write_over(self, start: int, end: int, text: str) -> None:
        """Writes a text in place of another as one step of undo; it keeps the origin of what was there."""
        cursor = QTextCursor(self)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def choose(self, words: Sequence[SpokenWord], text: str) -> None:
        """Writes something else in place of neighbouring words, as one step of undo. The marks around them stay, and
        the origin of the first, so that it can be heard where they could."""
        start, end = words[0].start, words[-1].end
        block = self.findBlock(start)
        current = block.text()[start - block.position() : end - block.position()]
        first, last, fitted = put_in(block.text()[: start - block.position()], current, text)
        self.write_over(start + first, start + last, fitted)

    def confirm(self, words: Sequence[SpokenWord]) -> None:
        """Takes the marks of doubt away, as one step of undo: somebody has looked, and the words are right."""
        self._was_confirmed = True
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        for word in words:
            cursor.setPosition(word.start)
            cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(confirmation())
        cursor.endEditBlock()

    def confirmed(self) -> frozenset[ConfirmedWord]:
        """The words that somebody found right, of the recordings that the record holds."""
        if self.is_settling:
            return self._settled_confirmed
        if self._confirmed is None:
            self._confirmed = self._settled_confirmed = frozenset(
                confirmation_of(word.recording_id, word.heard)
                for _, line in (self._all_lines() if self._was_confirmed else ())
                for word in line.words
                if word.is_confirmed and not word.is_edited and word.recording_id > 0
            )
        return self._confirmed

    def stretch_at(self, position: int) -> list[SpokenWord]:
        """The word that holds a position with those of the same speech in its line, in order; none where nothing was
        dictated."""
        words = self.words_in_line(self.findBlock(position))
        place = next((i for i, word in enumerate(words) if word.start <= position <= word.end), None)
        return _stretch(words, place) if place is not None else []

    def neighbours(self, near: SpokenWord, first: int, last: int) -> list[SpokenWord]:
        """The words numbered from `first` up to `last` of a word's recording, where they still stand side by side in
        its line as they were written; else none."""
        words = self.words_in_line(self.findBlock(near.start))
        place = next((i for i, each in enumerate(words) if each.number == first), 0)
        found = words[place : place + last - first]
        wanted = [(near.recording_id, number, False) for number in range(first, last)]
        return found if [(each.recording_id, each.number, each.is_edited) for each in found] == wanted else []

    def spoken_words_between(self, start: int, end: int) -> list[SpokenWord]:
        """The words that something of lies between two places, or that hold the one place."""
        found: list[SpokenWord] = []
        block = self.findBlock(start)
        while block.isValid() and block.position() <= end:
            found += [word for word in self.words_in_line(block) if word.start <= end and start <= word.end]
            block = block.next()
        return found

    def spoken_words(self) -> list[SpokenWord]:
        """All words with an origin, in the order of the text."""
        if self._spoken is None:
            self._spoken = [word.moved(block.position()) for block, line in self._all_lines() for word in line.words]
        return self._spoken

    def words_in_line(self, block: QTextBlock) -> list[SpokenWord]:
        """The words with an origin in one line, with their places in the document."""
        self._settling.finish()
        return [word.moved(block.position()) for word in self.line_of(block).words]

    def _words_around(self, block: QTextBlock) -> list[SpokenWord]:
        """The words of a line and of its neighbours."""
        near = (block.previous(), block, block.next())
        return [word for each in near if each.isValid() for word in self.words_in_line(each)]

    def spoken_word_near(self, position: int) -> SpokenWord | None:
        """The word at a position, or else the last one before it, or else the first one after it."""
        self._settling.finish()
        block = self.findBlock(position)
        while block.isValid():
            before = [word for word in self.line_of(block).words if word.start + block.position() <= position]
            if before:
                return before[-1].moved(block.position())
            block = block.previous()
        first = next(((block, line) for block, line in self._all_lines() if line.words), None)
        return first[1].words[0].moved(first[0].position()) if first is not None else None

    def spoken_word_at(self, position: int) -> SpokenWord | None:
        """The word that holds this very position."""
        word = self.spoken_word_near(position)
        return word if word is not None and word.start <= position <= word.end else None

    def find_spoken(self, recording_id: int, number: int) -> SpokenWord | None:
        """Where a word of a recording stands now, with those of the same speech; None when it was deleted."""
        for block, line in self._all_lines():
            word = line.numbers.get((recording_id, number))
            if word is not None:
                here = word.moved(block.position())
                stretch = self._stretch_of(here)
                return replace(here, start=stretch[0].start, end=stretch[-1].end)
        return None

    def _stretch_of(self, word: SpokenWord) -> list[SpokenWord]:
        """The words around one that come from the same speech, in order; itself alone as a rule."""
        words = self._words_around(self.findBlock(word.start))
        return _stretch(words, words.index(word))

    def _apply(
        self,
        cursor: QTextCursor,
        offset: int,
        anchors: Sequence[Anchor],
        confirmed: frozenset[ConfirmedWord] = frozenset(),
    ) -> None:
        for anchor in anchors:
            is_confirmed = bool(confirmed) and self._confirmation_of(anchor) in confirmed
            cursor.setPosition(offset + anchor.start)
            cursor.setPosition(offset + anchor.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(format_for(Origin(anchor.recording_id, anchor.word, is_confirmed)))
        self._spoken = None

    def _confirmation_of(self, anchor: Anchor) -> ConfirmedWord:
        return confirmation_of(anchor.recording_id, self._reader.heard[anchor.recording_id][anchor.word])

    def _drop_origin(self, recording_id: int) -> None:
        """Neighbours are done together: twenty thousand words by themselves take a third of a second."""
        cursor = QTextCursor(self)
        for start, end in self._stretches_of_recording(recording_id):
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(QTextCharFormat())
        self._spoken = None

    def _stretches_of_recording(self, recording_id: int) -> list[tuple[int, int]]:
        stretches: list[tuple[int, int]] = []
        before: SpokenWord | None = None
        for block, line in self._all_lines():
            for word in line.words:
                if word.recording_id == recording_id:
                    is_next = before is not None and before.recording_id == recording_id
                    start = stretches.pop()[0] if is_next else block.position() + word.start
                    stretches.append((start, block.position() + word.end))
                before = word
        return stretches

    def _forget_places(self) -> None:
        self._spoken = self._confirmed = None


def _margin(text: str) -> int:
    return len(text) - len(text.lstrip())


def _lowered(text: str) -> str:
    """Without the capital that every utterance begins with; abbreviations and lone letters keep theirs."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text[:1].lower() + text[1:] if len(first) > 1 and first.istitle() else text


def _stretch(words: Sequence[SpokenWord], place: int) -> list[SpokenWord]:
    """The words around one that come from the same speech."""
    first = last = place
    while first > 0 and _belong_together(words[first - 1], words[place]):
        first -= 1
    while last + 1 < len(words) and _belong_together(words[last + 1], words[place]):
        last += 1
    return list(words[first : last + 1])


def _belong_together(one: SpokenWord, other: SpokenWord) -> bool:
    return one.recording_id == other.recording_id and are_one_stretch(one.heard, other.heard)
