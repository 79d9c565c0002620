"""The note's text on the screen: marks on doubtful words, the word under the voice, a click to hear."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QAbstractScrollArea, QMenu, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from app.dictation import Flag
from app.translation import describe_phrase, percent, translate
from app.ui.line_looks import LineLooks
from app.ui.mark_highlighter import MarkHighlighter
from app.ui.models.note import OpenNote
from app.ui.note_document import NoteDocument
from app.ui.spoken_lines import SpokenWord
from app.ui.theme import Theme

_MARGIN_LINES, _NARROW_MARGIN_LINES = 1.2, 0.4
_ROOMY_LINES = 8  # from so many lines in sight on the text has its full margin
_FEWEST_LINES = 2  # in sight where messages and large text leave little room


class NoteEditor(QPlainTextEdit):
    """`heard_from`: the user wants to hear the text from a position on. `rejected`: the user took listed terms
    out that had been put in. `left`: the focus went elsewhere. `doubt_reached`: these SpokenWords, of which one is
    doubtful, are selected. `wordings_wanted`: what else may be written for SpokenWords, in a menu at a place.
    `told`: why a key did nothing."""

    heard_from = Signal(int)
    rejected = Signal(list)
    left = Signal()
    focused = Signal(bool)
    doubt_reached = Signal(list)
    wordings_wanted = Signal(list, QPoint)
    told = Signal(str)

    def __init__(self, theme: Theme, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._threshold = threshold
        self._document: NoteDocument | None = None
        self._highlighter: MarkHighlighter | None = None
        self._voice: SpokenWord | None = None
        self._hint = ""
        self.setObjectName("noteText")
        self.setAccessibleName(translate("NoteEditor", "Text of the note"))
        self.setAccessibleDescription(
            translate("NoteEditor", "Tab goes to the next word to check. Control and Tab leave the text.")
        )
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setMouseTracking(True)
        theme.changed.connect(self._dress)
        self.cursorPositionChanged.connect(self._keep_partial)

    def show_note(self, note: OpenNote) -> None:
        """Puts the note's document on the screen, the cursor at its end."""
        self._voice = None
        self.setExtraSelections([])
        if self._highlighter is not None:
            self._highlighter.setDocument(None)
            self._highlighter.deleteLater()
        if self._document is not None:
            self._document.partial.changed.disconnect(self._follow_partial)
        self._document = note.document
        self.ensurePolished()  # else the style sheet's text size is not known yet
        note.document.setDefaultFont(self.font())
        self.setDocument(note.document)
        note.document.partial.changed.connect(self._follow_partial)
        colours = self._theme.colours
        self._highlighter = MarkHighlighter(
            note.document, self._threshold, colours.doubt, colours.doubt_ground, colours.warning, colours.accent
        )
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def show_hint(self, hint: str) -> None:
        """What to do while there is no text, not even such as is being said."""
        self._hint = hint
        self._fit_hint()

    def show_doubts(self, is_showing: bool) -> None:
        """Marks words to check, or (in a signed note) none."""
        if self._highlighter is not None:
            self._highlighter.show_marks(is_showing)

    def show_voice(self, word: SpokenWord | None) -> None:
        """Marks the word that is being heard, and keeps it in sight."""
        self._voice = word
        if word is None:
            self.setExtraSelections([])
            return
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        look = QTextCharFormat()
        look.setBackground(QColor(self._theme.colours.voice_ground))
        look.setForeground(QColor(self._theme.colours.text))
        selection.format = look
        self.setExtraSelections([selection])
        place = self.cursorRect(cursor)
        if not self.viewport().rect().contains(place.center()):
            bar = self.verticalScrollBar()
            bar.setValue(cursor.block().firstLineNumber())

    def go_to_next_mark(self) -> bool:
        """Selects the next marked word behind the cursor, from the start again at the end; False without any."""
        return self._go_to_mark(is_next=True)

    def go_to_previous_mark(self) -> bool:
        """The same backwards."""
        return self._go_to_mark(is_next=False)

    def look_for_next_mark(self) -> None:
        """The same, and tells when there is none."""
        if not self.go_to_next_mark():
            self.told.emit(translate("NoteEditor", "No word is marked."))

    def offer_wordings(self) -> None:
        """Offers what else may be written for what is at the cursor: an abbreviation in full, or what may have been
        said for a dictated word. Elsewhere it goes to the next mark first."""
        if self._document is None or self.isReadOnly():
            return
        position = self.textCursor().selectionStart()
        if self._document.unsafe_at(position) is None and not self._document.stretch_at(position):
            self.look_for_next_mark()
            position = self.textCursor().selectionStart()
        unsafe, words = self._document.unsafe_at(position), self._document.stretch_at(position)
        place = self.mapToGlobal(self.cursorRect().bottomLeft())
        if unsafe is not None:
            self._select(unsafe[0], unsafe[0] + len(unsafe[1].found))
            self._offer(*unsafe).popup(place)
        elif words:
            self._select(words[0].start, words[-1].end)
            self.wordings_wanted.emit(words, place)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab and Shift+Tab go from mark to mark while there are marks, and else, like Ctrl+Tab always, out of the
        text."""
        if not self.isReadOnly() and (self.go_to_next_mark() if is_next else self.go_to_previous_mark()):
            return True
        return super().focusNextPrevChild(is_next)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        # on a Mac, Qt calls the Control key Meta
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
        if held and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            super().focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
            return
        super().keyPressEvent(event)

    def _go_to_mark(self, *, is_next: bool) -> bool:
        mark = self._find_mark(is_next=is_next)
        if mark is None or self._document is None:
            return False
        self._select(*mark)
        words = self._document.stretch_at(mark[0])
        if words:
            self.doubt_reached.emit(words)
        return True

    def _find_mark(self, *, is_next: bool) -> tuple[int, int] | None:
        """Where the nearest marked word begins and ends, looked for line by line, round the end and back to the
        cursor's line."""
        if self._document is None:
            return None
        cursor = self.textCursor()
        here = cursor.selectionEnd() if is_next else cursor.selectionStart()
        own = block = self._document.findBlock(here)
        in_own = self._marks_in(own)
        ahead = [mark for mark in in_own if mark[0] >= here] if is_next else [m for m in in_own if m[1] <= here]
        found = ahead
        while not found:
            block = block.next() if is_next else block.previous()
            if not block.isValid():
                block = self._document.begin() if is_next else self._document.lastBlock()
            found = self._marks_in(block)
            if block == own:
                break
        if not found:
            return None
        return found[0] if is_next else found[-1]

    def _marks_in(self, block: QTextBlock) -> list[tuple[int, int]]:
        """Where marked words of a line begin and end, in order."""
        assert self._document is not None, "the line is one of it"
        words = self._document.words_in_line(block)
        doubtful = [(word.start, word.end) for word in words if word.is_doubtful(self._threshold)]
        flags = self._document.line_of(block).flags
        return sorted([*doubtful, *((block.position() + flag.start, block.position() + flag.end) for flag in flags)])

    def write_as_heard(self) -> bool:
        """Puts what was said back for the words at the cursor; False where they are that already."""
        if self._document is None or self.isReadOnly():
            return False
        found = self._document.heard_at(self.textCursor().selectionStart())
        if found is None:
            is_spoken = self._document.spoken_word_at(self.textCursor().selectionStart()) is not None
            as_heard = translate("NoteEditor", "This stands as it was heard, or as you changed it.")
            self.told.emit(as_heard if is_spoken else translate("NoteEditor", "Nothing was dictated here."))
            return False
        terms = self._document.terms_at(self.textCursor().selectionStart())
        self._document.write_over(*found)
        if terms:
            self.rejected.emit(terms)
        return True

    def chosen_words(self) -> tuple[str, str]:
        """The selected words, or the one at the cursor, and what the recogniser had written there."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        written = " ".join(cursor.selectedText().split())
        if self._document is None:
            return written, ""
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        words = [word for word in self._document.spoken_words() if word.start < end and start < word.end]
        heard = " ".join(word.heard.text.strip(".,;:?!()") for word in words)
        return written, heard

    def _select(self, start: int, end: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus()

    def _offer(self, place: int, flag: Flag) -> QMenu:
        """The menu of what to write in place of a dangerous abbreviation."""
        menu = QMenu(translate("NoteEditor", "Write in full: {found}", found=flag.found.strip()), self)
        menu.setAccessibleName(menu.title())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, suggestion in enumerate(flag.suggestions, start=1):
            action = menu.addAction(f"&{number}  {suggestion.strip()}")
            action.triggered.connect(
                lambda _checked=False, text=suggestion: self._write_over(place, place + len(flag.found), text)
            )
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        return menu

    def _write_over(self, start: int, end: int, text: str) -> None:
        if self._document is not None:
            self._document.write_over(start, end, text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The style sheet takes the font away and gives it back, and Qt would lay the whole text out with each."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            QAbstractScrollArea.changeEvent(self, event)
            QTimer.singleShot(0, self._take_font)
        else:
            super().changeEvent(event)

    def _take_font(self) -> None:
        if self._document is not None and self._document.defaultFont() != self.font():
            self._document.setDefaultFont(self.font())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell_about(self.cursorForPosition(self.viewport().mapFrom(self, event.pos())), event.globalPos())
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        position = self.cursorForPosition(event.pos()).position()
        words = self._document.stretch_at(position) if self._document is not None and not self.isReadOnly() else []
        if any(word.is_doubtful(self._threshold) for word in words):
            self._select(words[0].start, words[-1].end)
            self.wordings_wanted.emit(words, event.globalPos())
            return
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._document is not None and not self.isReadOnly():
            self._add_offers(menu, position)
        menu.popup(event.globalPos())

    def _add_offers(self, menu: QMenu, position: int) -> None:
        """What may be written in place of the words at a position, above Qt's own entries."""
        assert self._document is not None
        first = menu.actions()[0]
        heard = self._document.heard_at(position)
        if heard is not None:
            action = QAction(translate("NoteEditor", "Write as heard: {heard}", heard=heard[2]), menu)
            action.triggered.connect(lambda _checked=False: self._write_over(*heard))
            menu.insertAction(first, action)
        unsafe = self._document.unsafe_at(position)
        if unsafe is not None:
            menu.insertMenu(first, self._offer(*unsafe))
        if heard is not None or unsafe is not None:
            menu.insertSeparator(first)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Files that are dropped here are the window's: they are to be written down, not their names put in."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A line that comes or goes below takes the cursor out of nobody's sight."""
        was_in_sight = QRect(QPoint(), event.oldSize()).contains(self.cursorRect().topLeft())
        super().resizeEvent(event)
        self._fit_margin()
        if was_in_sight:
            self.ensureCursorVisible()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        super().mouseReleaseEvent(event)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.button() == Qt.MouseButton.LeftButton:
            self.heard_from.emit(self.cursorForPosition(event.position().toPoint()).position())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.focused.emit(False)
        self.left.emit()

    def _keep_partial(self) -> None:
        """A click lets Qt take out what it holds for text that is being composed."""
        if self._document is not None:
            self._document.partial.redraw()

    def _fit_hint(self) -> None:
        is_said = self._document is not None and bool(self._document.partial.text)
        self.setPlaceholderText("" if is_said else self._hint)

    def _follow_partial(self, block: QTextBlock) -> None:
        """Keeps the end of what is being said in sight of somebody whose cursor is there."""
        self._fit_hint()
        place = self._document.partial.place if self._document is not None else None
        if place is None or self.textCursor().position() != place:
            return
        self.ensureCursorVisible()
        bottom = self.blockBoundingGeometry(block).translated(self.contentOffset()).bottom()
        lines = ceil((bottom - self.viewport().height()) / self.fontMetrics().lineSpacing())
        if lines > 0 and block.position() + block.length() - 1 == place:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + lines)

    def _tell_about(self, cursor: QTextCursor, place: QPoint) -> None:
        lines = self.about(cursor.position())
        if lines:
            QToolTip.showText(place, "\n".join(lines), self)
        else:
            QToolTip.hideText()

    def about(self, position: int) -> list[str]:
        """What there is to say about the word at a position, in lines."""
        if self._document is None:
            return []
        lines = []
        unsafe = self._document.unsafe_at(position)
        if unsafe is not None:
            flag = unsafe[1]
            better = translate("NoteEditor", " or ").join(text.strip() for text in flag.suggestions)
            known = {"found": flag.found.strip(), "reason": describe_phrase(flag.reason), "better": better}
            lines.append(translate("NoteEditor", "{found}: {reason}. Better: {better} (F4).").format(**known))
        word = self._document.spoken_word_at(position)
        if word is not None:
            heard = self._document.heard_at(position)
            if word.heard.term is not None and not word.is_edited:
                lines.append(translate("NoteEditor", "{term}: a term of your lexicons.", term=word.heard.term))
            if heard is not None:
                lines.append(translate("NoteEditor", "Heard: {heard} (F6 writes that).", heard=heard[2]))
            sure = translate(
                "NoteEditor", "Recognised with {confidence} confidence.", confidence=percent(word.heard.confidence)
            )
            lines.append(translate("NoteEditor", "Changed by hand.") if word.is_edited else sure)
            if word.is_doubtful(self._threshold):
                lines.append(translate("NoteEditor", "F4 offers other wordings; Shift+F4 takes the mark off."))
            lines.append(translate("NoteEditor", "Ctrl+click to hear it."))
        return lines

    def _dress(self) -> None:
        colours = self._theme.colours
        self._take_font()
        self.setMinimumHeight(self.fontMetrics().height() * _FEWEST_LINES)
        if self._document is not None:
            self._document.partial.dress(colours.muted)
            self._fit_margin()
        if self._highlighter is not None:
            self._highlighter.use_looks(LineLooks(colours))
            self._highlighter.dress(colours.doubt, colours.doubt_ground, colours.warning, colours.accent)
        self.show_voice(self._voice)

    def _fit_margin(self) -> None:
        """Where messages and large text leave little room, it is the text's."""
        line = self.fontMetrics().height()
        is_roomy = self.height() >= line * _ROOMY_LINES
        margin = round(line * (_MARGIN_LINES if is_roomy else _NARROW_MARGIN_LINES))
        if self._document is not None and margin != round(self._document.documentMargin()):
            self._document.use_margin(margin)
