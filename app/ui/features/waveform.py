"""The recording with its words under the note, shown and hidden by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor

from app.translation import translate
from app.ui.features.feature import Feature
from app.ui.waveform import WaveformStrip

if TYPE_CHECKING:
    from app.ui.window import MainWindow

_FOLLOW_AFTER_MS = 150


class WaveformFeature(Feature):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.model = self.session.waveform
        self.shows = self.add(
            "view",
            translate("WaveformFeature", "Recording under the &note"),
            "Ctrl+Shift+W",
            translate("WaveformFeature", "Show the recording with its words under the note"),
            self._toggle,
        )
        self.shows.setCheckable(True)
        self.shows.setChecked(self.model.is_wanted)
        self._editor = window.note_page.editor
        self.strip = WaveformStrip(self.model, self.theme, window.note_page)
        window.note_page.add_under_text(self.strip)
        self.model.reached.connect(self._select)
        self._soon = QTimer(window)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_FOLLOW_AFTER_MS)
        self._soon.timeout.connect(lambda: self.model.show_text_at(self._editor.textCursor().selectionStart()))
        self._editor.cursorPositionChanged.connect(self._follow_cursor)

    def _toggle(self) -> None:
        self.model.want(self.shows.isChecked())
        if self.shows.isChecked():
            self.strip.setFocus()
        else:
            self._editor.setFocus()

    def _follow_cursor(self) -> None:
        """Once the cursor rests; what the strip itself selects needs no answer."""
        if self.strip.isVisible() and not self.strip.hasFocus():
            self._soon.start()

    def _select(self, start: int, end: int) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
