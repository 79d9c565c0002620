"""Commands that are said while dictating, carried out in the note that is dictated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor

from app.desk.live_text import Addition, Piece
from app.desk.live_utterances import Order
from app.dictation.commands import Command, CommandName, change_case, find_section, find_words
from app.dictation.fields import FieldPlace, find_fields
from app.translation import translate
from app.ui.dictated import DictatedStretch
from app.ui.field_places import find_places, insert_text, write_defaults
from app.ui.models.note import OpenNote
from app.ui.models.recording import RecordingModel
from app.ui.models.templates import TemplatesModel
from app.ui.positions import offset_of, units
from app.ui.signs import write_bold

_PARAGRAPH = "\u2029"


@dataclass(frozen=True)
class _Task:
    note: OpenNote
    place: QTextCursor  # where dictated text goes, or what it goes in place of
    command: Command
    text: Addition
    write: Callable[[Addition], None]
    leave: Callable[[], None]  # what was dictated at the place is complete

    @property
    def note_text(self) -> str:
        return self.note.document.toPlainText()


class VoiceCommands(QObject):
    """`place_changed`: dictation goes on elsewhere in a note, or in place of what is selected. `help_wanted`: what can
    be said is to be shown. `told`: another line says what the last command did, or none.

    `selection_in` gives what the user has selected in a note on the screen.
    """

    place_changed = Signal(object, QTextCursor)
    help_wanted = Signal()
    told = Signal(str)

    def __init__(self, recording: RecordingModel, templates: TemplatesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.line = ""
        self._recording = recording
        self._templates = templates
        self._went_on_at: QTextCursor | None = None  # where a correction goes back to
        self._is_chosen = False  # words of a text, that something else takes the place of
        self._spelled = ""  # of the word that is being spelled
        self._is_capital = False
        self.selection_in: Callable[[OpenNote], QTextCursor | None] = lambda note: None
        self._doers: dict[CommandName, Callable[[_Task], str | None]] = {
            CommandName.SCRATCH: self._scratch,
            CommandName.UNDO: self._undo,
            CommandName.REDO: self._redo,
            CommandName.DELETE: self._delete,
            CommandName.SELECT: self._select,
            CommandName.SELECT_LAST: self._select_last,
            CommandName.CORRECT: self._select,
            CommandName.CORRECT_LAST: self._select_last,
            CommandName.CAPITALISE: self._change_case,
            CommandName.UPPER_CASE: self._change_case,
            CommandName.LOWER_CASE: self._change_case,
            CommandName.BOLD: self._make_bold,
            CommandName.SPELL: self._spell,
            CommandName.SPELL_OUT: self._spell_out,
            CommandName.STOP_SPELLING: self._stop_spelling,
            CommandName.GO_TO: self._go_to,
            CommandName.GO_TO_END: self._go_to_end,
            CommandName.NEXT_FIELD: self._go_to_field,
            CommandName.PREVIOUS_FIELD: self._go_to_field,
            CommandName.ACCEPT_DEFAULTS: self._accept_defaults,
            CommandName.INSERT: self._insert,
            CommandName.STOP_DICTATION: self._stop,
            CommandName.HELP: self._help,
            CommandName.WRITE: self._write,
        }

    def carry_out(
        self,
        note: OpenNote,
        place: QTextCursor,
        order: Order,
        write: Callable[[Addition], None],
        leave: Callable[[], None],
    ) -> bool:
        """Does what was commanded, with a line that says so; False where the words are no command after all, since
        what they name is not there. `place` may be moved; `write` puts text there, `leave` ends what is dictated
        there."""
        note.document.partial.hide()
        if order.command.name is not CommandName.SPELL_OUT:
            self._end_word(note, place)
        done = self._doers[order.command.name](_Task(note, place, order.command, order.text, write, leave))
        if done is None:
            return False
        self._tell(done)
        return True

    def write(self, note: OpenNote, place: QTextCursor, put: Callable[[], None]) -> None:
        """Puts what was said as text at `place`: after a correction dictation goes on where it was before."""
        self._end_word(note, place)
        put()
        self._go_back(note, place)
        self._tell("")

    def tell_written(self, command: Command) -> None:
        """The words of a command were written, since what they name is not there."""
        if command.name in (CommandName.SELECT, CommandName.CORRECT):
            self._tell(translate("VoiceCommands", "Written as text: the note does not hold these words before here."))

    def _end_word(self, note: OpenNote, place: QTextCursor) -> None:
        """No more letters come to the word that was spelled."""
        if self._spelled:
            self._go_back(note, place)
        self._spelled, self._is_capital = "", False

    def _go_back(self, note: OpenNote, place: QTextCursor) -> None:
        if self._went_on_at is not None:
            place.setPosition(self._went_on_at.position())
            self._went_on_at = None
            self.place_changed.emit(note, place)

    def _tell(self, line: str) -> None:
        if line != self.line:
            self.line = line
            self.told.emit(line)

    def is_correcting(self, place: QTextCursor) -> bool:
        """What is said next goes in place of words within a text."""
        return place.hasSelection() and self._is_chosen

    # --- taking back

    def _scratch(self, task: _Task) -> str:
        stretch = _last_stretch(task.note)
        if stretch is None:
            return translate("VoiceCommands", "There is nothing to scratch in this note.")
        if not stretch.is_there:
            return translate(
                "VoiceCommands",
                "The last utterance has been changed since and was not scratched. Select what is to go.",
            )
        task.place.setPosition(stretch.take_back().position())
        self._show(task)
        return translate("VoiceCommands", "Scratched: last utterance")

    def _undo(self, task: _Task) -> str:
        if not task.note.document.isUndoAvailable():
            return translate("VoiceCommands", "There is nothing to undo.")
        task.note.document.undo()
        return translate("VoiceCommands", "Undone: last change")

    def _redo(self, task: _Task) -> str:
        if not task.note.document.isRedoAvailable():
            return translate("VoiceCommands", "There is nothing to redo.")
        task.note.document.redo()
        return translate("VoiceCommands", "Redone: last change")

    def _delete(self, task: _Task) -> str:
        selected = self._selected(task)
        if selected is None:
            return self._scratch(task)
        selected.beginEditBlock()
        selected.removeSelectedText()
        block = selected.block().text()
        at = selected.positionInBlock()
        if at and block[at - 1] == " " and (at == len(block) or not block[at].isalnum()):
            selected.deletePreviousChar()
        selected.endEditBlock()
        task.place.setPosition(selected.position())
        self._go_back(task.note, task.place)
        self._show(task)
        return translate("VoiceCommands", "Deleted: selected words")

    # --- that

    def _select(self, task: _Task) -> str | None:
        place, command = task.place, task.command
        text = task.note_text
        found = find_words(text, offset_of(text, place.selectionStart()), command.argument, task.note.language)
        if found is None:
            return None
        self._choose(task, units(text[: found[0]]), units(text[: found[1]]))
        return self._tell_chosen(command.name)

    def _select_last(self, task: _Task) -> str:
        stretch = _last_stretch(task.note)
        if stretch is None or not stretch.is_there:
            return translate("VoiceCommands", "There is no last utterance to select.")
        words = stretch.words()
        self._choose(task, words.selectionStart(), words.selectionEnd())
        return self._tell_chosen(task.command.name)

    def _tell_chosen(self, name: CommandName) -> str:
        if name in (CommandName.CORRECT, CommandName.CORRECT_LAST):
            return translate("VoiceCommands", "Selected: say it again, or spell it.")
        return translate("VoiceCommands", "Selected: what you say next takes its place.")

    def _choose(self, task: _Task, start: int, end: int) -> None:
        is_correction = task.command.name in (CommandName.CORRECT, CommandName.CORRECT_LAST)
        if is_correction and self._went_on_at is None:
            self._went_on_at = QTextCursor(task.place)
        elif not is_correction:
            self._went_on_at = None
        self._is_chosen = True
        task.place.setPosition(start)
        task.place.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._show(task)

    def _change_case(self, task: _Task) -> str:
        target, is_selected = self._that(task)
        if target is None:
            return self._tell_nothing()
        text = target.selectedText().replace(_PARAGRAPH, "\n")
        _exchange(target, change_case(text, task.command.name, is_first_alone=not is_selected))
        self._go_on_behind(task)
        return translate("VoiceCommands", "Capitals changed")

    def _make_bold(self, task: _Task) -> str:
        target, _ = self._that(task)
        if target is None:
            return self._tell_nothing()
        is_done = write_bold(task.note.document, target.selectionStart(), target.selectionEnd())
        self._go_on_behind(task)
        if not is_done:
            return translate("VoiceCommands", "This can't be bold: it is a heading, or partly bold already.")
        return translate("VoiceCommands", "Bold: on or off")

    def _that(self, task: _Task) -> tuple[QTextCursor | None, bool]:
        """What "that" is: selected words, or else the last utterance; and which of the two."""
        selected = self._selected(task)
        if selected is not None:
            return selected, True
        stretch = _last_stretch(task.note)
        return (stretch.words() if stretch is not None and stretch.is_there else None), False

    def _tell_nothing(self) -> str:
        return translate("VoiceCommands", "Select words first: there is no last utterance.")

    def _go_on_behind(self, task: _Task) -> None:
        """What was selected by voice is done with: nothing is to take its place."""
        if task.place.hasSelection():
            task.place.setPosition(task.place.selectionEnd())
            self._go_back(task.note, task.place)
            self._show(task)

    # --- letters

    def _spell(self, task: _Task) -> str:
        selected = self._selected(task)
        if selected is not None:
            self._take(task.place, selected)
        return translate("VoiceCommands", "Spelling: say the letters. Anything else ends it.")

    def _spell_out(self, task: _Task) -> str:
        text = task.text
        self._is_capital = self._is_capital or task.place.selectedText()[:1].isupper()
        if self._is_capital:
            piece = replace(text.piece, text=text.piece.text[:1].upper() + text.piece.text[1:])
            text = Addition(text.replaced, piece, piece if not text.replaced.text else text.alone)
        self._spelled = text.piece.text
        task.write(text)
        return translate("VoiceCommands", "Spelling: say the letters. Anything else ends it.")

    def _stop_spelling(self, task: _Task) -> str:
        return translate("VoiceCommands", "Spelling is over.")

    # --- places

    def _go_to(self, task: _Task) -> str | None:
        text = task.note_text
        section = find_section(text, task.command.argument)
        if section is None:
            if not task.command.is_certain:
                return None
            name = task.command.argument
            return translate("VoiceCommands", "No heading called “{name}” in this note.", name=name)
        end = QTextCursor(task.place)
        end.setPosition(units(text[: section.end]))
        self._move(task, end)
        return translate("VoiceCommands", "Dictation goes on under: {title}", title=section.title)

    def _go_to_end(self, task: _Task) -> str:
        end = QTextCursor(task.place)
        end.movePosition(QTextCursor.MoveOperation.End)
        self._move(task, end)
        return translate("VoiceCommands", "Dictation goes on at the end of the note.")

    def _go_to_field(self, task: _Task) -> str:
        task.leave()
        fields = find_places(task.note.document)
        if not fields:
            return translate("VoiceCommands", "There is no open field in this note.")
        if task.command.name is CommandName.NEXT_FIELD:
            found = next((each for each in fields if each.start >= task.place.selectionEnd()), fields[0])
        else:
            before = [each for each in fields if each.end <= task.place.selectionStart()]
            found = (before or fields)[-1]
        self._go_into(task, found)
        return translate("VoiceCommands", "Field: {name}", name=found.field.label)

    def _accept_defaults(self, task: _Task) -> str:
        count = write_defaults(task.note.document, self._templates.known_of(task.note))
        if not count:
            return translate("VoiceCommands", "No open field has a default.")
        return translate("VoiceCommands", "Filled: %n field(s)", n=count)

    def _insert(self, task: _Task) -> str | None:
        name = task.command.argument
        found = self._templates.find(name)
        if found is None:
            if not task.command.is_certain:
                return None
            return translate("VoiceCommands", "No template called “{name}”.", name=name)
        self._put(task, self._templates.text_for(found, task.note))
        return translate("VoiceCommands", "Inserted: {name}", name=found.template.title)

    def _write(self, task: _Task) -> str:
        self._put(task, task.command.argument)
        return ""

    def _put(self, task: _Task, text: str) -> None:
        """Puts a text that was not said at the place, and goes to its first field."""
        document, place = task.note.document, task.place
        if "\n" not in text and not find_fields(text):
            piece = Piece(text, ())
            task.write(Addition(Piece("", ()), piece, piece))
            self._go_back(task.note, place)
            return
        replaced = place.selection()
        start, end = insert_text(place, text)
        document.dictated.append(DictatedStretch(document, start, text, replaced))
        first = next((each for each in find_places(document) if start <= each.start < end), None)
        if first is not None:
            self._go_into(task, first)
        else:
            self._go_back(task.note, place)
            self._show(task)

    # --- the dictation itself

    def _stop(self, task: _Task) -> str:
        self._recording.stop()
        return translate("VoiceCommands", "Dictation stopped")

    def _help(self, task: _Task) -> str:
        self.help_wanted.emit()
        return ""

    def _selected(self, task: _Task) -> QTextCursor | None:
        """What is selected by voice, or else by hand."""
        if task.place.hasSelection():
            return QTextCursor(task.place)
        selected = self.selection_in(task.note)
        return selected if selected is not None and selected.hasSelection() else None

    def _go_into(self, task: _Task, field: FieldPlace) -> None:
        chosen = QTextCursor(task.place)
        chosen.setPosition(field.start)
        chosen.setPosition(field.end, QTextCursor.MoveMode.KeepAnchor)
        self._move(task, chosen)

    def _move(self, task: _Task, to: QTextCursor) -> None:
        """Dictation goes on elsewhere."""
        task.leave()
        self._went_on_at, self._is_chosen = None, False
        self._take(task.place, to)
        self._show(task)

    def _take(self, place: QTextCursor, selected: QTextCursor) -> None:
        start, end = selected.selectionStart(), selected.selectionEnd()
        place.setPosition(start)
        place.setPosition(end, QTextCursor.MoveMode.KeepAnchor)

    def _show(self, task: _Task) -> None:
        self.place_changed.emit(task.note, task.place)


def _last_stretch(note: OpenNote) -> DictatedStretch | None:
    """What was said last of all that still stands there."""
    return next((stretch for stretch in reversed(note.document.dictated) if not stretch.is_gone), None)


def _exchange(target: QTextCursor, text: str) -> None:
    """Writes other letters in place of as many, as one step of undo; each keeps what its word comes from."""
    start = target.selectionStart()
    before = target.selectedText().replace(_PARAGRAPH, "\n")
    letter = QTextCursor(target)
    letter.beginEditBlock()
    for offset, (old, new) in enumerate(zip(before, text, strict=True)):
        if old != new:
            letter.setPosition(start + offset)
            letter.setPosition(start + offset + 1, QTextCursor.MoveMode.KeepAnchor)
            letter.insertText(new, letter.charFormat())
    letter.endEditBlock()
