"""Voice commands: they act on what is selected in the window, the cursor follows them, and a page shows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.translation import translate
from app.ui.features.feature import PageFeature
from app.ui.models.note import OpenNote

if TYPE_CHECKING:
    from app.ui.commands_page import CommandsPage
    from app.ui.window import MainWindow


class VoiceCommandsFeature(PageFeature["CommandsPage"]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._editor = window.note_page.editor
        self._told_of_key = ""
        commands = self.session.commands
        commands.selection_in = self._selection_in
        commands.place_changed.connect(self._show_place)
        commands.help_wanted.connect(self.show_page)
        # Below the text, where it moves nothing: somebody is reading there.
        self.told = QLabel(window.note_page)
        self.told.setProperty("kind", "muted")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setAccessibleName(translate("VoiceCommandsFeature", "What was done last"))
        self.told.setMinimumHeight(window.note_page.doubts.sizeHint().height())
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        window.note_page.add_to_footer(self.told)
        commands.told.connect(self.told.setText)
        self._editor.told.connect(self._tell_key)
        self._editor.cursorPositionChanged.connect(self._forget_key)
        self.session.notebook.current_changed.connect(lambda: self.told.setText(""))
        text = translate("VoiceCommandsFeature", "What can &I say?")
        tip = translate("VoiceCommandsFeature", "The voice commands, and phrases of your own")
        self.opens = self.add("dictation", text, "F1", tip, self.show_page)

    def make_page(self) -> CommandsPage:
        from app.ui.commands_page import CommandsPage

        return CommandsPage(self.session.own_commands, self.theme, self.window)

    def _tell_key(self, line: str) -> None:
        self._told_of_key = line
        self.told.setText(line)

    def _forget_key(self) -> None:
        """What a key did nothing about holds only while the cursor is there."""
        if self._told_of_key and self.told.text() == self._told_of_key:
            self.told.setText("")
        self._told_of_key = ""

    def _selection_in(self, note: OpenNote) -> QTextCursor | None:
        return self._editor.textCursor() if note is self.session.notebook.current else None

    def _show_place(self, note: OpenNote, place: QTextCursor) -> None:
        if note is self.session.notebook.current:
            self._editor.setTextCursor(QTextCursor(place))
            self._editor.ensureCursorVisible()
