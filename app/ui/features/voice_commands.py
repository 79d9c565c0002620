"""Voice commands in the window: they act on what is selected there, and the cursor follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from app.ui.features.feature import Feature
from app.ui.models.note import OpenNote
from app.ui.page import Page

if TYPE_CHECKING:
    from app.ui.window import MainWindow


class VoiceCommandsFeature(Feature[Page]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._editor = window.note_page.editor
        self.session.commands.selection_in = self._selection_in
        self.session.commands.place_changed.connect(self._show_place)

    def _selection_in(self, note: OpenNote) -> QTextCursor | None:
        return self._editor.textCursor() if note is self.session.notebook.current else None

    def _show_place(self, note: OpenNote, place: QTextCursor) -> None:
        if note is self.session.notebook.current:
            self._editor.setTextCursor(QTextCursor(place))
            self._editor.ensureCursorVisible()
