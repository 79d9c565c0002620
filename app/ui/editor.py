"""The note's text on the screen: marks on doubtful words, the word under the voice, a click to hear."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from app.ui.models.note import OpenNote
from app.ui.note_document import DoubtHighlighter, NoteDocument, SpokenWord
from app.ui.theme import Theme

_MARGIN_LINES = 1.2


class NoteEditor(QPlainTextEdit):
    """`heard_from`: the user wants to hear the text from a position on. `left`: the focus went elsewhere."""

    heard_from = Signal(int)
    left = Signal()
    focused = Signal(bool)

    def __init__(self, theme: Theme, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._threshold = threshold
        self._document: NoteDocument | None = None
        self._highlighter: DoubtHighlighter | None = None
        self._voice: SpokenWord | None = None
        self.setAccessibleName("Text of the note")
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setMouseTracking(True)
        theme.changed.connect(self._dress)

    def show_note(self, note: OpenNote) -> None:
        """Puts the note's document on the screen, the cursor at its end."""
        self._voice = None
        self.setExtraSelections([])
        if self._highlighter is not None:
            self._highlighter.setDocument(None)
            self._highlighter.deleteLater()
        self._document = note.document
        self.setDocument(note.document)
        colours = self._theme.colours
        self._highlighter = DoubtHighlighter(note.document, self._threshold, colours.doubt, colours.doubt_ground)
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.End)

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

    def go_to_next_doubt(self) -> bool:
        """Selects the next doubtful word behind the cursor, from the start again at the end; False without any."""
        if self._document is None:
            return False
        doubtful = [word for word in self._document.spoken_words() if word.is_doubtful(self._threshold)]
        if not doubtful:
            return False
        here = self.textCursor().selectionEnd()
        word = next((each for each in doubtful if each.start >= here), doubtful[0])
        cursor = self.textCursor()
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus()
        return True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell_about(self._word_under(self.viewport().mapFrom(self, event.pos())), event.globalPos())
            return True
        return super().event(event)

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

    def _word_under(self, place: QPoint) -> SpokenWord | None:
        if self._document is None:
            return None
        return self._document.spoken_word_at(self.cursorForPosition(place).position())

    def _tell_about(self, word: SpokenWord | None, place: QPoint) -> None:
        if word is None:
            QToolTip.hideText()
            return
        line = "Changed by hand." if word.is_edited else f"Recognised with {word.heard.confidence:.0%} confidence."
        QToolTip.showText(place, f"{line}\nCtrl+click to hear it.", self)

    def _dress(self) -> None:
        colours = self._theme.colours
        font = QFont(self.font())
        font.setPointSizeF(self._theme.text_points)
        self.setFont(font)
        if self._document is not None:
            self._document.setDefaultFont(font)
            self._document.setDocumentMargin(round(self.fontMetrics().height() * _MARGIN_LINES))
        if self._highlighter is not None:
            self._highlighter.dress(colours.doubt, colours.doubt_ground)
        self.show_voice(self._voice)
