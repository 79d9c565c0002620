"""Everything that can be done in the window, each with its key; menus and buttons show the same actions."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QWidget

from app.export import FORMATS
from app.settings import THEMES

_FORMAT_LABELS = {"docx": "&Word document…", "pdf": "&PDF…", "text": "Plain &text…"}
_FORMAT_KEYS = {"docx": "Ctrl+Shift+E", "pdf": "Ctrl+Shift+P", "text": "Ctrl+Shift+T"}
_THEME_LABELS = {"system": "As the &system", "light": "&Light", "dark": "&Dark"}


class Actions:
    """The actions of a window and the menus that hold them. What they do is connected by the window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.menus: dict[str, QMenu] = {}
        make = self.make
        self.new_note = make("&New note", "Ctrl+N", "New note")
        self.export = {
            name: make(_FORMAT_LABELS.get(name, f"{name}…"), _FORMAT_KEYS.get(name, ""), f"Export as {name}")
            for name in FORMATS
        }
        self.sign = make("&Sign note…", "Ctrl+Shift+S", "Sign the note; its text can't change afterwards")
        self.addendum = make("&Add addendum…", "Ctrl+Shift+A", "Add to a signed note")
        self.close = make("&Close", "Ctrl+Q", "Close Otoscribe")
        self.undo = make("&Undo", QKeySequence.StandardKey.Undo, "Undo")
        self.redo = make("&Redo", QKeySequence.StandardKey.Redo, "Redo")
        self.find = make("&Find notes", "Ctrl+F", "Search the notes")
        self.text = make("Go to the &text", "Ctrl+T", "Put the cursor into the note's text")
        self.next_doubt = make("Next word to &check", "F7", "Go to the next word that is marked")
        self.write_out = make("&Write in full", "F4", "Offer what to write in place of a dangerous abbreviation")
        self.as_heard = make("Write as &heard", "F6", "Take back what was written in place of the words at the cursor")
        self.toggle_recording = make("&Record, pause or resume", "F9", "Record; press again to pause and resume")
        self.stop_recording = make("&Stop and write down", "F8", "Stop recording and write it down")
        self.play = make("&Play from the cursor", "F5", "Play the recording from the word at the cursor")
        self.recognise = make("Recognise a&gain", "Ctrl+R", "Write the note's recordings down again")
        self.cancel = make("&Cancel recognition", "Ctrl+.", "Stop writing down; the recording is kept")
        self.formatting = make("Written &form…", "Ctrl+Shift+F", "How dictated text is written")
        self.microphones = make("Look for &microphones", "Ctrl+M", "Read the list of microphones anew")
        self.recovered = make("&Recovered recordings", "", "Show recordings that a crash left behind")
        self.larger = make("&Larger text", QKeySequence.StandardKey.ZoomIn, "Larger text")
        self.smaller = make("S&maller text", QKeySequence.StandardKey.ZoomOut, "Smaller text")
        self.usual = make("&Usual text size", "Ctrl+0", "Usual text size")
        self.setup = make("Check microphone, model and &disk", "F2", "Check microphone, model and disk")
        self.about = make("&About Otoscribe", "", "About Otoscribe")
        self.themes = self._make_themes()

    def fill(self, bar: QMenuBar) -> None:
        """Makes the menus; the features of the window add theirs at the end of each."""
        note = bar.addMenu("&Note")
        note.addAction(self.new_note)
        note.addMenu(self.export_menu(note, "&Export"))
        note.addActions([self.sign, self.addendum])
        note.addSeparator()
        note.addActions([self.recovered, self.close])
        edit = bar.addMenu("&Edit")
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        edit.addActions([self.find, self.text])
        edit.addSeparator()
        edit.addActions([self.next_doubt, self.write_out, self.as_heard])
        dictation = bar.addMenu("&Dictation")
        dictation.addActions([self.toggle_recording, self.stop_recording, self.play])
        dictation.addSeparator()
        dictation.addActions([self.recognise, self.cancel, self.microphones])
        dictation.addSeparator()
        dictation.addAction(self.formatting)
        view = bar.addMenu("&View")
        view.addActions([self.larger, self.smaller, self.usual])
        view.addSeparator()
        view.addActions(list(self.themes.values()))
        about = bar.addMenu("&Help")
        about.addActions([self.setup, self.about])
        self.menus = {"note": note, "edit": edit, "dictation": dictation, "view": view, "help": about}
        for menu in self.menus.values():
            menu.setAccessibleName(menu.title().replace("&", ""))

    def export_menu(self, parent: QWidget, title: str = "") -> QMenu:
        """A menu of the formats."""
        menu = QMenu(title, parent)
        menu.setAccessibleName("Export as")
        menu.addActions(list(self.export.values()))
        return menu

    def make(self, text: str, key: str | QKeySequence.StandardKey, tip: str) -> QAction:
        """An action of the window, with its key and what its button says when pointed at."""
        action = QAction(text, self._window)
        if key != "":
            action.setShortcut(QKeySequence(key))
        action.setToolTip(tip)
        self._window.addAction(action)
        return action

    def _make_themes(self) -> dict[str, QAction]:
        group = QActionGroup(self._window)
        made: dict[str, QAction] = {}
        for name in THEMES:
            action = self.make(_THEME_LABELS[name], "", f"Colours: {name}")
            action.setCheckable(True)
            group.addAction(action)
            made[name] = action
        return made
