"""Everything that can be done in the window, each with its key; menus and buttons show the same actions."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QWidget

from app.export import FORMATS
from app.settings import THEMES
from app.translation import translate, without_accelerator

_FORMAT_KEYS = {"docx": "Ctrl+Shift+E", "pdf": "Ctrl+Shift+P", "text": "Ctrl+Shift+T"}


class Actions:
    """The actions of a window and the menus that hold them. What they do is connected by the window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.menus: dict[str, QMenu] = {}
        self._make_for_notes()
        self._make_for_editing()
        self._make_for_dictation()
        self._make_for_the_view()

    def _make_for_notes(self) -> None:
        make = self.make
        self.new_note = make(translate("Actions", "&New note"), "Ctrl+N")
        self.export = {name: self._make_export(name) for name in FORMATS}
        tip = translate("Actions", "Sign the note; its text can't change afterwards")
        self.sign = make(translate("Actions", "&Sign note…"), "Ctrl+Shift+S", tip)
        tip = translate("Actions", "Add to a signed note")
        self.addendum = make(translate("Actions", "&Add addendum…"), "Ctrl+Shift+A", tip)
        tip = translate("Actions", "Show recordings that a crash left behind")
        self.recovered = make(translate("Actions", "&Recovered recordings"), "", tip)
        tip = translate("Actions", "Close Otoscribe")
        self.close = make(translate("Actions", "&Close"), "Ctrl+Q", tip)

    def _make_for_editing(self) -> None:
        make = self.make
        self.undo = make(translate("Actions", "&Undo"), QKeySequence.StandardKey.Undo)
        self.redo = make(translate("Actions", "&Redo"), QKeySequence.StandardKey.Redo)
        tip = translate("Actions", "Search the notes")
        self.find = make(translate("Actions", "&Find notes"), "Ctrl+F", tip)
        tip = translate("Actions", "Put the cursor into the note's text")
        self.text = make(translate("Actions", "Go to the &text"), "Ctrl+T", tip)
        tip = translate("Actions", "Go to the next word that is marked")
        self.next_doubt = make(translate("Actions", "Next word to &check"), "F7", tip)
        tip = translate("Actions", "Offer other wordings for the word at the cursor, or an abbreviation in full")
        self.wordings = make(translate("Actions", "Other &wordings…"), "F4", tip)
        tip = translate("Actions", "Take back what was written in place of the words at the cursor")
        self.as_heard = make(translate("Actions", "Write as &heard"), "F6", tip)

    def _make_for_dictation(self) -> None:
        make = self.make
        tip = translate("Actions", "Record; press again to pause and resume")
        self.toggle_recording = make(translate("Actions", "&Record, pause or resume"), "F9", tip)
        tip = translate("Actions", "Stop recording and write it down")
        self.stop_recording = make(translate("Actions", "&Stop and write down"), "F8", tip)
        tip = translate("Actions", "Play the recording from the word at the cursor")
        self.play = make(translate("Actions", "&Play from the cursor"), "F5", tip)
        tip = translate("Actions", "Write the note's recordings down again")
        self.recognise = make(translate("Actions", "Recognise a&gain"), "Ctrl+R", tip)
        tip = translate("Actions", "Stop writing down; the recording is kept")
        self.cancel = make(translate("Actions", "&Cancel recognition"), "Ctrl+.", tip)
        tip = translate("Actions", "How dictated text is written")
        self.formatting = make(translate("Actions", "Written &form…"), "Ctrl+Shift+F", tip)
        tip = translate("Actions", "Read the list of microphones anew")
        self.microphones = make(translate("Actions", "Look for &microphones"), "Ctrl+M", tip)

    def _make_for_the_view(self) -> None:
        make = self.make
        self.larger = make(translate("Actions", "&Larger text"), QKeySequence.StandardKey.ZoomIn)
        self.smaller = make(translate("Actions", "S&maller text"), QKeySequence.StandardKey.ZoomOut)
        self.usual = make(translate("Actions", "&Usual text size"), "Ctrl+0")
        self.setup = make(translate("Actions", "Check microphone, model and &disk"), "F2")
        self.about = make(translate("Actions", "&About Otoscribe"), "")
        self.themes = self._make_themes()

    def fill(self, bar: QMenuBar) -> None:
        """Makes the menus; the features of the window add theirs at the end of each, but before what closes it."""
        note = bar.addMenu(translate("Actions", "&Note"))
        note.addAction(self.new_note)
        note.addMenu(self.export_menu(note, translate("Actions", "&Export")))
        note.addActions([self.sign, self.addendum])
        note.addAction(self.recovered)
        last = note.addSeparator()
        note.addAction(self.close)
        edit = bar.addMenu(translate("Actions", "&Edit"))
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        edit.addActions([self.find, self.text])
        edit.addSeparator()
        edit.addActions([self.next_doubt, self.wordings, self.as_heard])
        dictation = bar.addMenu(translate("Actions", "&Dictation"))
        dictation.addActions([self.toggle_recording, self.stop_recording, self.play])
        dictation.addSeparator()
        dictation.addActions([self.recognise, self.cancel, self.microphones])
        dictation.addSeparator()
        dictation.addAction(self.formatting)
        view = bar.addMenu(translate("Actions", "&View"))
        view.addActions([self.larger, self.smaller, self.usual])
        view.addSeparator()
        view.addActions(list(self.themes.values()))
        about = bar.addMenu(translate("Actions", "&Help"))
        about.addActions([self.setup, self.about])
        self.menus = {"note": note, "edit": edit, "dictation": dictation, "view": view, "help": about}
        self._last = {"note": last, "help": self.about}
        for menu in self.menus.values():
            menu.setAccessibleName(without_accelerator(menu.title()))

    def put(self, menu: str, action: QAction) -> None:
        """An action at the end of a menu ("note", "edit", "dictation", "view", "help")."""
        last = self._last.get(menu)
        if last is not None:
            self.menus[menu].insertAction(last, action)
        else:
            self.menus[menu].addAction(action)

    def export_menu(self, parent: QWidget, title: str = "") -> QMenu:
        """A menu of the formats."""
        menu = QMenu(title, parent)
        menu.setAccessibleName(translate("Actions", "Export as"))
        menu.addActions(list(self.export.values()))
        return menu

    def make(self, text: str, key: str | QKeySequence.StandardKey, tip: str = "") -> QAction:
        """An action of the window, with its key and what its button says when pointed at: without it, its text."""
        action = QAction(text, self._window)
        if key != "":
            action.setShortcut(QKeySequence(key))
        action.setToolTip(tip or without_accelerator(text).rstrip("…"))
        self._window.addAction(action)
        return action

    def _make_export(self, name: str) -> QAction:
        label = {
            "docx": translate("Actions", "&Word document…"),
            "pdf": translate("Actions", "&PDF…"),
            "text": translate("Actions", "Plain &text…"),
        }.get(name, f"{name}…")
        return self.make(label, _FORMAT_KEYS.get(name, ""))

    def _make_themes(self) -> dict[str, QAction]:
        labels = {
            "system": translate("Actions", "As the &system"),
            "light": translate("Actions", "L&ight"),
            "dark": translate("Actions", "&Dark"),
        }
        group = QActionGroup(self._window)
        made: dict[str, QAction] = {}
        for name in THEMES:
            label = labels[name]
            action = self.make(label, "", translate("Actions", "Colours: {theme}", theme=without_accelerator(label)))
            action.setCheckable(True)
            group.addAction(action)
            made[name] = action
        return made
