"""The fields of the note on the screen: going from one to the next, and filling them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu

from app.dictation.fields import FieldPlace, Known, find_fields
from app.translation import translate
from app.ui.editor import NoteEditor
from app.ui.field_places import find_places, insert_text, write_defaults
from app.ui.positions import units

ShortForms = Callable[[str], tuple[int, str] | None]


class NoteFields(QObject):
    """Works on whatever note the editor shows. `moved`: a field is selected, from its first position to the one behind
    it, and what is dictated next belongs there."""

    moved = Signal(int, int)

    def __init__(self, editor: NoteEditor, short_form: ShortForms, known: Callable[[], Mapping[Known, str]]) -> None:
        """`short_form` tells for the line before the cursor how much of its end is one, and what it stands for; `known`
        what is known of the note on show."""
        super().__init__(editor)
        self._editor = editor
        self._short_form = short_form
        self._known = known
        editor.installEventFilter(self)
        editor.viewport().installEventFilter(self)

    def open_fields(self) -> list[FieldPlace]:
        """All fields that the note has, with their places in its document."""
        return find_places(self._editor.document())

    def go_to_next(self) -> bool:
        """Selects the next field behind the cursor, from the start again at the end; False without any."""
        here = self._editor.textCursor().selectionEnd()
        places = self.open_fields()
        return self._go_to(next((each for each in places if each.start >= here), places[0] if places else None))

    def go_to_previous(self) -> bool:
        """Selects the field before the cursor, from the end again at the start; False without any."""
        here = self._editor.textCursor().selectionStart()
        places = self.open_fields()
        before = [each for each in places if each.end <= here] or places
        return self._go_to(before[-1] if before else None)

    def accept_defaults(self) -> int:
        """Writes their defaults in all fields that have one, and what is known by now, as one step of undo; how many
        those were. A choice of sides has none."""
        return 0 if self._editor.isReadOnly() else write_defaults(self._editor.document(), self._known())

    def insert(self, text: str) -> None:
        """Puts a template's text where the cursor stands, in place of what is selected, as one step of undo, and goes
        to its first field. Several lines are put on lines of their own."""
        if self._editor.isReadOnly():
            return
        cursor = self._editor.textCursor()
        start, end = insert_text(cursor, text)
        beginning = QTextCursor(cursor)
        beginning.setPosition(start)
        self._editor.setTextCursor(beginning)  # which brings it in sight
        first = next((each for each in self.open_fields() if start <= each.start < end), None)
        if not self._go_to(first):
            self._editor.setTextCursor(cursor)
            self._editor.setFocus()
            self.moved.emit(end, end)

    def choose(self) -> bool:
        """Offers the options of the choice at the cursor, or else of the next one; False without any."""
        cursor = self._editor.textCursor()
        choices = [each for each in self.open_fields() if each.field.options]
        here = (each for each in choices if each.start <= cursor.selectionStart() and cursor.selectionEnd() <= each.end)
        behind = (each for each in choices if each.start >= cursor.selectionEnd())
        place = next(here, None) or next(behind, choices[0] if choices else None)
        if place is None or self._editor.isReadOnly():
            return False
        self._go_to(place)
        self._offer(place).popup(self._editor.viewport().mapToGlobal(self._editor.cursorRect().bottomLeft()))
        return True

    def expand_short_form(self) -> bool:
        """Writes in full the short form that ends at the cursor; False where there is none."""
        cursor = self._editor.textCursor()
        if cursor.hasSelection() or self._editor.isReadOnly():
            return False
        line = QTextCursor(cursor)
        line.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        found = self._short_form(line.selectedText())
        if found is None:
            return False
        length, text = units(line.selectedText()[-found[0] :]), found[1]
        # What was typed stays a step of its own, so that undo brings it back.
        cursor.insertText(" ")
        is_sentence = "\n" not in text and not find_fields(text)
        cursor.setPosition(cursor.position() - length - 1)
        cursor.setPosition(cursor.position() + length + (0 if is_sentence else 1), QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self.insert(text)
        if is_sentence:
            self._editor.moveCursor(QTextCursor.MoveOperation.NextCharacter)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Space after a short form writes it in full; Return on a selected choice, or a double click in one, offers its
        options. A double click selects any field whole."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            return self._take_double_click(event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() == Qt.Key.Key_Space:
                return self.expand_short_form()
            if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return self._is_choice_selected() and self.choose()
        return super().eventFilter(watched, event)

    def _take_double_click(self, event: QMouseEvent) -> bool:
        position = self._editor.cursorForPosition(event.position().toPoint()).position()
        place = next((each for each in self.open_fields() if each.start < position < each.end), None)
        if place is None or self._editor.isReadOnly() or event.button() != Qt.MouseButton.LeftButton:
            return False
        self._go_to(place)
        if place.field.options:
            self.choose()
        return True

    def _is_choice_selected(self) -> bool:
        cursor = self._editor.textCursor()
        if not cursor.hasSelection():
            return False
        selected = (cursor.selectionStart(), cursor.selectionEnd())
        return any((each.start, each.end) == selected and each.field.options for each in self.open_fields())

    def _go_to(self, place: FieldPlace | None) -> bool:
        if place is None:
            return False
        cursor = self._editor.textCursor()
        cursor.setPosition(place.start)
        cursor.setPosition(place.end, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.setFocus()
        self.moved.emit(place.start, place.end)
        return True

    def _offer(self, place: FieldPlace) -> QMenu:
        menu = QMenu(translate("NoteFields", "Choose: {field}", field=place.field.name), self._editor)
        menu.setAccessibleName(menu.title())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        gap = QTextCursor(self._editor.document())  # it moves with what is dictated meanwhile
        gap.setPosition(place.start)
        gap.setPosition(place.end, QTextCursor.MoveMode.KeepAnchor)
        for number, option in enumerate(place.field.options, start=1):
            action = menu.addAction(f"&{number}  {option.replace('&', '&&')}")
            action.triggered.connect(lambda _checked=False, text=option: self._write(gap, text))
        menu.setActiveAction(menu.actions()[0])
        return menu

    def _write(self, gap: QTextCursor, text: str) -> None:
        """Puts what was chosen in place of the field, and goes on."""
        gap.insertText(text, QTextCharFormat())
        self._editor.setTextCursor(gap)
        if not self.go_to_next():
            self.moved.emit(gap.position(), gap.position())
