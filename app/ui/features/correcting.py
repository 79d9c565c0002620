"""Correcting what was dictated: from one doubtful word to the next, other wordings for it, or that it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from app.translation import translate
from app.ui.features.feature import Feature, Situation
from app.ui.features.lexicons import LexiconsFeature
from app.ui.spoken_lines import SpokenWord
from app.ui.word_menu import WordMenu

if TYPE_CHECKING:
    from app.desk.choices import Choice
    from app.ui.models.note import OpenNote
    from app.ui.window import MainWindow


class CorrectingFeature(Feature):
    """`menu` is the one at a word while it is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._editor = window.note_page.editor
        self.menu: WordMenu | None = None

        def is_draft(situation: Situation) -> bool:
            return situation.has_draft

        text = translate("CorrectingFeature", "Pre&vious word to check")
        tip = translate("CorrectingFeature", "Go to the word before that is marked")
        self.previous = self.add("edit", text, "Shift+F7", tip, self._editor.go_to_previous_mark, is_draft)
        text = translate("CorrectingFeature", "The word looks ri&ght")
        tip = translate("CorrectingFeature", "Take the mark of doubt off the selected words")
        self.confirms = self.add("edit", text, "Shift+F4", tip, self._confirm_selected, is_draft)
        self._editor.wordings_wanted.connect(self._open)
        self._editor.doubt_reached.connect(self._prepare)

    def _prepare(self, words: Sequence[SpokenWord]) -> None:
        note = self.session.notebook.current
        if note is not None and not any(word.is_edited for word in words):
            self.session.choices.prepare(note, words)

    def _confirm_selected(self) -> None:
        note, cursor = self.session.notebook.current, self._editor.textCursor()
        if note is None:
            return
        self._confirm(note, note.document.spoken_words_between(cursor.selectionStart(), cursor.selectionEnd()))

    def _confirm(self, note: OpenNote, words: Sequence[SpokenWord]) -> None:
        threshold = self.session.desk.doubt_threshold
        doubtful = [word for word in words if word.is_doubtful(threshold)]
        if doubtful:
            note.document.confirm(doubtful)

    def _open(self, words: Sequence[SpokenWord], place: QPoint) -> None:
        note = self.session.notebook.current
        if note is None:
            return
        is_rewritten = note.document.heard_at(words[0].start) is not None
        more = [self.window.actions_.as_heard] if is_rewritten else []
        more.append(self.window.feature(LexiconsFeature).makes_term)
        written = " ".join(word.heard.text for word in words)
        is_doubtful = any(word.is_doubtful(self.session.desk.doubt_threshold) for word in words)
        menu = self.menu = WordMenu(self.theme, written, more, is_doubtful=is_doubtful, parent=self._editor)
        menu.aboutToHide.connect(self._forget_menu)
        menu.chosen.connect(lambda choice: self._put_in(note, words, choice))
        menu.confirmed.connect(lambda: self._confirm(note, words))
        menu.hearing.connect(lambda: self.session.listening.play(words[0].start, words[-1].end))
        menu.popup(place)
        if any(word.is_edited for word in words):
            menu.tell_changed()
            return
        hears_again = self.session.choices.hears_again

        def fill(found: tuple[Choice, ...]) -> None:
            if self.menu is menu:
                fitting = [choice for choice in found if self._targets(note, words, choice)]
                menu.fill(fitting, heard_again=hears_again)

        self.session.choices.ask(note, words, fill)

    def _forget_menu(self) -> None:
        self.menu = None

    def _put_in(self, note: OpenNote, words: Sequence[SpokenWord], choice: Choice) -> None:
        targets = self._targets(note, words, choice)
        if targets:
            note.document.choose(targets, choice.text)

    def _targets(self, note: OpenNote, words: Sequence[SpokenWord], choice: Choice) -> list[SpokenWord]:
        """The words that a choice takes the place of, as they stand now; none where somebody has changed one."""
        return note.document.neighbours(words[0], choice.first, choice.last)
